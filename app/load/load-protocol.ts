import type { RecordableHistogram } from 'node:perf_hooks';
import type { CallTimes } from '../../scenarios/load/histogram.ts';
import type { NodeListener } from '../../scenarios/engine/nodes/node-port.ts';
import type { LoadDelta } from '../../scenarios/load/load-runner.ts';
import type { LoadShare } from '../../scenarios/load/plan.ts';

/* What the thread of a load run and whoever started it say to each other. */

export interface LoadOrders {
  /** The scenario, YAML or JSON. */
  readonly text: string;
  /** Texts of the files that it names, by their paths. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the paths of its certificates begin. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Where each node listens, by name. */
  readonly nodes: ReadonlyMap<string, readonly NodeListener[]>;
  readonly share: LoadShare;
  /** Of all identifiers; unpredictable ones when absent. */
  readonly seed: string | undefined;
  /** Name servers in place of those of the system. */
  readonly dnsServers: readonly string[] | undefined;
}

/** Two of each, which both threads see: the worker fills one while the other is read. */
export type SharedTimes = readonly [CallTimes<RecordableHistogram>, CallTimes<RecordableHistogram>];

export type FromLoadWorker =
  | { readonly kind: 'ready'; readonly times: SharedTimes }
  /** It could not begin. */
  | { readonly kind: 'refused'; readonly problem: string }
  /** One second; `times` tells which of the shared ones. */
  | {
      readonly kind: 'second';
      readonly delta: LoadDelta;
      readonly times: 0 | 1;
      readonly isLast: boolean;
    };

export type ToLoadWorker =
  | { readonly kind: 'start' | 'pause' | 'resume' | 'drain' | 'stop' }
  | { readonly kind: 'rate'; readonly ratePerSec: number }
  /** The times of the last second were read. */
  | { readonly kind: 'taken' };
