import { durationMs } from '../schema/duration.ts';
import { octetsOf } from '../schema/send.ts';
import type { StepKind, StepValue } from '../schema/steps.ts';
import type { OptionalMatcher } from '../schema/matcher.ts';
import { normalSend } from './normal-form.ts';
import type { ActorFault, CompiledMatch } from './program.ts';
import type { Around, StepOutput } from './step-output.ts';
import type { Path } from './source.ts';

/** Between pieces of octets, when the file names none. */
const PAUSE_MS = 10;

/** What a step may ask of the compiler around it. */
export interface Compiling {
  readonly out: StepOutput;
  /** Steps inside of a step. @param within - the verb whose plain steps these are. */
  readonly steps: (steps: readonly unknown[], path: Path, within: Around | undefined) => void;
  /** What a message must be like. */
  readonly match: (value: OptionalMatcher) => CompiledMatch;
  /** The steps of another scenario. */
  readonly call: (value: StepValue<'call'>, around: Around) => void;
}

type CompileStep<K extends StepKind> = (
  value: StepValue<K>,
  around: Around,
  compiling: Compiling,
  whole: Readonly<Record<string, unknown>>,
) => void;

/** How each plain kind of step is made into instructions; the verbs among the kinds are expanded to these. */
export const STEP_COMPILERS: { readonly [K in StepKind]?: CompileStep<K> } = {
  send: (value, around, { out }) => out.emit(around, { op: 'send', what: normalSend(value) }),
  raw: (octets, around, { out }) => {
    const { pieceOctets, pause = PAUSE_MS } = typeof octets === 'string' ? {} : octets;
    out.emit(around, { op: 'raw', text: octetsOf(octets), pieceOctets, pauseMs: durationMs(pause) });
  },
  disconnect: (_, around, { out }) => out.emit(around, { op: 'disconnect' }),
  disconnected: ({ within }, around, { out }) =>
    out.emit(around, {
      op: 'disconnected',
      withinMs: within === undefined ? undefined : durationMs(within),
    }),
  expect: (value, around, { out, match }) => {
    const choices = [{ match: match(value), to: out.next + 1 }];
    out.emit(around, { op: 'expect', choices, optional: out.takeOptional() });
  },
  optional: (value, { path }, { out, match }) => {
    const message = match(value);
    if (message.method === 'ACK' && message.answer !== undefined)
      out.complain([...path, 'optional', 'answer'], 'an ACK is never answered');
    out.addOptional(message, path);
  },
  allOf: (values, around, { out, match }) =>
    out.emit(around, { op: 'gather', matches: values.map(match), optional: out.takeOptional() }),
  anyOf: (values, around, { out, steps, match }) => {
    const at = out.emit(around, { op: 'expect', choices: [], optional: out.takeOptional() });
    const exits: number[] = [];
    const choices: { readonly match: CompiledMatch; readonly to: number }[] = [];
    values.forEach(({ expect, timeout, then = [] }, i) => {
      const to = out.next;
      steps(then, [...around.path, 'anyOf', i, 'then'], undefined);
      exits.push(out.emit(around, { op: 'jump', to: 0 }));
      if (expect !== undefined) choices.push({ match: match(expect), to });
      if (timeout !== undefined) out.setChoices(at, { onTimeout: { afterMs: durationMs(timeout), to } });
    });
    for (const exit of exits) out.patch(exit, out.next);
    out.setChoices(at, { choices });
  },
  none: (value, around, { out, match }) => {
    const { for: time, message, retransmission } = typeof value === 'object' ? value : { for: value };
    out.emit(around, {
      op: 'none',
      forMs: durationMs(time),
      match: message === undefined ? undefined : match(message),
      isOfRetransmissions: retransmission === true,
    });
  },
  wait: (value, around, { out }) => out.emit(around, { op: 'wait', ms: durationMs(value) }),
  set: (values, around, { out }) => out.emit(around, { op: 'set', values }),
  check: (expression, around, { out }) => out.emit(around, { op: 'check', expression }),
  log: (text, around, { out }) => out.emit(around, { op: 'log', text }),
  sync: (point, around, { out }) => out.emit(around, { op: 'sync', point }),
  drop: (value, around, { out }) => out.emit(around, faultOf('drop', value)),
  duplicate: (value, around, { out }) => out.emit(around, faultOf('duplicate', value)),
  delay: ({ by, ...value }, around, { out }) =>
    out.emit(around, faultOf('delay', value, { delayMs: durationMs(by) })),
  corrupt: ({ what, ...value }, around, { out }) =>
    out.emit(around, faultOf('corrupt', value, { corruption: what })),
  label: (name, around, { out }) => {
    out.label(name, around);
  },
  goto: (name, around, { out }) => {
    out.goto(name, around);
  },
  call: (value, around, { call }) => {
    call(value, around);
  },
  repeat: ({ times, steps: inner }, around, { out, steps }) => {
    const counter = out.counter(around);
    out.emit(around, { op: 'rewind', counter });
    const head = out.emit(around, { op: 'round', counter, times, to: 0 });
    steps(inner, [...around.path, 'repeat', 'steps'], undefined);
    out.emit(around, { op: 'jump', to: head });
    out.patch(head, out.next);
  },
  if: (expression, around, { out, steps }, whole) => {
    const { then = [], else: otherwise = [] } = whole as { then?: unknown[]; else?: unknown[] };
    const branch = (inner: readonly unknown[], key: string): void => {
      steps(inner, [...around.path, key], around.isOfVerb ? around : undefined);
    };
    const test = out.emit(around, { op: 'unless', expression, to: 0 });
    branch(then, 'then');
    const exit = out.emit(around, { op: 'jump', to: 0 });
    out.patch(test, out.next);
    branch(otherwise, 'else');
    out.patch(exit, out.next);
  },
};

function faultOf(
  kind: ActorFault['kind'],
  { direction, only, next = 1, share }: StepValue<'drop'>,
  more: Partial<Pick<ActorFault, 'delayMs' | 'corruption'>> = {},
): { readonly op: 'fault'; readonly fault: ActorFault } {
  const amount: ActorFault['amount'] =
    share === undefined ? { kind: 'next', count: next } : { kind: 'share', percent: share };
  return {
    op: 'fault',
    fault: { kind, direction, only: only?.toString(), amount, delayMs: 0, corruption: 'octet', ...more },
  };
}
