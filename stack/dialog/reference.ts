import type { DialogReference } from '../message/headers/replaces.ts';
import type { Dialog } from './dialog.ts';

/** Stands in a reference for the tag that a peer of RFC 2543 does not have. @rfc 3891 §3 */
export const NO_TAG = '0';

/** Whether a reference that a peer makes is to this dialog of ours. @rfc 3891 §3 */
export function isNamed({ callId, localTag, remoteTag }: Dialog, named: DialogReference): boolean {
  return callId === named.callId && localTag === named.toTag && (remoteTag ?? NO_TAG) === named.fromTag;
}
