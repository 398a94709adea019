import { durationMs } from '../schema/duration.ts';
import type { OptionalMatcher } from '../schema/matcher.ts';
import type { RequestSend, ResponseSend, Send } from '../schema/send.ts';
import type { StepKind } from '../schema/steps.ts';
import type { CompiledMatch } from './program.ts';

/** How reports and outlines call a step: `expect 180`, `invite sip:bob@example.com`. */
export function titleOf(kind: StepKind, value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return `${kind} ${value}`;
  if (typeof value !== 'object' || value === null) return kind;
  const { status, method, to, event } = value as Readonly<Record<string, unknown>>;
  const answered = typeof method === 'string' ? `(${method})` : undefined;
  const words = [status, status === undefined ? method : answered, to, event];
  const said = words.filter((word) => typeof word === 'string' || typeof word === 'number');
  return [kind, ...said.map(String)].join(' ');
}

export function normalSend(value: Send): RequestSend | ResponseSend {
  if (typeof value === 'number') return { status: value };
  return typeof value === 'string' ? { method: value } : value;
}

export function normalMatch(value: OptionalMatcher): CompiledMatch {
  const isStatus = typeof value === 'number' || (typeof value === 'string' && /^[1-6]xx$/.test(value));
  if (typeof value !== 'object')
    return {
      title: String(value),
      headers: {},
      capture: {},
      find: [],
      ...(isStatus ? { status: value } : { method: String(value) }),
    };
  const { within, after, headers = {}, capture = {}, find = [], ...rest } = value;
  const of = 'status' in value && value.method !== undefined ? ` (${value.method})` : '';
  return {
    ...rest,
    title: 'status' in value ? `${value.status}${of}` : value.method,
    headers,
    capture,
    find,
    ...(within !== undefined && { withinMs: durationMs(within) }),
    ...(after !== undefined && { afterMs: durationMs(after) }),
  };
}
