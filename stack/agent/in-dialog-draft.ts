import type { RequestDraft } from '../message/draft.ts';
import type { Route } from '../transaction/types.ts';
import { SDP_TYPE } from './body.ts';
import { CALLER_SUPPORTS } from './call-retry.ts';
import type { HeaderLine } from './header-line.ts';
import type { DialogUser } from './dialog-user.ts';
import type { InDialogOptions } from './in-dialog-options.ts';

/** Methods that change the remote target, and say what we can do. @rfc 3261 §12.2.1.1, RFC 3311 §5.1 */
const TARGET_REFRESH = new Set(['INVITE', 'UPDATE']);

/** Methods that carry our Contact. @rfc 3515 §2.2, RFC 6665 §8.2.1 */
const WITH_CONTACT = new Set([...TARGET_REFRESH, 'REFER', 'NOTIFY']);

/** One attempt of a request in a dialog, without Via. @rfc 3261 §12.2.1.1 */
export function inDialogDraft(
  user: DialogUser,
  way: Route,
  method: string,
  options: InDialogOptions,
  extra: readonly HeaderLine[],
): RequestDraft {
  const { context, dialog } = user;
  const { listeners, identity } = context;
  const { allow, supported } = listeners.capabilities;
  const draft = dialog.request(method);
  const { headers } = draft;
  if (WITH_CONTACT.has(method)) {
    const face = listeners.faceFor(way.transport, way.target.address.host);
    headers.push([...(dialog.isSecure ? face.secureContact : face.contact)]);
  }
  if (TARGET_REFRESH.has(method)) {
    if (allow !== undefined) headers.push(['Allow', allow]);
    headers.push(['Supported', [...new Set([...supported, ...CALLER_SUPPORTS])].join(', ')]);
    if (user.state === 'confirmed')
      for (const line of user.refresh?.requestLines() ?? []) headers.push([...line]);
  }
  for (const line of options.headers ?? []) headers.push([...line]);
  for (const line of extra) headers.push([...line]);
  if (identity.product !== '') headers.push(['User-Agent', identity.product]);
  if (options.body !== undefined) {
    headers.push(['Content-Type', options.contentType ?? SDP_TYPE]);
    draft.body = options.body;
  }
  return draft;
}
