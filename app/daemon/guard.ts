import { createHash, timingSafeEqual } from 'node:crypto';

/** The names this machine's own loopback has in a browser. */
const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Whom the daemon answers. */
export interface Guard {
  /** The Host header names this daemon: a name that was pointed at this address later (DNS rebinding) does not. */
  isOwnHost(host: string | undefined): boolean;
  /** The page that asks came from this daemon. No Origin at all: not a page of a browser. */
  isOwnOrigin(origin: string | undefined): boolean;
  isToken(given: string | undefined): boolean;
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * @param host - the address the daemon is bound to; a person who binds to more than loopback may use any address of the machine,
 * but no names, because those can be made up.
 */
export function createGuard(options: {
  readonly host: string;
  readonly port: number;
  readonly token: string;
}): Guard {
  const bound = options.host.includes(':') ? `[${options.host}]` : options.host;
  const isWildcard = bound === '0.0.0.0' || bound === '[::]';
  const names = new Set([...LOOPBACK_NAMES, bound].map((name) => `${name}:${options.port}`));
  const isAddress = (host: string): boolean =>
    new RegExp(String.raw`^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\]):${options.port}$`, 'i').test(host);
  const isOwnHost = (host: string | undefined): boolean =>
    host !== undefined && (names.has(host.toLowerCase()) || (isWildcard && isAddress(host)));
  const expected = digest(options.token);
  return {
    isOwnHost,
    isOwnOrigin: (origin) =>
      origin === undefined || (origin.startsWith('http://') && isOwnHost(origin.slice('http://'.length))),
    // Digests have one length, so that the comparison takes one time.
    isToken: (given) => given !== undefined && timingSafeEqual(digest(given), expected),
  };
}
