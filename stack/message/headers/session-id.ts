import { one } from './access.ts';
import type { Params } from './reader.ts';

/** End-to-end session identifier. @rfc 7989 §5 */
export interface SessionId {
  /** Of the sender: 32 hexadecimal digits in lower case. All zero is the nil UUID. */
  readonly local: string;
  /** Of the other side; undefined in what came from a peer of RFC 7329. */
  readonly remote: string | undefined;
  readonly params: Params;
}

const UUID = /^[0-9a-f]{32}$/;

/** The identifiers of both sides. */
export const sessionId = one('Session-ID', (reader): SessionId | undefined => {
  // RFC 7329 §5 and RFC 7989 §5 want lower case; upper case is told from another identifier by nobody.
  const local = reader.word()?.toLowerCase() ?? '';
  const params = reader.params();
  const remote = params?.get('remote')?.toLowerCase();
  if (params === undefined || !UUID.test(local) || (params.has('remote') && !UUID.test(remote ?? '')))
    return undefined;
  return { local, remote, params };
});
