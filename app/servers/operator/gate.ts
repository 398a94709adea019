import type { Handler } from '../../../stack/server/handler.ts';
import { toHeader } from '../../../stack/message/headers/name-addr.ts';
import { CallItem, type CallMeans } from './call-item.ts';
import type { OperatorDesk } from './desk.ts';
import { RequestItem } from './request-item.ts';

/** Requests that an operator decides about. */
export const DECIDED = ['INVITE', 'SUBSCRIBE', 'REFER'] as const;

export interface GateOptions {
  readonly desk: OperatorDesk;
  readonly means: CallMeans;
  /** Those that are served behind the gate. */
  readonly methods: readonly string[];
}

/** Lays calls, subscriptions and transfers before the operator; what belongs to a dialog that is there goes on, but for transfers. */
export function gate({ desk, means, methods }: GateOptions): Handler {
  return {
    name: 'operator',
    methods,
    explain: () =>
      `${methods.join(', ')}: asks the operator; 480 after ${means.timeoutMs} ms without a decision.`,
    handle: (request, next) => {
      if (request.method === 'INVITE') {
        if (request.session !== undefined) return next();
        desk.put(request, (host) => new CallItem(request, host, means));
      } else if (request.method === 'SUBSCRIBE' && toHeader(request.message)?.tag !== undefined) {
        // A refresh, or the end of a subscription that was decided about. RFC 6665 section 4.1.2.2.
        return next();
      } else desk.put(request, (host) => new RequestItem(request, next, host, means));
    },
  };
}
