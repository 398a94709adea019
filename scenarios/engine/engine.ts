import { singleAccount } from '../../stack/auth/account.ts';
import { CredentialStore } from '../../stack/auth/credential-store.ts';
import type { Hashes } from '../../stack/auth/hashes.ts';
import { formatAddress, type Address } from '../../stack/core/address.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { ActorMessages } from './actor-messages.ts';
import { ActorRun } from './actor-run.ts';
import type { Action, Event, TimerOf } from './events.ts';
import { rowName, type Rows } from './datasets/cursor.ts';
import type { Value } from './expression.ts';
import type { Generators } from './generators.ts';
import type { DialogView, Held, RunView } from './gate.ts';
import type { NodeListener } from './nodes/node-port.ts';
import { namesOfNodes, uriOfNode } from './nodes/node-names.ts';
import type { ActorProgram, Instruction, Program } from './program.ts';
import { Scope } from './scope.ts';
import type { StepResult, Verdict } from './verdict.ts';

export interface EngineOptions {
  readonly ids: Ids;
  readonly hashes: Hashes;
  /** Where each actor listens, by name: variables NAME (HOST:PORT), NAME_host and NAME_port. */
  readonly addresses: ReadonlyMap<string, Address>;
  /** Where each node listens, by name. */
  readonly nodes?: ReadonlyMap<string, readonly NodeListener[]> | undefined;
  /** In place of those of the file. */
  readonly variables?: Readonly<Record<string, Value>>;
  readonly generators: Generators;
  /** The row of each dataset that this run is about. */
  readonly rows: Rows;
  /** Whether actors wait before each step until they are released. */
  readonly holds?: (() => boolean) | undefined;
}

/** A scenario under way: told what happens, it says what to do. Neither time nor network is in here. */
export class Engine implements RunView {
  readonly #program: Program;
  readonly #actors = new Map<string, ActorRun>();
  readonly #results: StepResult[] = [];
  readonly #scope: Scope;
  readonly #rows: Rows;
  readonly #nodes: ReadonlyMap<string, readonly NodeListener[]>;
  /** The node that is the target because nobody has named another. */
  readonly #targetNode: string | undefined;
  readonly #arrived = new Map<string, Set<string>>();
  #actions: Action[] = [];
  #nowMs = 0;
  #startMs = 0;
  #end: Pick<Verdict, 'outcome' | 'reason'> | undefined;
  /** The first step that failed. */
  #failed: StepResult | undefined;

