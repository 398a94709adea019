import type { SipMessage } from '../../stack/message/message.ts';
import type { Value } from './expression.ts';
import type { Wait } from './executors.ts';
import { compare, titleOf } from './match.ts';
import type { CompiledMatch } from './program.ts';
import type { Scope } from './scope.ts';

/** A message that came and that no step has taken yet. */
export interface Arrival {
  readonly message: SipMessage;
  readonly atMs: number;
  /** Of a response: which request of ours. */
  readonly request: number | undefined;
  /** Of a request that can be answered. */
  readonly transaction: string | undefined;
}

/** What a message is to the step that waits. */
export type Judgement =
  | {
      readonly kind: 'fits';
      readonly match: CompiledMatch;
      readonly captured: Readonly<Record<string, Value>>;
    }
  /**
   * It may come before what is waited for. `answer`: the status it is answered with. `nearMiss`: it was nearly what is waited for, and why it
   * was not.
   */
  | {
      readonly kind: 'passed-over';
      readonly captured: Readonly<Record<string, Value>>;
      readonly answer?: number | undefined;
      readonly nearMiss?: string | undefined;
    }
  | { readonly kind: 'wrong'; readonly reason: string }
  | { readonly kind: 'challenge'; readonly status: number }
  | { readonly kind: 'unexpected' };

/**
 * Compares a message with what a step waits for. @param wanted - what has not come yet of it.
 * @param startOf - from when on its time counts; undefined when that has not come.
 * @throws ExpressionError
 */
export function judge(
  wait: Extract<Wait, { op: 'expect' | 'gather' }>,
  wanted: readonly CompiledMatch[],
  { message, atMs, request }: Arrival,
  startOf: (match: CompiledMatch) => number | undefined,
  scope: Scope,
): Judgement {
  let near: string | undefined;
  for (const match of wanted) {
    const comparison = compare(match, message, scope);
    if (comparison.fits) {
      const reason = timeDefect(match, atMs, startOf(match));
      return reason === undefined
        ? { kind: 'fits', match, captured: comparison.captured }
        : { kind: 'wrong', reason };
    }
    if (comparison.isNear) near = comparison.reason;
  }
  for (const match of wait.optional) {
    const comparison = compare(match, message, scope);
    if (comparison.fits) return { kind: 'passed-over', captured: comparison.captured, answer: match.answer };
  }
  const { startLine } = message;
  const status = startLine.kind === 'response' ? startLine.status : undefined;
  if (status !== undefined && status < 200) {
    const nearMiss = near === undefined ? undefined : `${titleOf(message)} came, but ${near}`;
    return { kind: 'passed-over', captured: {}, nearMiss };
  }
  if (near !== undefined) return { kind: 'wrong', reason: near };
  return (status === 401 || status === 407) && request !== undefined
    ? { kind: 'challenge', status }
    : { kind: 'unexpected' };
}

function timeDefect(
  { afterMs, withinMs, since, title }: CompiledMatch,
  atMs: number,
  startMs: number | undefined,
): string | undefined {
  const of = since === undefined ? '' : ` since ${since}`;
  if (startMs === undefined) return `expected ${title} at a time${of}, which is not over yet`;
  const tookMs = Math.round(atMs - startMs);
  if (afterMs !== undefined && tookMs < afterMs)
    return `expected ${title} after ${afterMs} ms${of} at least, got it after ${tookMs} ms`;
  // Without `since` the timer of the step would have ended it.
  return since !== undefined && withinMs !== undefined && tookMs > withinMs
    ? `expected ${title} within ${withinMs} ms${of}, got it after ${tookMs} ms`
    : undefined;
}

/** @param nearMiss - a message passed over that was nearly the one. */
export function unexpectedText(
  wanted: readonly CompiledMatch[],
  { message }: Arrival,
  nearMiss: string | undefined,
): string {
  const miss = nearMiss === undefined ? '' : `; before it ${nearMiss}`;
  return `expected ${wanted.map(({ title }) => title).join(' or ')}, got ${titleOf(message)}${miss}`;
}

/** @param titles - of what has not come: one of them was enough for `expect`. */
export function missingText(
  titles: readonly string[],
  op: 'expect' | 'gather',
  nearest: string | undefined,
): string {
  const came = nearest === undefined ? '' : `; nearest: ${nearest}`;
  return `expected ${titles.join(op === 'expect' ? ' or ' : ' and ')}, which did not come in time${came}`;
}
