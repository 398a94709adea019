import type { Address } from '../core/address.ts';
import type { Clock, Timer } from '../core/clock.ts';
import type { Emitter } from '../core/emitter.ts';
import { HashIndex } from '../core/hash-index.ts';
import { OctetQueue } from '../core/octet-queue.ts';
import { callId } from '../message/headers/simple.ts';
import { cseq } from '../message/headers/cseq.ts';
import { topVia } from '../message/headers/via.ts';
import { parseMessage } from '../message/parse.ts';
import type { Transport } from '../transport/transport.ts';
import type { CompiledRow } from './fsm.ts';
import { branchKey } from './matching.ts';
import { NON_INVITE_SERVER } from './non-invite-server-fsm.ts';
import type { AnyTransaction, Fired, Route } from './types.ts';

/** A non-INVITE server transaction that has sent its final response over UDP, and that nobody waits for. */
export interface Answered {
  /** Finds it; not 0. */
  readonly key: number;
  readonly mergeKey: number | undefined;
  readonly transport: Transport;
  readonly address: Address;
  readonly response: Uint8Array;
}

export interface AnsweredRequestsHost {
  readonly clock: Clock;
  readonly fired: Emitter<Fired>;
  /** Timer J. */
  readonly delayMs: number;
  transportFailed(): void;
  /** One of them is over. */
  ended(mergeKey: number | undefined): void;
}

const { input: INPUT, state: STATE, states, inputs, cells, terminated } = NON_INVITE_SERVER;

/** Rows there is room for at first; a power of two, as every capacity. */
const FIRST_CAPACITY = 64;
/** The numbers of a row, and where they stand in it. */
const STRIDE = 8;
const [KEY, MERGE_KEY, DUE_MS, POSITION, LENGTH, PORT] = [0, 1, 2, 3, 4, 5] as const;
/** A merge key that is none, and the key of a row that is over before its time. */
const NONE = 0;

/**
 * Non-INVITE server transactions in state Completed, thousands of them: until timer J each sends its response again when its request comes again.
 * They are rows of flat arrays and octets in blocks, not objects, which the garbage collector would carry along for 32 seconds each. What a row
 * does is what the table of the machine says. Timer J is the same for all, so the first that came is the first that goes.
 * @rfc 3261 §17.2.2
 */
export class AnsweredRequests {
  readonly #host: AnsweredRequestsHost;
  readonly #rows = new HashIndex();
  readonly #octets = new OctetQueue();
  /** A ring: rows from `head` on, `count` of them, some of which may be over. */
  #capacity = FIRST_CAPACITY;
  #numbers = new Float64Array(FIRST_CAPACITY * STRIDE);
  #hosts: string[] = [];
  #transports: Transport[] = [];
  #head = 0;
  #count = 0;
  #lastHost = '';
  #timer: Timer | undefined;

