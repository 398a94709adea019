import type { Contract } from '../contract/define.ts';
import { ContractError } from '../contract/errors.ts';
import { describeMisfit } from './describe-misfit.ts';
import { idOf, readFrame } from './frame.ts';
import type { Frame, MessageLink } from './link.ts';
import type { EventSource, Handlers } from './types.ts';
import type { Unsubscribe } from './unsubscribe.ts';

export interface ServeOptions {
  /** Must equal the other end's; it is checked in the first frame. */
  readonly contractVersion: number;
  /** Whether the token of the first frame lets its sender in; everybody may come in when absent. */
  readonly isAuthorized?: (token: string | undefined) => boolean;
  /** Called when the other end has said a proper hello. */
  readonly onWelcomed?: () => void;
  /** Takes what must not cross the wire: a handler's bug, a result that breaks the contract. */
  readonly report: (what: string, error: unknown) => void;
}

/**
 * Answers a contract on one link until the link closes. Whatever comes in, nothing is thrown: a bad frame gets at most one error back.
 * Only ContractErrors cross; anything else becomes 'internal' without its message and is reported here.
 */
export function serve<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  events: EventSource<C>,
  link: MessageLink,
  options: ServeOptions,
): void {
  const subscriptions = new Map<string, Unsubscribe>();
  let isWelcome = false;
  let isClosed = false;

  const send = (frame: Frame): void => {
    if (!isClosed) link.send(frame);
  };
  const refuse = (id: number, error: ContractError): void => {
    const { code, message, data } = error;
    send({ t: 'err', id, code, message, ...(data === undefined ? {} : { data }) });
  };
  const turnAway = (code: 'bad-params' | 'version-mismatch' | 'unauthorized', message: string): void => {
    refuse(0, new ContractError(code, message));
    link.close();
  };

  const greet = (frame: Frame | undefined): void => {
    if (frame?.t !== 'hello') {
      turnAway('bad-params', 'The first frame must be a hello.');
    } else if (frame.contractVersion !== options.contractVersion) {
      turnAway(
        'version-mismatch',
        `The page speaks version ${frame.contractVersion} of the contract and the workbench version ${options.contractVersion}: reload the page, or restart the workbench if that does not help.`,
      );
    } else if (options.isAuthorized?.(frame.token) === false) {
      turnAway('unauthorized', 'The token is missing or wrong: open the address the workbench printed.');
    } else {
      isWelcome = true;
      send({ t: 'welcome', contractVersion: options.contractVersion });
      options.onWelcomed?.();
    }
  };

  const answer = async (id: number, name: string, params: unknown): Promise<void> => {
    const method = Object.hasOwn(contract.methods, name) ? contract.methods[name] : undefined;
    if (method === undefined) {
      refuse(id, new ContractError('unknown-method', `There is no method ${JSON.stringify(name)}.`));
      return;
    }
    let checked: unknown;
    try {
      checked = method.params.parse(params);
    } catch (misfit) {
      refuse(id, new ContractError('bad-params', `${name}: ${describeMisfit(misfit)}`));
      return;
    }
    try {
      const handler = handlers[name as keyof Handlers<C>] as (params: unknown) => unknown;
      const result = method.result.parse(await handler(checked));
      send({ t: 'ok', id, result });
    } catch (error) {
      if (error instanceof ContractError) return refuse(id, error);
      options.report(`method ${name} failed`, error);
      refuse(id, new ContractError('internal', 'The workbench failed to answer; its log says why.'));
    }
  };

  const subscribe = (name: string): void => {
    const event = Object.hasOwn(contract.events, name) ? contract.events[name] : undefined;
    if (event === undefined || subscriptions.has(name)) return;
    const unsubscribe = events.on(name, (payload) => {
      try {
        send({ t: 'evt', event: name, payload: event.payload.parse(payload) });
      } catch (error) {
        options.report(`event ${name} breaks the contract`, error);
      }
    });
    subscriptions.set(name, unsubscribe);
  };
  const unsubscribe = (name: string): void => {
    subscriptions.get(name)?.();
    subscriptions.delete(name);
  };

  link.onClose(() => {
    isClosed = true;
    for (const stop of subscriptions.values()) stop();
    subscriptions.clear();
  });
  link.onFrame((value) => {
    if (isClosed) return;
    const frame = readFrame(value);
    if (!isWelcome) greet(frame);
    else if (frame?.t === 'req') void answer(frame.id, frame.method, frame.params);
    else if (frame?.t === 'sub') subscribe(frame.event);
    else if (frame?.t === 'unsub') unsubscribe(frame.event);
    else refuse(idOf(value), new ContractError('bad-params', 'Not a frame of this protocol.'));
  });
}
