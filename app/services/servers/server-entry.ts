import type { Clock } from '../../../stack/core/clock.ts';
import { ContractError } from '../../contract/errors.ts';
import type { OperatorItem } from '../../contract/operator.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import type { Listener, LogLine, ServerInfo, ServerProblem } from '../../contract/servers.ts';
import {
  type NodeOrders,
  NodeRefusal,
  type LaunchedNode,
  type LaunchNode,
  type NodeEnd,
  type NodeListener,
} from '../../servers/node-protocol.ts';
import type { Ask } from '../../servers/questions/questions.ts';

/** Lines a server keeps; older ones go. */
const MAX_LOG_LINES = 1000;

const NO_STATS: ServerInfo['stats'] = {
  messagesPerSec: 0,
  messages: 0,
  activeCalls: 0,
  activeTransactions: 0,
  loopLagMs: 0,
};

export interface EntryHooks {
  readonly onChanged: () => void;
  readonly onLogged: (lines: readonly LogLine[]) => void;
  readonly onCaptured: (batch: ArrayBuffer) => void;
  readonly onWaiting: () => void;
}

/** One server: its definition, its node while there is one, and what is known of both. */
export class ServerEntry {
  readonly id: string;
  readonly #clock: Clock;
  readonly #hooks: EntryHooks;
  #config: ServerConfig;
  #state: ServerInfo['state'] = 'stopped';
  #step: string | undefined;
  #listeners: readonly Listener[] = [];
  #problem: ServerProblem | undefined;
  #startedAtMs: number | undefined;
  #stats = NO_STATS;
  #log: LogLine[] = [];
  #waiting: readonly OperatorItem[] = [];
  #node: LaunchedNode | undefined;

  constructor(id: string, config: ServerConfig, clock: Clock, hooks: EntryHooks) {
    this.id = id;
    this.#config = config;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  get config(): ServerConfig {
    return this.#config;
  }

  /** Whether a node of it is there, on its way up or down included. */
  get isActive(): boolean {
    return this.#node !== undefined || this.#isStarting();
  }

  get listeners(): readonly Listener[] {
    return this.#listeners;
  }

  /** What waits for the operator. */
  get waiting(): readonly OperatorItem[] {
    return this.#waiting;
  }

  /** Asks the running node. @throws ContractError code 'conflict' when it does not run. */
  get ask(): Ask {
    if (this.#node === undefined || this.#state !== 'running')
      throw new ContractError('conflict', `${this.#config.name} does not run.`);
    return this.#node.ask;
  }

  get info(): ServerInfo {
    return {
      id: this.id,
      config: this.#config,
      state: this.#state,
      listeners: [...this.#listeners],
      stats: this.#stats,
      logLines: this.#log.length,
      ...(this.#step === undefined ? {} : { step: this.#step }),
      ...(this.#problem === undefined ? {} : { problem: this.#problem }),
      ...(this.#startedAtMs === undefined ? {} : { startedAtMs: this.#startedAtMs }),
    };
  }

  /** The newest lines, oldest first. */
  logLines(limit: number): LogLine[] {
    return this.#log.slice(-limit);
  }

  configure(config: ServerConfig): void {
    this.#config = config;
    this.#problem = undefined;
    if (!this.isActive) this.#state = 'stopped';
    this.#hooks.onChanged();
  }

  /**
   * Resolves when every listener is bound. The caller has made sure that no node is there.
   * @param explain - completes a problem with what only the registry knows.
   * @returns the problem that kept it from starting; undefined when it runs, or was stopped meanwhile.
   */
  async start(
    launch: LaunchNode,
    means: Omit<NodeOrders, 'config'>,
    explain: (problem: ServerProblem) => Promise<ServerProblem>,
  ): Promise<ServerProblem | undefined> {
    this.#state = 'starting';
    this.#problem = undefined;
    this.#stats = NO_STATS;
    const node = launch({ ...means, config: this.#config }, this.#listener());
    this.#node = node;
    this.#hooks.onChanged();
    try {
      const { listeners } = await node.started;
      if (this.#isStarting()) this.#run(listeners);
      return undefined;
    } catch (error) {
      if (!(error instanceof NodeRefusal)) throw error;
      if (!this.#isStarting()) return undefined;
      const problem = await explain(error.problem);
      this.#fail(problem);
      return problem;
    }
  }

  /** Resolves when the ports are free; harmless when no node is there. */
  async stop(graceMs: number): Promise<void> {
    if (this.#node === undefined) return;
    this.#state = 'stopping';
    this.#hooks.onChanged();
    await this.#node.stop(graceMs);
  }

  // A method, because the state changes while `start` waits, which the compiler cannot see.
  #isStarting(): boolean {
    return this.#state === 'starting';
  }

  #run(listeners: readonly Listener[]): void {
    this.#state = 'running';
    this.#step = undefined;
    this.#listeners = listeners;
    this.#startedAtMs = this.#clock.wallMs();
    this.#hooks.onChanged();
  }

  #fail(problem: ServerProblem): void {
    this.#state = problem.code === 'crashed' ? 'crashed' : 'failed';
    this.#step = undefined;
    this.#problem = problem;
    this.#hooks.onChanged();
  }

  #append(lines: readonly LogLine[]): void {
    this.#log = [...this.#log, ...lines].slice(-MAX_LOG_LINES);
    this.#hooks.onLogged(lines);
  }

  #listener(): NodeListener {
    return {
      onStep: (step) => {
        this.#step = step;
        this.#hooks.onChanged();
      },
      onStats: (stats) => {
        this.#stats = stats;
        this.#hooks.onChanged();
      },
      onLog: (lines) => {
        this.#append(lines);
      },
      onCaptured: this.#hooks.onCaptured,
      onWaiting: (items) => {
        this.#wait(items);
      },
      onResponding: (isResponding) => {
        if (this.#state !== 'running') return;
        this.#problem = isResponding ? undefined : this.#silence();
        this.#hooks.onChanged();
      },
      onEnded: (end) => {
        this.#end(end);
      },
    };
  }

  #wait(items: readonly OperatorItem[]): void {
    this.#waiting = items;
    this.#hooks.onWaiting();
  }

  #silence(): ServerProblem {
    return {
      code: 'not-responding',
      message: `${this.#config.name} has not been heard of for some seconds.`,
      hint: 'It may be overloaded and come back by itself. Stopping it ends it by force.',
    };
  }

  #end(end: NodeEnd): void {
    this.#node = undefined;
    this.#listeners = [];
    this.#startedAtMs = undefined;
    this.#stats = { ...NO_STATS, messages: this.#stats.messages };
    if (this.#waiting.length > 0) this.#wait([]);
    // Whoever awaits the start says what became of it.
    if (this.#isStarting()) return;
    this.#step = undefined;
    if (end.kind === 'stopped') {
      this.#state = 'stopped';
      this.#problem = undefined;
    } else {
      const { exitCode, reason } = end;
      this.#state = 'crashed';
      this.#problem = {
        code: 'crashed',
        message: `${this.#config.name} crashed: ${reason} (exit code ${exitCode}).`,
        hint: 'Its ports are free again: start it anew. The last lines of its log may say why.',
        exitCode,
      };
      this.#append([
        { atMs: this.#clock.wallMs(), level: 'error', message: 'crashed', fields: { reason, exitCode } },
      ]);
    }
    this.#hooks.onChanged();
  }
}
