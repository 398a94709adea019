import type { Hashes } from '../../stack/auth/hashes.ts';
import type { Address } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { octetText } from '../../stack/message/octets.ts';
import type { ActorSocket } from '../engine/actor-socket.ts';
import { ActorWire } from '../engine/actor-wire.ts';
import type { RowSource } from '../engine/datasets/cursor.ts';
import { Engine } from '../engine/engine.ts';
import type { Event } from '../engine/events.ts';
import { ExpressionError, type Value } from '../engine/expression.ts';
import type { Generators } from '../engine/generators.ts';
import { Instance } from '../engine/instance.ts';
import type { NodeListener } from '../engine/nodes/node-port.ts';
import type { Program } from '../engine/program.ts';
import type { Verdict } from '../engine/verdict.ts';
import { causeOf, type Cause, type SeenMessage } from './causes.ts';

/** What all calls of a run have in common. */
export interface CallSetting {
  readonly program: Program;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly sockets: ReadonlyMap<string, ActorSocket>;
  readonly addresses: ReadonlyMap<string, Address>;
  readonly nodes: ReadonlyMap<string, readonly NodeListener[]> | undefined;
  readonly variables: Readonly<Record<string, Value>>;
  /** Gives each call its rows of the datasets. */
  readonly rows: RowSource;
  readonly generators: Generators;
  /** Method whose 2xx is the answer; undefined where the scenario sends no request. */
  readonly setupMethod: string | undefined;
  readonly onAnswered: (call: LoadCall, setupMs: number) => void;
  readonly onVerdict: (call: LoadCall, verdict: Verdict) => void;
  readonly onOver: (call: LoadCall) => void;
}

/** Messages kept of a call, in case it fails. */
const MOST_MESSAGES = 40;

/** One run of the scenario among many. */
export class LoadCall {
  /** `Clock.now()` at which it was due, whenever it began. */
  readonly dueMs: number;
  readonly wires = new Map<string, ActorWire>();
  readonly #setting: CallSetting;
  readonly #instance: Instance;
  #messages: SeenMessage[] = [];
  #lateMs = 0;
  /** When the request that is to be answered would have been sent, had the call begun in time. */
  #sentMs: number | undefined;
  #isAnswered = false;
  #last: Event | undefined;

  /** @throws ExpressionError when what an actor is cannot be worked out, or the rows of a dataset are used up. */
  constructor(setting: CallSetting, dueMs: number) {
    this.dueMs = dueMs;
    this.#setting = setting;
    const { program, clock, ids, hashes, sockets, addresses, nodes, variables, generators } = setting;
    const rows = setting.rows.next();
    if ('reason' in rows) throw new ExpressionError(rows.reason);
    const engine = new Engine(program, { ids, hashes, addresses, nodes, variables, rows, generators });
    for (const [name, socket] of sockets)
      this.wires.set(
        name,
        new ActorWire({
          name,
          socket,
          clock,
          ids,
          trace: undefined,
          tell: (event) => this.#hear(event),
          watch: (direction, bytes, peer) => this.#see(name, direction, bytes, peer),
        }),
      );
    this.#instance = new Instance({
      engine,
      wires: this.wires,
      clock,
      onVerdict: (verdict) => setting.onVerdict(this, verdict),
      onOver: () => setting.onOver(this),
    });
  }

  begin(): void {
    this.#lateMs = this.#setting.clock.now() - this.dueMs;
    this.#hear({ kind: 'start' });
  }

  /** Ends what is open. */
  stop(): void {
    this.#hear({ kind: 'stop' });
  }

  /** Why it failed. */
  causeOf(verdict: Verdict): Cause {
    return causeOf(verdict, this.#last);
  }

  get messages(): readonly SeenMessage[] {
    return this.#messages;
  }

  #hear(event: Event): void {
    this.#last = event;
    if (event.kind === 'response') this.#lookForAnswer(event);
    this.#instance.tell(event);
  }

  #lookForAnswer({ message }: Extract<Event, { kind: 'response' }>): void {
    const { setupMethod, clock, onAnswered } = this.#setting;
    const { startLine } = message;
    if (this.#isAnswered || startLine.kind !== 'response') return;
    if (startLine.status < 200 || startLine.status > 299 || cseq(message)?.method !== setupMethod) return;
    this.#isAnswered = true;
    onAnswered(this, clock.now() - (this.#sentMs ?? this.dueMs));
  }

  #see(actor: string, direction: 'in' | 'out', bytes: Uint8Array, peer: Address): void {
    const { setupMethod, clock } = this.#setting;
    const nowMs = clock.now();
    if (this.#sentMs === undefined && direction === 'out' && beginsWith(bytes, setupMethod))
      this.#sentMs = nowMs - this.#lateMs;
    if (this.#messages.length >= MOST_MESSAGES) return;
    const atMs = nowMs - this.dueMs;
    this.#messages.push({ atMs, direction, actor, peer, bytes });
  }
}

const beginsWith = (bytes: Uint8Array, word: string | undefined): boolean =>
  word !== undefined && octetText(bytes, 0, Math.min(bytes.length, word.length + 1)) === `${word} `;
