import { noticesRepeats } from '../engine/program-matches.ts';
import type { Hashes } from '../../stack/auth/hashes.ts';
import type { Clock, Timer } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import type { Resolver } from '../../stack/resolver/resolver.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { faultsFor } from '../engine/actor-faults.ts';
import { ActorSocket } from '../engine/actor-socket.ts';
import { RowSource } from '../engine/datasets/cursor.ts';
import { ExpressionError, type Value } from '../engine/expression.ts';
import { Generators } from '../engine/generators.ts';
import type { NodeListener } from '../engine/nodes/node-port.ts';
import type { Program } from '../engine/program.ts';
import type { Verdict } from '../engine/verdict.ts';
import type { Actor } from '../schema/scenario.ts';
import { Causes, type FailureGroup } from './causes.ts';
import type { CallTimes } from './histogram.ts';
import { LoadCall, type CallSetting } from './load-call.ts';
import { Pacer } from './pacer.ts';
import { shareOf, type LoadShare, type RateProfile } from './plan.ts';
import { dialogsWaitedFor, setupMethodOf } from './program-facts.ts';
import { Waiting } from './waiting.ts';

export interface LoadRunnerOptions {
  readonly program: Program;
  readonly share: LoadShare;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly resolver?: Resolver;
  /** Where each node listens, by name: they run already. */
  readonly nodes?: ReadonlyMap<string, readonly NodeListener[]>;
  readonly variables?: Readonly<Record<string, Value>>;
  /** Opens the socket of an actor. @throws what a transport throws when it cannot be bound. */
  readonly bind: (actor: Actor, name: string) => Transport | Promise<Transport>;
  readonly times: CallTimes;
}

/** What happened since somebody last asked. */
export interface LoadDelta {
  /** Since the run began. */
  readonly atMs: number;
  readonly attempts: number;
  readonly answered: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly skipped: number;
  readonly retransmissions: number;
  /** Calls that are on. */
  readonly active: number;
  readonly peakActive: number;
  /** Wanted of all workers together; of users, who want none, what this worker began. */
  readonly ratePerSec: number;
  /** The worst delay of a begin. */
  readonly lagMs: number;
  readonly failures: readonly FailureGroup[];
}

type State = 'new' | 'running' | 'paused' | 'draining' | 'stopping' | 'ended';

/** Calls ended a second at a stop: more at once would be lost on their way. */
const STOPS_PER_TICK = 20;
const STOP_TICK_MS = 10;
/** After how long a user whose call failed tries again. */
const RETRY_MS = 1000;

const newCounts = () => ({ attempts: 0, answered: 0, succeeded: 0, failed: 0, skipped: 0 });

/** Runs one scenario many times over one socket per actor. */
export class LoadRunner {
  readonly #options: LoadRunnerOptions;
  readonly #sockets = new Map<string, ActorSocket>();
  readonly #waiting = new Map<string, Waiting<LoadCall>>();
  readonly #calls = new Set<LoadCall>();
  /** Of a closed loop. */
  #users: number | undefined;
  readonly #maxCalls: number;
  readonly #maxConcurrent: number;
  readonly #timers = new Set<Timer>();
  #setting: CallSetting | undefined;
  #pacer: Pacer;
  #state: State = 'new';
  #startMs = 0;
  #begun = 0;
  /** Calls without a verdict. */
  #active = 0;
  #peakActive = 0;
  #counts = newCounts();
  #causes = new Causes();
  #lagMs = 0;
  #retransmissionsTold = 0;
  #onEnded: () => void = () => undefined;
  readonly ended: Promise<void>;

