import type { Dns, NaptrRecord } from './dns.ts';

/** One URI a telephone number leads to. */
export interface EnumResult {
  readonly uri: string;
  /** `E2U+sip` */
  readonly service: string;
  readonly order: number;
  readonly preference: number;
}

/** Names that one number may lead through, each of them once. @rfc 6116 §3.4.1.2 */
const MAX_NAMES = 6;

/** `+441234567890` becomes `0.9.8.7.6.5.4.3.2.1.4.4.e164.arpa`. @rfc 6116 §3.2 */
export function enumDomain(number: string, suffix = 'e164.arpa'): string {
  const digits = number.replaceAll(/\D/g, '');
  return [...digits].reverse().join('.') + `.${suffix}`;
}

/**
 * The URIs of a telephone number, best first.
 * @param number - in international form; anything but digits is left out of the question.
 * @param options.service - the only service wanted, compared without regard to case; `sip` finds `E2U+sip`. All when left out.
 * @rfc 6116 §3
 */
export async function lookUpNumber(
  number: string,
  dns: Dns,
  options: { readonly suffix?: string; readonly service?: string } = {},
): Promise<readonly EnumResult[]> {
  const input = `+${number.replaceAll(/\D/g, '')}`;
  const found = await follow(enumDomain(number, options.suffix), input, dns, new Set());
  const { service } = options;
  return service === undefined ? found : found.filter((result) => serves(result.service, service));
}

async function follow(
  name: string,
  input: string,
  dns: Dns,
  visited: Set<string>,
): Promise<readonly EnumResult[]> {
  if (visited.has(name) || visited.size >= MAX_NAMES) return [];
  visited.add(name);
  const answer = await dns.query(name, 'NAPTR');
  if (answer.kind !== 'records') return [];
  const results: EnumResult[] = [];
  for (const record of [...answer.records].sort(byOrder)) {
    if (record.flags === '' && record.replacement !== '') {
      results.push(...(await follow(record.replacement, input, dns, visited)));
    }
    const uri =
      record.flags === 'u' && isEnumService(record.service) ? rewrite(record.regexp, input) : undefined;
    if (uri === undefined) continue;
    const { service, order, preference } = record;
    results.push({ uri, service, order, preference });
  }
  return results;
}

/**
 * Applies the regular expression of a NAPTR record: delimiter, pattern, delimiter, replacement with \\1 to \\9, delimiter, flags.
 * @returns undefined where it does not match or is none.
 * @rfc 3402 §3.2
 */
export function rewrite(regexp: string, input: string): string | undefined {
  const delimiter = regexp[0];
  if (delimiter === undefined) return undefined;
  const [pattern = '', replacement = '', flags, ...more] = unescapedSplit(regexp.slice(1), delimiter);
  if (flags === undefined || more.length > 0) return undefined;
  const match = matchOf(pattern, flags.toLowerCase().includes('i'), input);
  if (match === null || match === undefined) return undefined;
  return replacement.replaceAll(/\\(.)/g, (_whole, c: string) =>
    /[1-9]/.test(c) ? (match[Number(c)] ?? '') : c,
  );
}

/** Digits of a number that is looked up; the longest of E.164 has 15. */
const MAX_DIGITS = 32;
/** Repetitions of a pattern: with those digits even the worst one is tried through in milliseconds. */
const MAX_REPETITIONS = 5;
const MAX_PATTERN = 255;

/** Patterns come from the network: one that is no pattern, or could run away, matches nothing. */
function matchOf(pattern: string, ignoresCase: boolean, input: string): RegExpExecArray | null | undefined {
  const signs = pattern.replaceAll(/\\./g, '');
  const repetitions = signs.match(/[*+?{]/g)?.length ?? 0;
  // What repeats a group multiplies, so no group is repeated.
  const isBounded = repetitions <= MAX_REPETITIONS && !/\)[*+{]/.test(signs);
  if (pattern.length > MAX_PATTERN || input.length > MAX_DIGITS + 1 || !isBounded) return undefined;
  try {
    return new RegExp(pattern, ignoresCase ? 'i' : '').exec(input);
  } catch {
    // No regular expression: nothing to apply.
    return undefined;
  }
}

function unescapedSplit(text: string, delimiter: string): readonly string[] {
  const parts = [''];
  for (let at = 0; at < text.length; at++) {
    const c = text[at] ?? '';
    const isEscaped = c === '\\' && text[at + 1] === delimiter;
    if (c === delimiter) parts.push('');
    else parts[parts.length - 1] += isEscaped ? (text[++at] ?? '') : c;
  }
  return parts;
}

function isEnumService(service: string): boolean {
  return service.toUpperCase().split('+').includes('E2U');
}

/** `E2U+sip`, `E2U+sip:info`, and the older `sip+E2U`. */
function serves(service: string, wanted: string): boolean {
  return service
    .toLowerCase()
    .split('+')
    .some((part) => part.split(':')[0] === wanted.toLowerCase());
}

function byOrder(a: NaptrRecord, b: NaptrRecord): number {
  return a.order - b.order || a.preference - b.preference;
}
