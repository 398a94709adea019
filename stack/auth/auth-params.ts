/** Parameters of a challenge or of credentials on their way out: `undefined` ones are left out. */
export type AuthParams = readonly (readonly [name: string, value: string | undefined])[];

/** Parameters that are tokens; every other one is a quoted string. @rfc 7616 §3.3, §3.4, RFC 3261 §25.1 */
const TOKENS = new Set(['algorithm', 'stale', 'nc', 'userhash', 'charset', 'username*']);

/** A quoted string of octet text; line ends, which none can hold, become spaces. @rfc 3261 §25.1 (quoted-string) */
function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

/**
 * Writes `name=value, name="value"`.
 * @param tokens - further parameters without quotes: qop is a list in quotes in a challenge, and a token elsewhere.
 */
export function formatAuthParams(params: AuthParams, tokens: readonly string[] = []): string {
  return params
    .flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [`${name}=${TOKENS.has(name) || tokens.includes(name) ? value : quoted(value)}`];
    })
    .join(', ');
}
