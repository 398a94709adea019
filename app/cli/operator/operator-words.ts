import { closest } from '../../contract/closest.ts';
import type { Decision, DecisionKind } from '../../contract/operator.ts';

/** What an operator types at the prompt of a server in mode interactive. */
export type OperatorOrder =
  | { readonly kind: 'decide'; readonly number: number | undefined; readonly decision: Decision }
  | { readonly kind: 'list' | 'help' | 'quit' | 'nothing' }
  /** One sentence: what is wrong with it. */
  | { readonly kind: 'problem'; readonly text: string };

interface Verb {
  readonly decision: DecisionKind;
  /** What may follow the number of the item. */
  readonly takes: 'nothing' | 'status' | 'uri';
  /** Status codes it takes. */
  readonly from?: number;
  readonly to?: number;
  readonly help: string;
}

const VERBS: Readonly<Record<string, Verb>> = {
  ring: {
    decision: 'ring',
    takes: 'status',
    from: 101,
    to: 199,
    help: 'ring [N] [CODE]: 180 Ringing, or another 1xx',
  },
  early: { decision: 'early', takes: 'nothing', help: 'early [N]: 183 with a session description' },
  answer: {
    decision: 'answer',
    takes: 'nothing',
    help: 'answer [N]: 200; takes subscriptions and transfers too',
  },
  reject: {
    decision: 'reject',
    takes: 'status',
    from: 300,
    to: 699,
    help: 'reject [N] [CODE [REASON]]: 486 for a call, or another code of 300 to 699',
  },
  redirect: { decision: 'redirect', takes: 'uri', help: 'redirect [N] URI: 302 with that Contact' },
  hold: { decision: 'hold', takes: 'nothing', help: 'hold [N]: puts an answered call on hold' },
  resume: { decision: 'resume', takes: 'nothing', help: 'resume [N]: takes it back' },
  transfer: { decision: 'transfer', takes: 'uri', help: 'transfer [N] URI: sends the caller there by REFER' },
  hangup: { decision: 'hang-up', takes: 'nothing', help: 'hangup [N]: BYE' },
};

const OTHERS = { list: 'list: what waits and who talks', help: 'help', quit: 'quit: ends siphond' } as const;
type Other = keyof typeof OTHERS;

/** Other words for the same. */
const ALIASES: Readonly<Record<string, string>> = {
  accept: 'answer',
  'hang-up': 'hangup',
  bye: 'hangup',
  unhold: 'resume',
  exit: 'quit',
  '?': 'help',
};

/** Items have numbers below the codes that `reject` takes, so that a number alone says which is meant. */
export const MAX_ITEM_NUMBER = 299;

/** The commands, a line each; N is the number of an item, needed when there are several. */
export const OPERATOR_HELP: readonly string[] = [
  ...Object.values(VERBS).map(({ help }) => help),
  ...Object.values(OTHERS),
];

/** Reads one line; never throws. */
export function readOperatorLine(line: string): OperatorOrder {
  const [typed = '', ...words] = line.trim().split(/\s+/);
  if (typed === '') return { kind: 'nothing' };
  const word = ALIASES[typed.toLowerCase()] ?? typed.toLowerCase();
  const verb = Object.hasOwn(VERBS, word) ? VERBS[word] : undefined;
  if (verb !== undefined) return decisionOf(word, verb, words);
  if (!Object.hasOwn(OTHERS, word)) {
    const near = closest(word, [...Object.keys(VERBS), ...Object.keys(OTHERS)]);
    return problem(
      `${typed} is no command${near === undefined ? '; help shows them' : `; did you mean ${near}?`}`,
    );
  }
  return words.length === 0 ? { kind: word as Other } : problem(`${word} takes nothing behind it`);
}

const problem = (text: string): OperatorOrder => ({ kind: 'problem', text });

function decisionOf(word: string, verb: Verb, words: readonly string[]): OperatorOrder {
  const [first = ''] = words;
  // `reject 486` has a code and no number; `ring 1` has a number and no code.
  const hasNumber = /^\d{1,9}$/.test(first) && Number(first) <= MAX_ITEM_NUMBER;
  const number = hasNumber ? Number(first) : undefined;
  const rest = hasNumber ? words.slice(1) : words;
  const { decision: kind, takes } = verb;
  const decided = (more: Partial<Decision> = {}): OperatorOrder => ({
    kind: 'decide',
    number,
    decision: { kind, ...more },
  });
  if (takes === 'status') return withStatus(word, verb, rest, decided);
  if (takes === 'uri') {
    const [target, ...surplus] = rest;
    if (target === undefined || surplus.length > 0)
      return problem(`${word} takes one URI, such as ${word} ${number ?? 1} sip:carol@example.com`);
    return decided({ target });
  }
  return rest.length === 0
    ? decided()
    : problem(`${word} takes the number of an item, not ${rest.join(' ')}`);
}

function withStatus(
  word: string,
  { from = 0, to = 0 }: Verb,
  [code, ...words]: readonly string[],
  decided: (more?: Partial<Decision>) => OperatorOrder,
): OperatorOrder {
  if (code === undefined) return decided();
  const status = /^\d{3}$/.test(code) ? Number(code) : 0;
  if (status < from || status > to) return problem(`${word}: a code is ${from} to ${to}, not ${code}`);
  return decided({ status, ...(words.length === 0 ? {} : { reason: words.join(' ') }) });
}
