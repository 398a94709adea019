/** What a SIP or SIPS URI is made of, escapes done where they are needed. */
export interface UriParts {
  readonly scheme: 'sip' | 'sips';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** An IPv6 literal without brackets. */
  readonly host: string;
  readonly port?: number | undefined;
  readonly params?: ReadonlyMap<string, string | undefined>;
  /** What follows the question mark. */
  readonly headers?: string;
}

/** Writes a URI. @rfc 3261 §19.1.1 */
export function formatUri({ scheme, user, password, host, port, params, headers = '' }: UriParts): string {
  const secret = password === undefined ? '' : `:${password}`;
  const userInfo = user === undefined ? '' : `${user}${secret}@`;
  const place = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
  let text = `${scheme}:${userInfo}${place}`;
  for (const [name, value] of params ?? []) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  return headers === '' ? text : `${text}?${headers}`;
}

/** Octet text with everything escaped that may not stand in a user part, a password, or the value of a parameter or header. @rfc 3261 §19.1.2 */
export function escapeUri(plain: string): string {
  return plain.replace(
    /[^A-Za-z0-9\-_.!~*'()]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`,
  );
}
