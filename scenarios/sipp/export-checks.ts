import type { Matcher } from '../schema/matcher.ts';
import { escaped, NoSuchThing, type SippTexts } from './export-text.ts';

interface Ereg {
  readonly where: string;
  readonly regexp: string;
  readonly check?: 'check_it' | 'check_it_inverse';
  readonly assign?: readonly string[];
  readonly ignoreCase?: boolean;
}

const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** What is checked in a message and taken out of it, as actions of SIPp. @throws NoSuchThing */
export function checkActions(
  matcher: Exclude<Matcher, string | number>,
  texts: SippTexts,
): readonly string[] {
  const eregs: Ereg[] = [];
  const literal = (text: string): string => {
    const filled = texts.fill(text);
    if (/\[|\\x5b/.test(filled)) throw new NoSuchThing('regular expressions of sipp hold no variables');
    return filled;
  };
  for (const [name, check] of Object.entries(matcher.headers ?? {})) {
    const whole = check === null ? { absent: true } : typeof check === 'object' ? check : { equals: check };
    const { equals, matches, absent, count } = whole;
    if (count !== undefined) throw new NoSuchThing('sipp counts no header lines');
    if (absent === true) eregs.push({ where: name, regexp: '.', check: 'check_it_inverse' });
    if (absent === false) eregs.push({ where: name, regexp: '.', check: 'check_it' });
    if (equals !== undefined)
      eregs.push({ where: name, regexp: `^ *${quoted(literal(String(equals)))} *$`, check: 'check_it' });
    if (matches !== undefined) eregs.push({ where: name, ...toPosix(matches), check: 'check_it' });
  }
  for (const { in: where, matches, found, ignoreCase } of matcher.find ?? [])
    eregs.push({
      where,
      ...toPosix(matches),
      ...(found !== undefined && { check: found ? 'check_it' : 'check_it_inverse' }),
      ...(ignoreCase === true && { ignoreCase }),
    });
  for (const [name, from] of Object.entries(matcher.capture ?? {})) {
    const [, header = from, pattern = '(.*)'] = /^([\w-]+)\s*:\s*(.*)$/.exec(from) ?? [];
    const posix = toPosix(pattern.includes('(') ? pattern : `(${pattern})`);
    eregs.push({
      where: header.trim(),
      regexp: posix.regexp,
      check: 'check_it',
      assign: [`${name}_line`, name],
    });
  }
  if (typeof matcher.body === 'string') throw new NoSuchThing('sipp compares no whole bodies: use `matches`');
  if (matcher.body !== undefined)
    eregs.push({ where: 'body', ...toPosix(matcher.body.matches), check: 'check_it' });
  const { direction, codecs = [], ...others } = matcher.sdp ?? {};
  if (direction !== undefined) eregs.push({ where: 'body', regexp: `a=${direction}`, check: 'check_it' });
  for (const codec of codecs)
    eregs.push({ where: 'body', regexp: `[ :]${quoted(codec)}/`, check: 'check_it', ignoreCase: true });
  if (Object.values(others).some((value) => value !== undefined))
    throw new NoSuchThing('of descriptions, sipp can check only direction and codecs');
  if ('uri' in matcher && matcher.uri !== undefined) throw new NoSuchThing('sipp checks no Request-URI');
  if (matcher.since !== undefined) throw new NoSuchThing('sipp counts from the begin of a step only');
  if (matcher.after !== undefined) throw new NoSuchThing('sipp checks no shortest time');
  return eregs.map((ereg, i) => action(ereg, i, texts));
}

function action({ where, regexp, check, assign, ignoreCase }: Ereg, index: number, texts: SippTexts): string {
  const place =
    where === 'message'
      ? 'search_in="msg"'
      : where === 'body'
        ? 'search_in="body"'
        : `search_in="hdr" header="${escaped(where)}:"`;
  // SIPp asks for a variable in every case, and that each one is used.
  const names = assign ?? [`checked_${index}`];
  for (const name of names) texts.used.add(name);
  const more = `${check === undefined ? '' : ` ${check}="true"`}${ignoreCase === true ? ' case_indep="true"' : ''}`;
  return `<ereg regexp="${escaped(regexp)}" ${place}${more} assign_to="${names.join(',')}"/>`;
}

/** Named groups of ours are the groups of a POSIX expression, whose names stand beside it. @throws NoSuchThing */
function toPosix(pattern: string): Pick<Ereg, 'regexp' | 'assign'> {
  const names: string[] = [];
  const posix = pattern
    .replace(/\((\?<([A-Za-z_]\w*)>|\?:|\?|)/g, (written, kind: string, name?: string) => {
      if (kind === '?') throw new NoSuchThing(`sipp reads POSIX expressions, and ${written} is none`);
      names.push(name ?? `group_${names.length + 1}`);
      return '(';
    })
    .replaceAll('\\d', '[0-9]')
    .replaceAll('\\S', '[^[:space:]]')
    .replaceAll('\\s', '[[:space:]]')
    .replaceAll('\\w', '[[:alnum:]_]')
    .replaceAll('[^]', '(.|[[:space:]])');
  if (/\\[bBDW]|[*+?}]\?/.test(posix))
    throw new NoSuchThing(`${pattern} cannot be said as a POSIX expression`);
  return names.length === 0 ? { regexp: posix } : { regexp: posix, assign: ['whole_match', ...names] };
}