  /** @throws ExpressionError when what an actor is cannot be worked out. */
  constructor(program: Program, options: EngineOptions) {
    this.#program = program;
    const {
      addresses,
      nodes = new Map<string, readonly NodeListener[]>(),
      variables = {},
      generators,
      rows,
    } = options;
    this.#rows = rows;
    this.#nodes = nodes;
    this.#scope = new Scope(generators, new Map([...rows].map(([name, { values }]) => [name, values])));
    this.#scope.assign(namesOf(addresses));
    this.#scope.assign(namesOfNodes(nodes));
    this.#scope.assign(variables);
    const isTargetNamed = 'target' in variables || 'target' in program.variables;
    this.#targetNode = isTargetNamed ? undefined : program.firstNode;
    if (this.#targetNode !== undefined)
      this.#scope.set('target', this.#scope.get(`${this.#targetNode}_uri`) ?? '');
    for (const [name, value] of Object.entries(program.variables))
      if (!(name in variables))
        this.#scope.set(name, typeof value === 'string' ? this.#scope.fill(value) : value);
    for (const [name, value] of Object.entries(partsOfTarget(this.#scope.get('target'))))
      if (this.#scope.get(name) === undefined) this.#scope.set(name, value);
    for (const actor of program.actors) this.#actors.set(actor.name, this.#make(actor, options));
  }

  /** Undefined while it runs. */
  get verdict(): Verdict | undefined {
    if (this.#end === undefined) return undefined;
    const rows = [...this.#rows.values()].map(rowName);
    return {
      scenario: this.#program.name,
      ...this.#end,
      steps: this.#results,
      tookMs: this.#nowMs - this.#startMs,
      variables: this.#scope.values(),
      ...(rows.length > 0 && { rows }),
    };
  }

  get results(): readonly StepResult[] {
    return this.#results;
  }

  get held(): readonly Held[] {
    if (this.#end !== undefined) return [];
    return [...this.#actors].flatMap(([actor, { held }]) =>
      held === undefined ? [] : [{ actor, step: held }],
    );
  }

  get variables(): Readonly<Record<string, Value>> {
    return this.#scope.values();
  }

  get dialogs(): readonly DialogView[] {
    return [...this.#actors].flatMap(([actor, { messages }]) =>
      messages.dialogs.map((dialog) => ({ actor, ...dialog.view })),
    );
  }

  /** Takes an event. @param nowMs - any clock that never goes back. */
  step(event: Event, nowMs: number): readonly Action[] {
    this.#nowMs = nowMs;
    this.#actions = [];
    if (event.kind === 'start') {
      this.#startMs = nowMs;
      for (const actor of this.#actors.values()) actor.start();
    } else if (event.kind === 'stop') this.#finish({ outcome: 'stopped', reason: 'stopped by hand' });
    else if (this.#end === undefined) this.#tell(event);
    else this.#tellLate(event);
    this.#judge();
    return this.#actions;
  }

  #tell(event: Exclude<Event, { kind: 'start' | 'stop' }>): void {
    const actor = this.#actors.get(event.actor);
    switch (event.kind) {
      case 'request':
        return actor?.onRequest(event.message, event.transaction);
      case 'response':
        return actor?.onResponse(event.message, event.request);
      case 'unanswered':
        return actor?.onUnanswered(event.request, event.reason);
      case 'timer':
        return event.of === 'steps' ? actor?.onTimer() : actor?.onRegistrationTimer();
      case 'release':
        return actor?.release();
      case 'disconnected':
        return actor?.onDisconnected();
      case 'repeated':
        return actor?.onRepeated(event.message);
      default:
        event satisfies never;
    }
  }

  /** What comes after the end changes nothing but what is still open. */
  #tellLate(event: Exclude<Event, { kind: 'start' | 'stop' }>): void {
    if (event.kind !== 'request' && event.kind !== 'response') return;
    const actor = this.#actors.get(event.actor);
    if (event.kind === 'request') {
      if (event.transaction !== undefined)
        actor?.messages.turnAway(event.message, event.transaction, this.#scope);
      return;
    }
    actor?.onLateResponse(event.message, event.request);
  }

  #judge(): void {
    if (this.#end !== undefined) return;
    const failed = this.#failed;
    if (failed !== undefined) {
      const { actor, step, reason = '' } = failed;
      const rows = [...this.#rows.values()].map((row) => `; ${rowName(row)}`).join('');
      this.#finish({
        outcome: 'fail',
        reason: `${actor}, ${step.file === undefined ? '' : `${step.file} `}line ${step.line}, ${step.title}: ${reason}${rows}`,
      });
    } else if (this.#isDone()) this.#finish({ outcome: 'pass' });
  }

  #isDone(): boolean {
    for (const { state } of this.#actors.values()) if (state !== 'done') return false;
    return true;
  }

  #finish(end: Pick<Verdict, 'outcome' | 'reason'>): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    for (const [name, actor] of this.#actors) {
      this.#setTimer(name, 'steps', undefined);
      actor.end();
    }
  }

  #setTimer(actor: string, of: TimerOf, delayMs: number | undefined): void {
    this.#actions.push({ kind: 'timer', actor, of, delayMs });
  }

  #meet(actor: string, point: string): boolean {
    const come = this.#arrived.get(point) ?? new Set<string>();
    this.#arrived.set(point, come.add(actor));
    const wanted = this.#program.meetings.get(point) ?? new Set<string>();
    if (come.size < wanted.size) return false;
    this.#arrived.delete(point);
    for (const [name, run] of this.#actors) if (name !== actor) run.onMet(point);
    return true;
  }

  /** The step an actor is at; what is sent once the run is over belongs to none. */
  #stepOf(actor: string): string | undefined {
    return this.#end === undefined ? this.#actors.get(actor)?.step?.id : undefined;
  }

  #make(program: ActorProgram, { ids, hashes, addresses, holds }: EngineOptions): ActorRun {
    const { name, actor } = program;
    const address = addresses.get(name) ?? { host: '127.0.0.1', port: 5060 };
    const text = (value: string): string => encodeText(this.#scope.fill(value));
    const user = text(actor.user ?? name);
    const at = formatAddress(address);
    const uri = `sip:${user}@${actor.domain === undefined ? at : text(actor.domain)}`;
    const params =
      actor.transport === 'udp' ? '' : `;transport=${actor.transport === 'wss' ? 'ws' : actor.transport}`;
    /** A URI, or a node where it is reached over the transport of the actor. */
    const destination = (named: string): string => {
      const listeners = this.#nodes.get(named);
      return listeners === undefined ? text(named) : uriOfNode(listeners, actor.transport);
    };
    const target = destination(actor.target ?? this.#targetNode ?? String(this.#scope.get('target') ?? ''));
    const registrar = parseUri(target);
    const home = registrar.port === undefined ? registrar.host : `${registrar.host}:${registrar.port}`;
    const aor = `sip:${user}@${actor.domain === undefined ? home : text(actor.domain)}`;
    const { credentials, outboundProxy } = actor;
    const messages = new ActorMessages(
      {
        name,
        host: address.host,
        target,
        outboundProxy: outboundProxy === undefined ? undefined : destination(outboundProxy),
        aor,
        headers: actor.headers ?? {},
        acknowledgesByHand: program.acknowledgesByHand,
        handled: handledBy(program.instructions),
        self: {
          from: actor.displayName === undefined ? `<${uri}>` : `"${text(actor.displayName)}" <${uri}>`,
          contact: `<sip:${user}@${at}${params}>`,
          newTag: () => ids.tag(),
          newCallId: () => ids.callId(),
          newCseq: () => ids.cseq(),
        },
        credentials:
          credentials === undefined
            ? undefined
            : new CredentialStore({
                hashes,
                ids,
                accounts: singleAccount(text(credentials.user), text(credentials.password)),
              }),
      },
      (action) => this.#actions.push(Object.assign(action, { stepId: this.#stepOf(name) })),
    );
    return new ActorRun(program, messages, {
      timeoutMs: this.#program.timeoutMs,
      scope: this.#scope,
      now: () => this.#nowMs,
      setTimer: (delayMs) => this.#setTimer(name, 'steps', delayMs),
      setRegistrationTimer: (delayMs) => this.#setTimer(name, 'registration', delayMs),
      report: (result) => {
        const told = { actor: name, atMs: this.#nowMs - this.#startMs, ...result };
        this.#results.push(told);
        if (told.outcome === 'fail') this.#failed ??= told;
      },
      meet: (point) => this.#meet(name, point),
      fault: (fault) => this.#actions.push({ kind: 'fault', actor: name, fault }),
      sendRaw: (raw, { pieceOctets, pauseMs }) =>
        this.#actions.push({
          kind: 'raw',
          actor: name,
          text: encodeText(raw),
          nextHop: outboundProxy === undefined ? target : destination(outboundProxy),
          pieceOctets,
          pauseMs,
          stepId: this.#stepOf(name),
        }),
      disconnect: () => this.#actions.push({ kind: 'disconnect', actor: name }),
      took: (message, { id }) => this.#actions.push({ kind: 'taken', actor: name, message, stepId: id }),
      holds: () => holds?.() === true,
      endedAtMs: (id) => {
        const result = [...this.#results].reverse().find(({ step }) => step.id === id);
        return result && this.#startMs + result.atMs;
      },
    });
  }
}

/** Variables about where actors listen: NAME (HOST:PORT), NAME_host and NAME_port. */
export function namesOf(addresses: ReadonlyMap<string, Address>): Record<string, Value> {
  const named: Record<string, Value> = {};
  for (const [name, address] of addresses) {
    named[name] = formatAddress(address);
    named[`${name}_host`] = address.host;
    named[`${name}_port`] = address.port;
  }
  return named;
}

/** `target_user`, `target_host`, `target_port` of the URI of the target. */
function partsOfTarget(target: Value | undefined): Record<string, Value> {
  const uri = parseUri(typeof target === 'string' ? target : '');
  return { target_user: uri.user ?? '', target_host: uri.host, target_port: uri.port ?? 5060 };
}

/** The answer for each program: a load run asks for every call. */
const HANDLED = new WeakMap<readonly Instruction[], ReadonlySet<string>>();

/** Methods that a scenario sends or waits for by name. */
function handledBy(instructions: readonly Instruction[]): ReadonlySet<string> {
  const known = HANDLED.get(instructions);
  if (known !== undefined) return known;
  const handled = new Set(
    instructions.flatMap((instruction) => {
      if (instruction.op === 'send')
        return 'method' in instruction.what ? [instruction.what.method ?? ''] : [];
      if (instruction.op === 'expect') return instruction.choices.map(({ match }) => match.method ?? '');
      return instruction.op === 'gather' ? instruction.matches.map(({ method }) => method ?? '') : [];
    }),
  );
  HANDLED.set(instructions, handled);
  return handled;
}
