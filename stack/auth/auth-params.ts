/** Parameters of a challenge or of credentials on their way out: `undefined` ones are left out. */
export type AuthParams = readonly (readonly [name: string, value: string | undefined])[];

/** Parameters that are tokens; every other one is a quoted string. @rfc 7616 §3.3, §3.4, RFC 3261 §25.1 */
const TOKENS = new Set(['algorithm', 'stale', 'nc', 'userhash', 'charset', 'username*']);

const NEEDS_CARE = /["\\\r\n]/;

/** A quoted string of octet text; line ends, which none can hold, become spaces. @rfc 3261 §25.1 (quoted-string) */
function quoted(text: string): string {
  if (!NEEDS_CARE.test(text)) return `"${text}"`;
  return `"${text.replace(/["\\]/g, '\\$&').replace(/[\r\n]/g, ' ')}"`;
}

/**
 * Writes `name=value, name="value"`.
 * @param isQopToken - qop is a token in credentials, and a list in quotes in a challenge.
 */
export function formatAuthParams(params: AuthParams, isQopToken = false): string {
  let text = '';
  for (const [name, value] of params) {
    if (value === undefined) continue;
    const isToken = TOKENS.has(name) || (isQopToken && name === 'qop');
    text += `${text === '' ? '' : ', '}${name}=${isToken ? value : quoted(value)}`;
  }
  return text;
}
