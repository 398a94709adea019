import { sourceOf } from '../../message/chars.ts';
import { Reader } from '../../message/headers/reader.ts';
import { parseReplaces, type Replaces } from '../../message/headers/replaces.ts';
import { parseUri, unescapeUri } from '../../message/uri.ts';
import type { Dialog } from '../../dialog/dialog.ts';

/** Where a REFER sends its receiver. */
export interface ReferTarget {
  /** Without headers and method parameter. */
  readonly uri: string;
  /** Host of the URI; an IPv6 literal carries no brackets. */
  readonly host: string;
  /** Method of the request to be sent. */
  readonly method: string;
  /** Value of the Replaces header it is to carry. @rfc 3891 §7.1 */
  readonly replaces: string | undefined;
}

/** Reads the URI of Refer-To; undefined when it is no SIP URI. Of its headers only Replaces counts: others could forge what the request says. @rfc 3261 §19.1.5 */
export function referTarget(text: string): ReferTarget | undefined {
  const uri = parseUri(text);
  if (!uri.isValid || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return undefined;
  const query = uri.headers === '' ? -1 : text.indexOf('?', text.lastIndexOf('@') + 1);
  const bare = query < 0 ? text : text.substring(0, query);
  return {
    uri: bare.replace(/;method=[^;?]*/i, ''),
    host: uri.host,
    method: (uri.params.get('method') ?? 'INVITE').toUpperCase(),
    replaces: replacesOf(uri.headers),
  };
}

/** Only what is a well-formed Replaces is taken over. */
function replacesOf(headers: string): string | undefined {
  for (const field of headers.split('&')) {
    const equals = field.indexOf('=');
    if (field.substring(0, equals).toLowerCase() !== 'replaces') continue;
    const read = readReplaces(unescapeUri(field.substring(equals + 1)));
    return read && formatReplaces(read);
  }
  return undefined;
}

function readReplaces(value: string): Replaces | undefined {
  return parseReplaces(new Reader(sourceOf(value), 0, value.length));
}

/** Undefined when a tag was no token: what was quoted could break the header it is written into. */
function formatReplaces({ callId, toTag, fromTag, earlyOnly }: Replaces): string | undefined {
  const value = `${callId};to-tag=${toTag};from-tag=${fromTag}${earlyOnly ? ';early-only' : ''}`;
  return /^[\x21-\x7e]+$/.test(value) ? value : undefined;
}

/** The Refer-To URI of an attended transfer: the peer of the other call, to replace that call. @rfc 5589 §7.3, RFC 3891 §7.1 */
export function attendedTarget({ callId, localTag, remoteTag, remoteTarget }: Dialog): string {
  // The peer's tag is its own local one, which it is told as to-tag.
  const replaces = `${callId};to-tag=${remoteTag ?? ''};from-tag=${localTag}`;
  const escaped = replaces.replace(
    /[^A-Za-z0-9\-_.!~*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
  return `${remoteTarget}${remoteTarget.includes('?') ? '&' : '?'}Replaces=${escaped}`;
}
