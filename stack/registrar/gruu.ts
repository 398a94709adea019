import type { Ids } from '../core/ids.ts';
import { parseUri, unescapeUri, type Uri } from '../message/uri.ts';
import { canonicalAor } from '../message/aor.ts';
import type { Binding } from './location.ts';

/** What the making of globally routable URIs needs. */
export interface GruuOptions {
  readonly ids: Ids;
  /** A keyed hash in hexadecimal, 32 digits or more. Its secret must outlive restarts, and be one for all nodes of a cluster. */
  readonly hmac: (text: string) => string;
}

/** A GRUU that was given out by this registrar. */
export interface KnownGruu {
  readonly kind: 'public' | 'temporary';
  readonly aor: string;
  /** Whether the binding belongs to the instance that the GRUU was made for. */
  names(binding: Binding): boolean;
}

/** Makes and reads the GRUUs of a registrar. Nothing is kept: a temporary one is sealed, so that only its maker can tell whose it is. */
export interface Gruus {
  /** @rfc 5627 §5.4 */
  publicGruu(aor: string, instanceId: string): string;
  /** Another one each time; valid as long as the instance registers with this Call-ID. @rfc 5627 §5.4 */
  temporaryGruu(aor: string, instanceId: string, callId: string): string;
  /** Undefined for what is no GRUU of ours. */
  read(uri: Uri | string): KnownGruu | undefined;
}

const TEMPORARY_USER = 'tgruu.';
/** Octets of a salt, hexadecimal digits of an owner and of a seal. */
const SALT_LENGTH = 8;
const OWNER_LENGTH = 16;
const SEAL_LENGTH = 24;

/** @rfc 5627 §5.4, appendix A.2 in its purpose */
export function createGruus({ ids, hmac }: GruuOptions): Gruus {
  const ownerOf = (instanceId: string, callId: string): string =>
    hmac(`owner ${sameInstance(instanceId)} ${callId}`).slice(0, OWNER_LENGTH);
  const sealOf = (plain: string): string => hmac(`seal ${plain}`).slice(0, SEAL_LENGTH);

  /** Adds the key stream that belongs to a seal: applied twice it gives the text back. */
  const mixed = (text: string, seal: string): string => {
    let stream = '';
    for (let block = 0; stream.length < 2 * text.length; block++) stream += hmac(`stream ${seal} ${block}`);
    let result = '';
    for (let at = 0; at < text.length; at++)
      result += String.fromCharCode(text.charCodeAt(at) ^ Number.parseInt(stream.substr(2 * at, 2), 16));
    return result;
  };

  const open = (token: string): { user: string; owner: string } | undefined => {
    if (!/^(?:[0-9a-f]{2})+$/.test(token)) return undefined;
    const seal = token.slice(0, SEAL_LENGTH);
    const plain = mixed(octetsOfHex(token.slice(SEAL_LENGTH)), seal);
    if (plain.length < SALT_LENGTH + OWNER_LENGTH || sealOf(plain) !== seal) return undefined;
    return {
      owner: plain.slice(SALT_LENGTH, SALT_LENGTH + OWNER_LENGTH),
      user: plain.slice(SALT_LENGTH + OWNER_LENGTH),
    };
  };

  const readTemporary = (uri: Uri): KnownGruu | undefined => {
    const opened = open((uri.user ?? '').slice(TEMPORARY_USER.length));
    const host = canonicalAor({ ...uri, user: undefined })?.slice('sip:'.length);
    if (opened === undefined || host === undefined) return undefined;
    const { user, owner } = opened;
    return {
      kind: 'temporary',
      aor: user === '' ? `sip:${host}` : `sip:${user}@${host}`,
      names: ({ instanceId, callId }) => instanceId !== undefined && ownerOf(instanceId, callId) === owner,
    };
  };

  return {
    publicGruu: (aor, instanceId) => `${aor};gr=${escaped(instanceId)}`,
    temporaryGruu: (aor, instanceId, callId) => {
      const at = aor.lastIndexOf('@');
      const user = at < 0 ? '' : aor.slice('sip:'.length, at);
      const host = aor.slice(at < 0 ? 'sip:'.length : at + 1);
      const plain = ids.token(SALT_LENGTH) + ownerOf(instanceId, callId) + user;
      const seal = sealOf(plain);
      return `sip:${TEMPORARY_USER}${seal}${hexOf(mixed(plain, seal))}@${host};gr`;
    },
    read: (text) => {
      const uri = typeof text === 'string' ? parseUri(text) : text;
      if (!uri.params.has('gr')) return undefined;
      const value = uri.params.get('gr');
      if (value === undefined)
        return uri.user?.startsWith(TEMPORARY_USER) === true ? readTemporary(uri) : undefined;
      const aor = canonicalAor(uri);
      const instance = sameInstance(unescapeUri(value));
      return aor === undefined
        ? undefined
        : {
            kind: 'public',
            aor,
            names: ({ instanceId }) => instanceId !== undefined && sameInstance(instanceId) === instance,
          };
    },
  };
}

/** URNs that hold a UUID are equal whatever their case. @rfc 4122 §3 */
export function sameInstance(instanceId: string): string {
  return /^urn:uuid:/i.test(instanceId) ? instanceId.toLowerCase() : instanceId;
}

/** @rfc 3261 §25.1 (pvalue) */
function escaped(text: string): string {
  return text.replace(
    /[^A-Za-z0-9\-_.!~*'()[\]/:&+$]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

function hexOf(text: string): string {
  let hex = '';
  for (let at = 0; at < text.length; at++) hex += text.charCodeAt(at).toString(16).padStart(2, '0');
  return hex;
}

function octetsOfHex(hex: string): string {
  let text = '';
  for (let at = 0; at < hex.length; at += 2)
    text += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16));
  return text;
}
