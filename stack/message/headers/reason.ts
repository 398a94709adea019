import { each } from './access.ts';
import type { Params } from './reader.ts';

/** Why a request was sent. @rfc 3326 §2 */
export interface Reason {
  /** In upper case: `SIP`, `Q.850`, `PREEMPTION`... */
  readonly protocol: string;
  /** A status code, a Q.850 cause...; undefined when absent or no number. */
  readonly cause: number | undefined;
  readonly text: string | undefined;
  readonly params: Params;
}

/** All reasons of a request or response. */
export const reasons = each('Reason', (reader): Reason | undefined => {
  const protocol = reader.token()?.toUpperCase();
  const params = reader.params();
  if (protocol === undefined || params === undefined) return undefined;
  const cause = params.get('cause') ?? '';
  return {
    protocol,
    cause: /^\d{1,9}$/.test(cause) ? Number(cause) : undefined,
    text: params.get('text'),
    params,
  };
});
