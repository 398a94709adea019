import type { HeaderName } from '../header-names.ts';
import type { SipMessage } from '../message.ts';
import { one } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** A dialog named by a header field, seen by the one who receives it: its local tag is the to-tag. */
export interface DialogReference {
  readonly callId: string;
  readonly toTag: string;
  readonly fromTag: string;
  readonly params: Params;
}

/** @rfc 3891 §6.1 */
export interface Replaces extends DialogReference {
  readonly earlyOnly: boolean;
}

/** A Call-ID and parameters, of which two are the tags under the names given. */
function reference(reader: Reader, toName: string, fromName: string): DialogReference | undefined {
  const callId = reader.word();
  const params = reader.params();
  const toTag = params?.get(toName);
  const fromTag = params?.get(fromName);
  if (callId === undefined || params === undefined || toTag === undefined || fromTag === undefined)
    return undefined;
  return { callId, toTag, fromTag, params };
}

function tagged(name: HeaderName): (message: SipMessage) => DialogReference | undefined {
  return one(name, (reader) => reference(reader, 'to-tag', 'from-tag'));
}

/** Reads a Replaces value, also one taken from the headers of a Refer-To URI. */
export function parseReplaces(reader: Reader): Replaces | undefined {
  const dialog = reference(reader, 'to-tag', 'from-tag');
  return dialog === undefined ? undefined : { ...dialog, earlyOnly: dialog.params.has('early-only') };
}

/** The dialog an INVITE takes over; undefined also when a tag is missing (§6.1 wants both). */
export const replaces = one('Replaces', parseReplaces);

/** The dialog an INVITE joins. @rfc 3911 §7.1 */
export const join = tagged('Join');

/** The dialog a request outside of it is about; `local-tag` is the receiver's, given as `toTag`. @rfc 4538 §7 */
export const targetDialog = one('Target-Dialog', (reader) => reference(reader, 'local-tag', 'remote-tag'));
