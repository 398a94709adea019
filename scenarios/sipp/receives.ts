import type { Find } from '../schema/matcher.ts';
import { actionsOf } from './actions.ts';
import { type ImportContext, type Step, warnOfAttributes } from './context.ts';
import type { Element } from './xml.ts';

const KNOWN = [
  ...[
    'response',
    'request',
    'optional',
    'timeout',
    'ontimeout',
    'rrs',
    'auth',
    'next',
    'test',
    'response_txn',
  ],
  ...['regexp_match', 'ignoresdp'],
];

interface Matcher {
  status?: number;
  method?: string;
  find?: Find[];
  within?: string;
}
interface Alternative {
  readonly matcher: Matcher;
  readonly then: readonly Step[];
  readonly isOptional: boolean;
}

/**
 * The steps of a run of `recv`: optional ones and the mandatory one that ends it. Where an optional one has something to do, SIPp goes on
 * waiting after it, which is a loop here.
 */
export function receiveSteps(elements: readonly Element[], context: ImportContext): readonly Step[] {
  const late = timeoutOf(elements, context);
  const alternatives = elements.flatMap((element) => alternativesOf(element, late === undefined, context));
  const passedOver = alternatives.filter(({ isOptional, then }) => isOptional && then.length === 0);
  const others = alternatives.filter((one) => !passedOver.includes(one));
  const optional = passedOver.map(({ matcher }) => ({ optional: plain(matcher) }));
  const [first] = others;
  if (first === undefined) return optional;
  if (others.length === 1 && !first.isOptional && late === undefined)
    return [...optional, { expect: plain(first.matcher) }, ...first.then];
  const again = `again_${elements[0]?.place.line ?? 0}`;
  let isLoop = false;
  const messages = others.map(({ matcher, then, isOptional }) => {
    const goesOn = isOptional && !then.some((step) => 'goto' in step);
    isLoop ||= goesOn;
    const steps = goesOn ? [...then, { goto: again }] : then;
    return { expect: plain(matcher), ...(steps.length > 0 && { then: steps }) };
  });
  const anyOf = late === undefined ? messages : [...messages, late];
  return [...(isLoop ? [{ label: again }] : []), ...optional, { anyOf }];
}

/** `ontimeout`: where it goes on when nothing comes. Of several, sipp looks at the first element. */
function timeoutOf(elements: readonly Element[], context: ImportContext): Step | undefined {
  const told = elements.filter(({ attributes }) => attributes['ontimeout'] !== undefined);
  for (const { place, attributes } of told)
    if (!/^\d+$/.test(attributes['timeout'] ?? ''))
      context.warn(place, 'ontimeout without timeout is for -recv_timeout of sipp: it is left out');
  const element = told.find(({ attributes }) => /^\d+$/.test(attributes['timeout'] ?? ''));
  if (element === undefined) return undefined;
  const { timeout = '', ontimeout = '' } = element.attributes;
  return { timeout: `${timeout} ms`, then: [{ goto: ontimeout }] };
}

const plain = (matcher: Matcher): Matcher | number | string => {
  const { status, method, ...rest } = matcher;
  const isBare = Object.keys(rest).length === 0 && (status === undefined || method === undefined);
  return isBare ? (status ?? method ?? matcher) : matcher;
};

/** @param isTimed - `timeout` fails: nothing says where it goes on then. */
function alternativesOf(element: Element, isTimed: boolean, context: ImportContext): readonly Alternative[] {
  const { attributes, place } = element;
  warnOfAttributes(element, KNOWN, context);
  const { response, request, optional, timeout, response_txn: transaction } = attributes;
  const isOptional = optional === 'true' || optional === 'global';
  if (optional === 'global')
    context.warn(place, 'optional="global" is taken as optional="true": up to the next mandatory recv only');
  const kinds = kindsOf(response, request, attributes['regexp_match'] === 'true');
  if (kinds.length === 0) {
    context.warn(place, `${response ?? request ?? 'a recv of nothing'} is not supported: it is left out`);
    return [];
  }
  // The transaction layer takes the ACK of a refusal.
  if (request === 'ACK' && (context.sentStatus ?? 0) >= 300) {
    context.warn(
      place,
      `the ACK of ${context.sentStatus ?? ''} is taken by the transaction layer: it is not waited for`,
    );
    return [];
  }
  const [kind = {}] = kinds;
  if (!isOptional || kinds.length > 1) {
    context.receivedStatus = kind.status;
    context.receivedMethod = kind.method;
    context.sentStatus = undefined;
  }
  const method = transaction === undefined ? undefined : context.transactions.get(transaction);
  return kinds.map((one) => {
    const matcher: Matcher = {
      ...one,
      ...(method !== undefined && { method }),
      ...(isTimed && timeout !== undefined && /^\d+$/.test(timeout) && { within: `${timeout} ms` }),
    };
    context.received(matcher);
    const { finds, steps } = actionsOf(element, context);
    for (const find of finds) context.take(find);
    return { matcher, then: [...steps, ...nextSteps(element, context)], isOptional };
  });
}

function kindsOf(
  response: string | undefined,
  request: string | undefined,
  isPattern: boolean,
): readonly Pick<Matcher, 'status' | 'method'>[] {
  const words = (response ?? request ?? '').split(isPattern ? '|' : '\n').map((word) => word.trim());
  if (response !== undefined)
    return words.every((word) => /^[1-6]\d\d$/.test(word))
      ? words.map((word) => ({ status: Number(word) }))
      : [];
  return words.every((word) => /^[A-Za-z]+$/.test(word)) ? words.map((method) => ({ method })) : [];
}

/** `next` with its `test`: where SIPp goes on. */
export function nextSteps({ attributes }: Element, context: ImportContext): readonly Step[] {
  const { next, test } = attributes;
  if (next === undefined) return [];
  const goto: Step = { goto: next };
  return test === undefined ? [goto] : [{ if: isSet(test, context), then: [goto] }];
}

/** Whether a variable of SIPp is set: one that nothing was found for is not. */
export const isSet = (name: string, context: ImportContext): string =>
  `string(${context.variable(name)}) != ""`;
