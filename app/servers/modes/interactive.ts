import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import { mediaReply } from '../../../stack/server/media.ts';
import { OperatorDesk } from '../operator/desk.ts';
import { DECIDED, gate } from '../operator/gate.ts';
import { fullUas } from './full-uas.ts';
import type { ModeFactory } from './mode.ts';

/** A complete user agent server whose calls, subscriptions and transfers wait for a person. */
export const interactive: ModeFactory = (means) => {
  const inner = fullUas(means);
  const desk = new OperatorDesk(means);
  let agent: UserAgent | undefined;
  return {
    ...inner,
    desk,
    attach: (attached) => {
      agent = attached;
      inner.attach?.(attached);
    },
    handlers: () => {
      const served = inner.handlers();
      if (agent === undefined) return served;
      const { operatorTimeoutMs: timeoutMs, requirePrack: isReliable } = means.config();
      const methods = DECIDED.filter((method) => served.some(({ methods: own }) => own.includes(method)));
      const media = (request: Parameters<typeof mediaReply>[0]) => mediaReply(request, means.sdpProfile);
      const asking = gate({ desk, methods, means: { agent, media, isReliable, timeoutMs } });
      return before(served, methods, asking);
    },
    dispose: () => {
      desk.dispose();
      inner.dispose();
    },
  };
};

/** The list with a handler put before the first that serves one of the methods: what serves all, such as a demand for digest, stays in front. */
function before(
  handlers: readonly Handler[],
  methods: readonly string[],
  handler: Handler,
): readonly Handler[] {
  const at = handlers.findIndex(({ methods: own }) => methods.some((method) => own.includes(method)));
  return [...handlers.slice(0, Math.max(0, at)), handler, ...handlers.slice(Math.max(0, at))];
}
