import { formatAddress } from '../../stack/core/address.ts';
import { parseBind } from '../contract/server-config.ts';
import {
  countersOf,
  type MeasuredServer,
  type MetricsOptions,
  serveMetrics,
} from '../servers/metrics/serve-metrics.ts';
import { environmentError } from './io.ts';
import type { ServeContext } from './serve-context.ts';
import { PRODUCT_VERSION } from './version.ts';

/** The metrics of a siphond, or nothing where none are asked for. */
export interface OpenMetrics {
  /** What counts the messages of each server, by its name. */
  readonly counts: MetricsOptions['counts'];
  close(): Promise<void>;
}

const NONE: OpenMetrics = { counts: new Map(), close: () => Promise.resolve() };

/** Serves metrics where the configuration asks for them, and says where. @throws CliError 3 in one sentence. */
export async function openMetrics(
  { config: { metricsBind }, servers, out }: ServeContext,
  read: () => Promise<readonly MeasuredServer[]>,
): Promise<OpenMetrics> {
  if (metricsBind === '') return NONE;
  const at = parseBind(metricsBind);
  const names = servers.map(({ name }) => name);
  const counts = countersOf(names);
  try {
    const server = await serveMetrics(at, { version: PRODUCT_VERSION, names, counts, read });
    out(`siphond metrics on http://${formatAddress({ host: at.host, port: server.port })}/metrics\n`);
    return { counts, close: () => server.close() };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw environmentError(`the metrics cannot be served on ${metricsBind}: ${reason}`, error);
  }
}