  constructor(options: LoadRunnerOptions) {
    this.#options = options;
    const { share, clock } = options;
    const { profile, limits, worker, workers } = share;
    this.#users = profile.shape === 'users' ? shareOf(profile.users, share) : undefined;
    this.#maxCalls = limits.maxCalls === undefined ? Infinity : shareOf(limits.maxCalls, share);
    this.#maxConcurrent = Math.max(1, shareOf(limits.maxConcurrent, share));
    this.#pacer = new Pacer(ratesOf(profile), clock.now(), worker, workers);
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  /** Opens the sockets. @throws TransportError */
  async open(): Promise<void> {
    const { program, clock, ids, hashes, resolver, nodes, variables = {}, bind, share } = this.#options;
    for (const one of program.actors) {
      const { name, actor } = one;
      const waiting = new Waiting<LoadCall>((id) => this.#callOf(id));
      this.#waiting.set(name, waiting);
      const socket = new ActorSocket({
        transport: await bind(actor, name),
        clock,
        ids,
        resolver,
        serverName: actor.tls?.serverName,
        claim: (message) => waiting.claim(message),
        faults: faultsFor(one, ids),
        noticesRepeats: noticesRepeats(one),
        maxClientTransactions: 4 * this.#maxConcurrent,
      });
      this.#sockets.set(name, socket);
    }
    this.#setting = {
      program,
      clock,
      ids,
      hashes,
      sockets: this.#sockets,
      addresses: new Map([...this.#sockets].map(([name, { address }]) => [name, address])),
      nodes,
      variables,
      rows: new RowSource(program.datasets, ids, { first: share.worker, every: share.workers }),
      generators: new Generators(ids),
      setupMethod: setupMethodOf(program),
      onAnswered: (_, setupMs) => {
        this.#counts.answered++;
        this.#options.times.setup.record(microseconds(setupMs));
      },
      onVerdict: (call, verdict) => this.#onVerdict(call, verdict),
      onOver: (call) => {
        this.#calls.delete(call);
        this.#endWhenDone();
      },
    };
  }

  start(): void {
    const { share, clock } = this.#options;
    this.#startMs = clock.now();
    this.#pacer = new Pacer(ratesOf(share.profile), this.#startMs, share.worker, share.workers);
    this.#state = 'running';
    this.#tick();
  }

  pause(): void {
    if (this.#state !== 'running') return;
    this.#state = 'paused';
    this.#pacer.pause(this.#options.clock.now());
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'running';
    this.#pacer.resume(this.#options.clock.now());
    this.#tick();
  }

  /** Begins no more calls and ends when the last one is over. */
  drain(): void {
    if (this.#state !== 'running' && this.#state !== 'paused') return;
    this.#state = 'draining';
    this.#endWhenDone();
  }

  /** Ends every call that is on, some at a time. */
  stop(): void {
    if (this.#state === 'stopping' || this.#state === 'ended') return;
    this.#state = 'stopping';
    const open = [...this.#calls];
    const some = (): void => {
      for (const call of open.splice(0, STOPS_PER_TICK)) call.stop();
      if (open.length > 0) this.#after(STOP_TICK_MS, some);
    };
    some();
    this.#endWhenDone();
  }

  /** An open loop at this rate from now on. @param ratePerSec - of all workers together. */
  setRate(ratePerSec: number): void {
    this.#users = undefined;
    this.#pacer.setRate(ratePerSec, this.#options.clock.now());
  }

  take(): LoadDelta {
    const { clock } = this.#options;
    const sent = [...this.#sockets.values()].reduce(
      (sum, { layer }) => sum + layer.stats.retransmissionsSent,
      0,
    );
    const delta = {
      atMs: clock.now() - this.#startMs,
      ...this.#counts,
      retransmissions: sent - this.#retransmissionsTold,
      active: this.#active,
      peakActive: this.#peakActive,
      ratePerSec: this.#users === undefined ? this.#pacer.rate(clock.now()) : this.#counts.attempts,
      lagMs: this.#lagMs,
      failures: this.#causes.groups(),
    };
    this.#retransmissionsTold = sent;
    this.#counts = newCounts();
    this.#causes = new Causes();
    this.#lagMs = 0;
    return delta;
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) timer.cancel();
    await Promise.all([...this.#sockets.values()].map((socket) => socket.close()));
  }

  #tick(): void {
    if (this.#state !== 'running') return;
    const { clock, share } = this.#options;
    const { durationSec } = share.limits;
    const untilMs = durationSec === undefined ? Infinity : durationSec * 1000;
    // One time for both questions: what becomes due while calls begin is for the next look.
    const nowMs = clock.now();
    for (const dueMs of this.#pacer.due(nowMs, untilMs)) {
      if (this.#begun >= this.#maxCalls || (this.#users !== undefined && this.#begun >= this.#users)) break;
      this.#begin(dueMs);
    }
    const isTimeUp = this.#pacer.runningMs(nowMs) >= untilMs;
    if (isTimeUp || this.#begun >= this.#maxCalls) this.drain();
    else this.#after(this.#pacer.waitMs(clock.now()), () => this.#tick());
  }

  #begin(dueMs: number): void {
    const { clock } = this.#options;
    const setting = this.#setting;
    if (setting === undefined) return;
    if (this.#active >= this.#maxConcurrent) {
      this.#counts.skipped++;
      return;
    }
    this.#begun++;
    this.#counts.attempts++;
    this.#lagMs = Math.max(this.#lagMs, clock.now() - dueMs);
    try {
      const call = new LoadCall(setting, dueMs);
      this.#active++;
      this.#peakActive = Math.max(this.#peakActive, this.#active);
      this.#calls.add(call);
      for (const actor of setting.program.actors) {
        const wire = call.wires.get(actor.name);
        if (wire !== undefined) this.#waiting.get(actor.name)?.add(call, wire, dialogsWaitedFor(actor));
      }
      call.begin();
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#counts.failed++;
      this.#causes.add({ signature: error.message, step: 'begin' }, this.#atSec(), () => []);
    }
  }

  #onVerdict(call: LoadCall, verdict: Verdict): void {
    this.#active--;
    for (const waiting of this.#waiting.values()) waiting.remove(call);
    if (verdict.outcome === 'pass') this.#counts.succeeded++;
    else if (verdict.outcome !== 'stopped') {
      this.#counts.failed++;
      this.#causes.add(call.causeOf(verdict), this.#atSec(), () => call.messages, verdict.rows?.join(', '));
    }
    if (verdict.outcome !== 'stopped')
      this.#options.times.length.record(microseconds(this.#options.clock.now() - call.dueMs));
    if (this.#users !== undefined) this.#beginAgain(verdict.outcome === 'pass' ? 0 : RETRY_MS);
  }

  /** The same user's next call. */
  #beginAgain(delayMs: number): void {
    const { clock } = this.#options;
    this.#after(delayMs, () => {
      if (this.#state === 'running' && this.#begun < this.#maxCalls) this.#begin(clock.now());
    });
  }

  #callOf(id: string): LoadCall | undefined {
    for (const socket of this.#sockets.values()) {
      const user = socket.userOf(id);
      if (user === undefined) continue;
      for (const call of this.#calls) for (const wire of call.wires.values()) if (wire === user) return call;
    }
    return undefined;
  }

  #atSec(): number {
    return (this.#options.clock.now() - this.#startMs) / 1000;
  }

  #after(delayMs: number, then: () => void): void {
    const timer = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(timer);
      then();
    });
    this.#timers.add(timer);
  }

  #endWhenDone(): void {
    const isEnding = this.#state === 'draining' || this.#state === 'stopping';
    if (!isEnding || this.#calls.size > 0) return;
    this.#state = 'ended';
    for (const timer of this.#timers) timer.cancel();
    this.#onEnded();
  }
}

/** Users come one after the other within the first second. */
const ratesOf = (profile: LoadShare['profile']): RateProfile =>
  profile.shape === 'users' ? { shape: 'constant', ratePerSec: profile.users } : profile;

const microseconds = (ms: number): number => Math.max(1, Math.round(ms * 1000));
