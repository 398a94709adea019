import { describeOddCharacter, findLookalikes, nameOfOddCharacter } from './odd-characters.ts';

/** A stretch of a value from the wire: text as it is, or one character that is boxed by its name. */
export type VisibleRun =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'boxed'; readonly text: string; readonly hint: string };

const PLAIN = /^[\x20-\x7e]*$/;

/** Splits Unicode text so that nothing in it is invisible, applied or dropped. */
export function visibleRuns(value: string): readonly VisibleRun[] {
  if (value === '') return [];
  if (PLAIN.test(value)) return [{ kind: 'text', text: value }];
  const lookalikes = findLookalikes(value);
  const runs: VisibleRun[] = [];
  let plain = '';
  let at = 0;
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    const name = nameOfOddCharacter(code);
    const isLookalike = lookalikes.has(at);
    at += character.length;
    if (name === undefined && !isLookalike) {
      plain += character;
      continue;
    }
    if (plain !== '') runs.push({ kind: 'text', text: plain });
    plain = '';
    runs.push(
      name === undefined
        ? {
            kind: 'boxed',
            text: `${character} U+${code.toString(16).toUpperCase().padStart(4, '0')}`,
            hint: 'A letter of another script that looks like a Latin one',
          }
        : { kind: 'boxed', text: name, hint: describeOddCharacter(code) },
    );
  }
  if (plain !== '') runs.push({ kind: 'text', text: plain });
  return runs;
}

/** The same as one string, for tooltips and labels that assistive technology reads. */
export function visibleString(value: string): string {
  if (PLAIN.test(value)) return value;
  return visibleRuns(value)
    .map((run) => (run.kind === 'text' ? run.text : `[${run.text}]`))
    .join('');
}

/** Tooltips stop here. */
const TOOLTIP_LIMIT = 400;

/** A value as a tooltip: nothing invisible, at most 400 characters. */
export function tooltipText(value: string): string {
  const text = visibleString(value);
  return text.length <= TOOLTIP_LIMIT ? text : `${text.slice(0, TOOLTIP_LIMIT - 1)}…`;
}

/** Cuts in the middle, where both ends matter (Call-ID, branch). */
export function cutMiddle(value: string, limit: number): string {
  if (value.length <= limit) return value;
  const head = Math.ceil((limit - 1) / 2);
  return `${value.slice(0, head)}…${value.slice(value.length - (limit - 1 - head))}`;
}

/**
 * The base direction of a value: what has the punctuation of URIs and parameters is read left to right, whatever script its names are
 * in; words alone go their own way.
 */
export function directionOf(value: string): 'ltr' | 'auto' {
  return /[<>;=:@]/.test(value) ? 'ltr' : 'auto';
}
