import type { RecordedMessage } from '../../../scenarios/traffic/recorded.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { MethodName, Params, Result } from '../../contract/define.ts';
import type { Listener } from '../../contract/servers.ts';
import type { ExportScope, ScenarioFromDialogs, TrafficSummary } from '../../contract/traffic.ts';
import type { Workbench } from '../../contract/workbench.ts';

/** A server as traffic needs to know it: its local ends are named after it. */
export interface TrafficServer {
  readonly id: string;
  readonly name: string;
  readonly listeners: readonly Listener[];
}

/** The contract methods traffic answers by itself; captures.export and scenarios.fromDialogs are left, because only a face knows where a file goes. */
type TrafficMethod = Extract<
  MethodName<Workbench>,
  `traffic.${string}` | `dialogs.${string}` | `messages.${string}`
>;

export type TrafficHandlers = {
  readonly [M in TrafficMethod]: (
    params: Params<Workbench, M>,
  ) => Result<Workbench, M> | Promise<Result<Workbench, M>>;
};

/** A capture file before it is written. */
export interface TrafficExport {
  /** `siphon-2026-01-31-140322.pcapng`, local time of the first message. */
  readonly fileName: string;
  readonly messages: number;
  readonly dialogs: number;
  /**
   * The octets of the file, piece by piece; each piece belongs to the caller. What is dropped from the store meanwhile is still written,
   * so that the counts above hold.
   */
  readonly chunks: () => IterableIterator<Uint8Array>;
}

/** Everything recorded from the servers, and the answers about it. */
export interface Traffic {
  /** Takes one batch of `createBatchEncoder`; the buffer belongs to traffic from then on. `server` is who captured it. */
  ingest(batch: ArrayBuffer, server: { readonly id: string; readonly name: string }): void;
  /**
   * Takes a batch of a capture of others, recording or not: neither end of its messages is a server of ours.
   * @param capture - keeps its dialogs apart from all others, also where they have the same Call-ID; the filter `node` knows its name.
   */
  open(batch: ArrayBuffer, capture?: { readonly id: string; readonly name: string }): void;
  /** Forgets what a capture has brought. */
  forget(capture: string): void;
  /** How many dialogs of a capture there are. */
  dialogsOf(capture: string): number;
  /** Names the lanes of ladders; call it whenever a server starts, stops or is renamed. */
  setServers(servers: readonly TrafficServer[]): void;
  readonly summary: TrafficSummary;
  /** Called synchronously after every change, so up to once a batch: the caller throttles. */
  onChanged(listener: (summary: TrafficSummary) => void): () => void;
  readonly handlers: TrafficHandlers;
  /**
   * Prepares a pcapng of what `scope` names.
   * Rejects with ContractError 'not-found' (nothing in scope) | 'filter-syntax'
   */
  export(scope: ExportScope): Promise<TrafficExport>;
  /** The messages of recorded dialogs, in the order they came. @throws ContractError 'not-found' */
  recorded(ids: readonly number[]): readonly RecordedMessage[];
  /** A scenario of recorded dialogs. @throws ContractError 'not-found' */
  scenario(ids: readonly number[]): ScenarioFromDialogs;
}

export interface TrafficOptions {
  /** Tells how long a query has kept the thread, so that it steps aside now and then. */
  readonly clock: Clock;
  /** Memory the recording may take, octets; default 256 MiB. */
  readonly limitBytes?: number;
}
