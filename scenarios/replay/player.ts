import type { CredentialStore } from '../../stack/auth/credential-store.ts';
import type { Clock, Timer } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { buildResponse } from '../../stack/message/response.ts';
import { buildCancel } from '../../stack/transaction/client-requests.ts';
import type { Target, Transport } from '../../stack/transport/transport.ts';
import type { Gate } from '../engine/gate.ts';
import type { RunTrace } from '../engine/run-trace.ts';
import { LiveAddresses } from './addresses.ts';
import { Arrivals } from './arrivals.ts';
import { Bindings } from './bindings.ts';
import { Calls } from './calls.ts';
import type { ReplayPlan, ReplayStep } from './plan.ts';
import { Progress, stepInfo } from './progress.ts';
import { ReplayCredentials } from './requests.ts';
import { canSend, sendStep } from './sender.ts';
import type { Stage } from './stage.ts';
import { ReplayWire, type SentRequest } from './wire.ts';

export interface PlayerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of the played lanes, by recorded address. */
  readonly sockets: ReadonlyMap<string, Transport>;
  readonly target: Target;
  /** Sends keep the pauses of the recording. */
  readonly keepsPauses: boolean;
  /** Holds each send until it is let go. */
  readonly gate: Gate | undefined;
  readonly credentials: CredentialStore | undefined;
  /** How long a message is waited for; longer where it was recorded to take longer. */
  readonly timeoutMs: number;
  readonly trace: RunTrace;
  /** Hears when something has happened. */
  readonly onProgress: () => void;
  readonly onOver: () => void;
}

/** How long the answers to what ends a replay are waited for. */
const CLEAN_UP_MS = 2000;

/** Plays a plan: sends what was sent when it is due, and waits for what came then. */
export class Player {
  readonly #options: PlayerOptions;
  readonly #stage: Stage;
  readonly #arrivals: Arrivals;
  #timer: Timer | undefined;
  #waitsFor: ReplayStep | undefined;
  #held: ReplayStep | undefined;
  #cleanUpFrom: number | undefined;
  #isOver = false;
  #failure: string | undefined;

