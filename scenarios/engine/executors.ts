import type { ActorMessages } from './actor-messages.ts';
import type { Value } from './expression.ts';
import type { ActorFault, Instruction } from './program.ts';
import type { Scope } from './scope.ts';

/** Instructions that an actor waits in, until a message comes, time has passed or the others have come. */
export type Wait = Extract<
  Instruction,
  { readonly op: 'expect' | 'gather' | 'none' | 'wait' | 'sync' | 'disconnected' }
>;
/** Those that are over at once. */
type Instant = Exclude<Instruction, Wait>;

/** Sends octets as they are, in pieces on a stream. */
export type SendRaw = (
  text: string,
  pieces: Pick<Extract<Instruction, { readonly op: 'raw' }>, 'pieceOctets' | 'pauseMs'>,
) => void;

/** What an instruction may do with the actor that comes to it. */
export interface Doing {
  readonly messages: ActorMessages;
  /** Names as they are known at this place. */
  readonly scope: Scope;
  /** Rounds done of each `repeat`, by its counter. */
  readonly rounds: Map<string, number>;
  readonly sendRaw: SendRaw;
  readonly disconnect: () => void;
  readonly fault: (fault: ActorFault) => void;
  /** What only the actor knows. */
  readonly declare: (name: string, value: Value) => void;
  /** Begins or ends the names of a scenario that is called. */
  readonly enter: (frame: Scope) => void;
  readonly leave: () => void;
  /** The step is met, and the next one comes. @param said - a line for the report. */
  readonly pass: (said?: string) => void;
  readonly fail: (reason: string) => void;
  /** Goes on at another instruction, or at the next one, without a word in the report. */
  readonly goTo: (at: number) => void;
  readonly goOn: () => void;
}

type Execute<K extends Instant['op']> = (
  instruction: Extract<Instant, { readonly op: K }>,
  doing: Doing,
) => void;

const EXECUTORS: { readonly [K in Instant['op']]: Execute<K> } = {
  send: ({ what, dialog: name }, { messages, scope, pass, fail }) => {
    const dialog = messages.dialog(name);
    const defect =
      'status' in what ? messages.respond(dialog, what, scope) : messages.send(dialog, what, scope);
    if (typeof defect === 'string') fail(defect);
    else pass();
  },
  raw: (instruction, { scope, sendRaw, pass }) => {
    sendRaw(scope.fill(instruction.text), instruction);
    pass();
  },
  disconnect: (_, { disconnect, pass }) => {
    disconnect();
    pass();
  },
  set: ({ values }, { scope, pass }) => {
    for (const [name, value] of Object.entries(values)) scope.set(name, worth(value, scope));
    pass();
  },
  check: ({ expression }, { scope, pass, fail }) => {
    if (scope.evaluate(expression) === true) pass();
    else fail(`${expression} is not true${valuesIn(expression, scope)}`);
  },
  log: ({ text }, { scope, pass }) => {
    pass(scope.fill(text));
  },
  fault: ({ fault }, doing) => {
    doing.fault(fault);
    doing.pass();
  },
  jump: ({ to }, { goTo }) => {
    goTo(to);
  },
  unless: ({ expression, to }, { scope, goTo, goOn }) => {
    if (scope.evaluate(expression) === true) goOn();
    else goTo(to);
  },
  rewind: ({ counter }, { rounds, goOn }) => {
    rounds.set(counter, 0);
    goOn();
  },
  round: ({ counter, times, to }, { rounds, declare, goTo, goOn }) => {
    const round = (rounds.get(counter) ?? 0) + 1;
    rounds.set(counter, round);
    declare('round', round);
    if (round > times) goTo(to);
    else goOn();
  },
  // What the caller gives is worked out as it knows it, what the file says as it stands there.
  enter: ({ own, given }, { scope, enter, goOn }) => {
    const frame = scope.inner();
    const values = Object.entries(given).map(([name, value]) => [name, worth(value, scope)] as const);
    for (const [name, value] of values) frame.declare(name, value);
    for (const [name, value] of Object.entries(own))
      if (!(name in given)) frame.declare(name, worth(value, frame));
    enter(frame);
    goOn();
  },
  leave: (_, { leave, goOn }) => {
    leave();
    goOn();
  },
};

export const isWait = (instruction: Instruction): instruction is Wait => !(instruction.op in EXECUTORS);

/** Carries out what is over at once. @throws ExpressionError */
export function execute(instruction: Exclude<Instruction, Wait>, doing: Doing): void {
  (EXECUTORS[instruction.op] as (given: never, doing: Doing) => void)(instruction as never, doing);
}

const worth = (value: Value, scope: Scope): Value => (typeof value === 'string' ? scope.fill(value) : value);

/** `: n is 3, word is "a"`: what the names of an expression stand for. */
function valuesIn(expression: string, scope: Scope): string {
  const names = [...new Set(expression.match(/[A-Za-z_]\w*/g) ?? [])].filter(
    (name) => scope.get(name) !== undefined,
  );
  return names.length === 0
    ? ''
    : `: ${names.map((name) => `${name} is ${JSON.stringify(scope.get(name))}`).join(', ')}`;
}
