import type { ResponseResult } from './result.ts';

/** What a failed request of a dialog takes with it: nothing but itself, the call, or the dialog and all that lives in it. @rfc 5057 §5.1 */
export type UsageEffect = 'transaction' | 'usage' | 'dialog';

/** Responses that speak about more than their request. @rfc 5057 §5.1 */
const EFFECTS: ReadonlyMap<number, UsageEffect> = new Map([
  [404, 'dialog'],
  [405, 'usage'],
  [408, 'usage'],
  [410, 'dialog'],
  [416, 'dialog'],
  [480, 'usage'],
  [481, 'usage'],
  [482, 'dialog'],
  [483, 'dialog'],
  [484, 'dialog'],
  [485, 'dialog'],
  [489, 'usage'],
  [501, 'usage'],
  [502, 'dialog'],
  [604, 'dialog'],
]);

/** They end a usage only as answers to the method that made it: who refuses INFO as a method still has the call. */
const ABOUT_METHOD: ReadonlySet<number> = new Set([405, 489, 501]);

/** Requests that say by their silence that the peer is gone. @rfc 3261 §14.1, RFC 3311 §5.1 */
const MAINTAINS_CALL: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

/** Why the dialog of a request is lost, in one clause; undefined while it lives. @rfc 5057 §5.1 */
export function lossOf(method: string, result: ResponseResult): string | undefined {
  const isLost = result.kind === 'response' && effectOf(method, result) === 'dialog';
  return isLost ? `${method} was answered ${result.status}` : undefined;
}

/** What the outcome of a request in a call means for the call. @rfc 5057 §5.1, RFC 3261 §12.2.1.2 */
export function effectOf(method: string, result: ResponseResult): UsageEffect {
  switch (result.kind) {
    case 'not-sent':
      return 'transaction';
    case 'timeout':
    case 'transport-failure':
      return MAINTAINS_CALL.has(method) ? 'usage' : 'transaction';
    case 'response': {
      const { status } = result;
      if (ABOUT_METHOD.has(status) && method !== 'INVITE') return 'transaction';
      if (status === 408 && !MAINTAINS_CALL.has(method)) return 'transaction';
      return EFFECTS.get(status) ?? 'transaction';
    }
  }
}