  constructor(plan: ReplayPlan, options: PlayerOptions) {
    const { sockets, ids, clock, target, trace } = options;
    this.#options = options;
    const wires = new Map(
      [...sockets].map(([lane, transport]) => [lane, new ReplayWire(transport, clock, this.#listener(lane))]),
    );
    const locals = new Map([...sockets].map(([lane, { local }]) => [lane, local]));
    const startMs = clock.now();
    this.#stage = {
      plan,
      ids,
      target,
      trace,
      wires,
      progress: new Progress(plan),
      bindings: new Bindings(ids),
      addresses: new LiveAddresses(plan, locals, target.address),
      credentials: new ReplayCredentials(options.credentials),
      calls: new Calls([...wires.values()], ids),
      stepOf: new Map(),
      sent: new Map(),
      got: new Map(),
      nowMs: () => clock.now() - startMs,
    };
    this.#arrivals = new Arrivals(this.#stage);
  }

  get addresses(): LiveAddresses {
    return this.#stage.addresses;
  }

  get progress(): Progress {
    return this.#stage.progress;
  }

  /** The send that waits to be let go. */
  get held(): ReplayStep | undefined {
    return this.#held;
  }

  /** The message that is waited for. */
  get awaited(): ReplayStep | undefined {
    const { next } = this.#stage.progress;
    return next?.kind === 'await' && this.#cleanUpFrom === undefined ? next : undefined;
  }

  /** Messages of the trace before those that only leave nothing open. */
  get playedMessages(): number {
    return this.#cleanUpFrom ?? this.#options.trace.messages.length;
  }

  /** Why nothing was played: nobody was there. */
  get failure(): string | undefined {
    return this.#arrivals.count === 0 ? this.#failure : undefined;
  }

  start(): void {
    this.#options.gate?.attach(
      () => (this.#held === undefined ? [] : [{ actor: this.#held.lane.name, step: stepInfo(this.#held) }]),
      () => {
        if (this.#held !== undefined) sendStep(this.#stage, this.#held);
        this.#advance();
      },
    );
    this.#advance();
  }

  /** Gives up: what is open is cancelled or ended. */
  stop(): void {
    if (this.#cleanUpFrom === undefined) this.#cleanUp();
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all([...this.#stage.wires.values()].map((wire) => wire.close()));
  }

  #listener(lane: string) {
    return {
      onResponse: (...[request, response]: Parameters<Arrivals['response']>): void => {
        if (this.#cleanUpFrom === undefined) this.#arrivals.response(request, response);
        else this.#endLate(lane, request, response);
        this.#advance();
      },
      onRequest: (request: Parameters<Arrivals['request']>[1]): void => {
        this.#arrivals.request(lane, request);
        this.#advance();
      },
      onFailed: (request: SentRequest, reason: string): void => {
        this.#failure ??= reason;
        this.#arrivals.failed(request, reason);
        this.#advance();
      },
    };
  }

  #advance(): void {
    this.#held = undefined;
    if (this.#cleanUpFrom !== undefined) return this.#endIfIdle();
    for (;;) {
      const step = this.#stage.progress.next;
      if (step === undefined) return this.#cleanUp();
      if (step.kind === 'send' && !canSend(this.#stage, step)) {
        const reason = 'there is nothing that it belongs to';
        this.#stage.progress.settle(step, 'skipped', this.#stage.nowMs(), reason);
        continue;
      }
      if (step.kind === 'send' && this.#options.gate?.isOpen === false) {
        this.#held = step;
        return this.#options.onProgress();
      }
      const forMs = this.#delayOf(step);
      if (forMs > 0) {
        this.#wait(step, forMs);
        return this.#options.onProgress();
      }
      sendStep(this.#stage, step);
    }
  }

  /** How long a send is put off, or a message waited for. */
  #delayOf({ kind, pauseMs }: ReplayStep): number {
    const { keepsPauses, timeoutMs } = this.#options;
    if (kind === 'await') return Math.max(timeoutMs, 2 * pauseMs);
    return keepsPauses ? pauseMs : 0;
  }

  #wait(step: ReplayStep, forMs: number): void {
    if (this.#waitsFor === step) return;
    this.#waitsFor = step;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(forMs, () => {
      if (this.#stage.progress.next !== step || this.#cleanUpFrom !== undefined) return;
      if (step.kind === 'await') this.#arrivals.missed(step, forMs);
      else sendStep(this.#stage, step);
      this.#advance();
    });
  }

  /** Leaves no call and no request open. */
  #cleanUp(): void {
    const { wires, got, calls, stepOf, trace, ids } = this.#stage;
    this.#cleanUpFrom = trace.messages.length;
    this.#held = undefined;
    this.#timer?.cancel();
    for (const { step, request } of got.values()) {
      if (request.isFinal) continue;
      const status = step.method === 'INVITE' ? 480 : 500;
      wires
        .get(step.lane.address)
        ?.respond(request, buildResponse(request.message, { status, toTag: ids.tag() }), status);
    }
    for (const wire of wires.values())
      for (const request of wire.open) {
        if (request.method === 'INVITE' && request.hasProvisional)
          wire.request(buildCancel(request.message), request.target);
        else if (request.method !== 'INVITE' || !stepOf.has(request)) wire.forget(request);
      }
    this.#arrivals.acknowledgeRest();
    calls.hangUp();
    this.#timer = this.#options.clock.after(CLEAN_UP_MS, () => {
      this.#end();
    });
    this.#options.onProgress();
    this.#endIfIdle();
  }

  /** A call that is answered when all is over is ended. */
  #endLate(lane: string, request: SentRequest, response: Parameters<Arrivals['response']>[1]): void {
    const wire = this.#stage.wires.get(lane);
    if (wire === undefined) return;
    this.#arrivals.late(wire, request, response);
  }

  #endIfIdle(): void {
    if ([...this.#stage.wires.values()].every((wire) => wire.open.length === 0)) this.#end();
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#options.onOver();
  }
}