  constructor(host: AnsweredRequestsHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** When the oldest was answered; Infinity when there is none. */
  get oldestMs(): number {
    return this.#count === 0 ? Infinity : this.#number(this.#head, DUE_MS) - this.#host.delayMs;
  }

  has(key: number): boolean {
    return this.#rows.has(key);
  }

  /** @returns whether it is kept; not, when its response is too large. */
  add({ key, mergeKey = NONE, transport, address, response }: Answered): boolean {
    const position = this.#octets.push(response);
    if (position === undefined) return false;
    if (this.#count === this.#capacity) this.#resize(this.#capacity * 2);
    const row = (this.#head + this.#count++) & (this.#capacity - 1);
    const { clock, delayMs } = this.#host;
    const numbers = this.#numbers;
    const at = row * STRIDE;
    numbers[at + KEY] = key;
    numbers[at + MERGE_KEY] = mergeKey;
    numbers[at + DUE_MS] = clock.now() + delayMs;
    numbers[at + POSITION] = position;
    numbers[at + LENGTH] = response.length;
    numbers[at + PORT] = address.port;
    this.#setWay(row, transport, address.host);
    this.#rows.set(key, row);
    this.#timer ??= clock.after(delayMs, this.#onDue);
    return true;
  }

  /** A request came. @returns whether it was one of these, again. */
  receive(key: number): boolean {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#input(row, INPUT['recv-request']);
    return row !== undefined;
  }

  /** Its response could not be sent; harmless when it is over. @rfc 3261 §17.2.4 */
  sendFailed(key: number): void {
    const row = this.#rows.get(key);
    if (row !== undefined) this.#input(row, INPUT['transport-error']);
  }

  /** Ends the oldest as if its time had come. */
  endOldest(): void {
    if (this.#count > 0) this.#input(this.#head, INPUT['timer-j']);
  }

  /** The oldest first; each is true for as long as nothing happens. */
  *transactions(): Iterable<AnyTransaction> {
    for (let n = 0; n < this.#count; n++) {
      const row = (this.#head + n) & (this.#capacity - 1);
      if (this.#number(row, KEY) !== NONE) yield this.#transaction(row);
    }
  }

  /** Ends all of them without a word. */
  dispose(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#rows.clear();
    this.#octets.clear();
    this.#count = 0;
    if (this.#capacity > FIRST_CAPACITY) this.#resize(FIRST_CAPACITY);
  }

  #input(row: number, input: number): void {
    const cell = cells[STATE.completed * inputs.length + input];
    if (cell === undefined) return;
    if (this.#host.fired.listenerCount > 0) this.#tell(row, cell);
    for (const step of cell.steps) {
      if (step.verb !== 'perform') continue;
      if (step.action === 'send-response') this.#send(row);
      else if (step.action === 'report-transport-error') this.#host.transportFailed();
    }
    if (cell.next === terminated) this.#end(row);
  }

  #send(row: number): void {
    const key = this.#number(row, KEY);
    const { transport, target } = this.#wayOf(row);
    transport.send(this.#responseOf(row), target, () => {
      this.sendFailed(key);
    });
  }

  #end(row: number): void {
    const at = row * STRIDE;
    const mergeKey = this.#number(row, MERGE_KEY);
    // Another one may have taken the key since: then the key is its own.
    if (this.#rows.get(this.#number(row, KEY)) === row) this.#rows.delete(this.#number(row, KEY));
    this.#numbers[at + KEY] = NONE;
    this.#trim();
    this.#host.ended(mergeKey === NONE ? undefined : mergeKey);
  }

  /** Forgets the rows at the head that are over. */
  #trim(): void {
    while (this.#count > 0 && this.#number(this.#head, KEY) === NONE) {
      this.#head = (this.#head + 1) & (this.#capacity - 1);
      this.#count--;
    }
    if (this.#count === 0) this.dispose();
    else this.#octets.dropBefore(this.#number(this.#head, POSITION));
  }

  readonly #onDue = (): void => {
    const nowMs = this.#host.clock.now();
    while (this.#count > 0 && this.#number(this.#head, DUE_MS) <= nowMs) this.endOldest();
    const leftMs = this.#number(this.#head, DUE_MS) - nowMs;
    this.#timer = this.#count > 0 ? this.#host.clock.after(leftMs, this.#onDue) : undefined;
  };

  #transaction(row: number): AnyTransaction {
    const { delayMs } = this.#host;
    const response = parseMessage(this.#responseOf(row));
    const dueMs = this.#number(row, DUE_MS);
    const via = topVia(response);
    return {
      // A response repeats what names its transaction, unless it breaks the rules on purpose.
      id:
        via === undefined
          ? this.#number(row, KEY).toString(36)
          : branchKey(via, cseq(response)?.method ?? ''),
      side: 'server',
      isRetired: true,
      state: states[STATE.completed] ?? '',
      timers: [{ input: inputs[INPUT['timer-j']] ?? '', dueMs, delayMs }],
      facts: () => ({ route: this.#wayOf(row), callId: callId(response), startMs: dueMs - delayMs }),
    };
  }

  #tell(row: number, { input, next, rfc }: CompiledRow<string>): void {
    const { clock, fired } = this.#host;
    const transaction = this.#transaction(row);
    const { id: transactionId, state: from } = transaction;
    const to = states[next] ?? '';
    fired.emit({ transaction, transition: { transactionId, from, to, input, rfc, atMs: clock.now() } });
  }

  #responseOf(row: number): Uint8Array {
    return this.#octets.read(this.#number(row, POSITION), this.#number(row, LENGTH));
  }

  #wayOf(row: number): Route {
    const transport = this.#transports[row];
    const host = this.#hosts[row];
    if (transport === undefined || host === undefined) throw new RangeError(`there is no row ${row}`);
    return { transport, target: { address: { host, port: this.#number(row, PORT) } } };
  }

  #setWay(row: number, transport: Transport, host: string): void {
    // Mostly the same as a row before: then it is that string, and no new one has to live on.
    if (this.#hosts[row] !== host) this.#hosts[row] = this.#lastHost === host ? this.#lastHost : host;
    this.#lastHost = this.#hosts[row] ?? host;
    this.#transports[row] = transport;
  }

  #number(row: number, field: number): number {
    return this.#numbers[row * STRIDE + field] ?? NONE;
  }

  /** Moves the rows to a ring of another size, the oldest to its beginning. */
  #resize(capacity: number): void {
    const rows = Array.from({ length: this.#count }, (_, n) => (this.#head + n) & (this.#capacity - 1));
    const numbers = new Float64Array(capacity * STRIDE);
    for (const [to, from] of rows.entries()) {
      numbers.set(this.#numbers.subarray(from * STRIDE, (from + 1) * STRIDE), to * STRIDE);
      const key = numbers[to * STRIDE + KEY] ?? NONE;
      if (this.#rows.get(key) === from) this.#rows.set(key, to);
    }
    this.#hosts = rows.flatMap((from) => this.#hosts[from] ?? []);
    this.#transports = rows.flatMap((from) => this.#transports[from] ?? []);
    this.#numbers = numbers;
    this.#capacity = capacity;
    this.#head = 0;
  }
}
