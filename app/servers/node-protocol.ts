import type { ErrorCode } from '../contract/errors.ts';
import type { OperatorItem } from '../contract/operator.ts';
import type { LogLine, Listener, ServerProblem } from '../contract/servers.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import type { Ask, Question } from './questions/questions.ts';

/* What the workbench and the worker of one node tell each other. Both ends are this program, so nothing here is checked again. */

/** What a worker is born with. */
export interface NodeOrders {
  readonly config: ServerConfig;
  /** SIPHON_ID_SEED: makes every identifier repeatable. */
  readonly idSeed: string | undefined;
  /** Folder of what a person made. */
  readonly dataDir: string;
  /** What a users file would hold, in place of that of the configuration. */
  readonly users?: unknown;
  /** Name servers in place of those of the system. */
  readonly dnsServers?: readonly string[] | undefined;
}

export type ToNode =
  | { readonly kind: 'stop'; readonly graceMs: number }
  /** The workbench has taken in that many octets of captures. */
  | { readonly kind: 'taken'; readonly bytes: number }
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question; readonly params: unknown };

export type NodeProblem = Pick<ServerProblem, 'code' | 'message' | 'hint' | 'listener'>;

interface NodeStats {
  readonly messages: number;
  readonly messagesPerSec: number;
  readonly activeCalls: number;
  readonly activeTransactions: number;
  /** Longest delay of the worker's event loop since the last figures. */
  readonly loopLagMs: number;
}

export type FromNode =
  | { readonly kind: 'step'; readonly step: string }
  | { readonly kind: 'started'; readonly listeners: readonly Listener[] }
  | { readonly kind: 'failed'; readonly problem: NodeProblem }
  /** Every second: also the sign that the worker lives. */
  | { readonly kind: 'stats'; readonly stats: NodeStats }
  | { readonly kind: 'log'; readonly lines: readonly LogLine[] }
  /** Where captures wait to be sent: what is there when the worker is gone was never sent. */
  | { readonly kind: 'journal'; readonly memory: SharedArrayBuffer }
  /** A batch of an encoder with its number, transferred. */
  | { readonly kind: 'captured'; readonly batch: ArrayBuffer; readonly number: number }
  | { readonly kind: 'answer'; readonly id: number; readonly outcome: AnswerOutcome }
  | { readonly kind: 'waiting'; readonly items: readonly OperatorItem[] }
  | { readonly kind: 'stopped' };

/** A result, or the error of the contract that it came to. */
export type AnswerOutcome =
  | { readonly isOk: true; readonly result: unknown }
  | { readonly isOk: false; readonly code: ErrorCode; readonly message: string; readonly data: unknown };

/** How often a worker sends its figures, and so how often it must be heard of. */
export const STATS_EVERY_MS = 1000;

/** A captured message waits at most this long, or until that many octets are together. */
export const CAPTURE_FLUSH_MS = 20;
export const CAPTURE_FLUSH_BYTES = 256 * 1024;

/** Octets of captures that may be under way; a workbench that falls further behind loses captures, and the log says how many. */
export const CAPTURE_CREDIT_BYTES = 64 * 1024 * 1024;

/** What a node tells while it lives; every listener is called from the event loop, never from inside `launch`. */
export interface NodeListener {
  onStep(step: string): void;
  onStats(stats: NodeStats): void;
  onLog(lines: readonly LogLine[]): void;
  onCaptured(batch: ArrayBuffer): void;
  /** What waits for the operator now. */
  onWaiting(items: readonly OperatorItem[]): void;
  /** Nothing was heard of the node for some seconds, or it is heard of again. */
  onResponding(isResponding: boolean): void;
  /** The last call: the node is gone and its ports are free. */
  onEnded(end: NodeEnd): void;
}

export type NodeEnd =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'crashed'; readonly exitCode: number; readonly reason: string };

/** The node could not start: the problem says why. Nothing of it is left. */
export class NodeRefusal extends Error {
  override readonly name = 'NodeRefusal' as const;
  readonly problem: NodeProblem;

  constructor(problem: NodeProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export interface LaunchedNode {
  /** Rejects with NodeRefusal, after which nothing of the node is left. */
  readonly started: Promise<{ readonly listeners: readonly Listener[] }>;
  /** Ends calls within `graceMs`, then by force; resolves when the ports are free. Harmless when called twice. */
  stop(graceMs: number): Promise<void>;
  /** Asks the node when it has started; rejects with ContractError, `gone` when it ends before it answers. */
  readonly ask: Ask;
}

/** Starts one node somewhere: in a worker, in the product. */
export type LaunchNode = (orders: NodeOrders, listener: NodeListener) => LaunchedNode;
