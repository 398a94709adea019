import type { Handler, Next, ServerRequest } from '../agent/handler.ts';

export type { Handler, ServerRequest } from '../agent/handler.ts';

/**
 * Makes one handler of a list. A request goes to the handlers that serve its method, in order; a handler with no methods serves all.
 * @throws Error when a handler calls `next` twice for one request: it would be answered twice.
 */
export function compose(handlers: readonly Handler[]): Handler {
  const methods = unique(handlers.flatMap((handler) => handler.methods));
  const anyMethod = handlers.filter((handler) => handler.methods.length === 0);
  const byMethod = new Map(
    methods.map((method) => [
      method,
      handlers.filter(({ methods: own }) => own.length === 0 || own.includes(method)),
    ]),
  );
  return {
    name: handlers.map((handler) => handler.name).join(', '),
    methods,
    supported: unique(handlers.flatMap((handler) => handler.supported ?? [])),
    allowEvents: unique(handlers.flatMap((handler) => handler.allowEvents ?? [])),
    accept: unique(handlers.flatMap((handler) => handler.accept ?? [])),
    schemes: unique(handlers.flatMap((handler) => handler.schemes ?? [])),
    infoPackages: unique(handlers.flatMap((handler) => handler.infoPackages ?? [])),
    explain: () => handlers.map((handler) => handler.explain()).join(' '),
    admitsBye: (request) => handlers.every((handler) => handler.admitsBye?.(request) ?? true),
    acceptFor: (method) => acceptFor(byMethod.get(method) ?? [], method),
    handle: (request, next) => run(byMethod.get(request.method) ?? anyMethod, 0, request, next),
  };
}

function run(
  handlers: readonly Handler[],
  at: number,
  request: ServerRequest,
  last: Next,
): Promise<void> | void {
  const handler = handlers[at];
  if (handler === undefined) return last();
  let isCalled = false;
  return handler.handle(request, () => {
    if (isCalled) throw new Error(`${handler.name} called next() twice`);
    isCalled = true;
    return run(handlers, at + 1, request, last);
  });
}

/** What the first handler of the method that cares about bodies understands. */
function acceptFor(handlers: readonly Handler[], method: string): readonly string[] | undefined {
  for (const handler of handlers) {
    const accept = handler.acceptFor === undefined ? handler.accept : handler.acceptFor(method);
    if (accept !== undefined) return accept;
  }
  return undefined;
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}
