import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../../../stack/core/address.ts';
import { EXPOSITION_TYPE, exposition, labelled, type Metric } from './exposition.ts';
import { countMessages, type MessageCounts } from './message-counts.ts';
import type { NodeGauges } from './node-gauges.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

/** A server whose metrics are served. */
export interface MeasuredServer {
  readonly name: string;
  /** Longest delay of its event loop lately, in milliseconds. */
  readonly loopLagMs: number;
  /** Undefined while it does not run. */
  readonly gauges: NodeGauges | undefined;
}

export interface MetricsOptions {
  readonly version: string;
  /** Names of the servers there are to be; of several each sample has the label `node`. */
  readonly names: readonly string[];
  /** What is counted of each by name. */
  readonly counts: ReadonlyMap<string, MessageCounts>;
  readonly read: () => Promise<readonly MeasuredServer[]>;
}

/** Something that counts the messages of each server. */
export const countersOf = (names: readonly string[]): ReadonlyMap<string, MessageCounts> =>
  new Map(names.map((name) => [name, countMessages()]));

/** Serves `/metrics`, `/health` and `/ready`. Rejects with the error of the socket when the address cannot be bound. */
export async function serveMetrics(at: Address, options: MetricsOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const page = request.method === 'GET' ? PAGES[request.url ?? ''] : undefined;
    void answered(page, options).then(({ status, type = 'text/plain; charset=utf-8', body }) => {
      response.writeHead(status, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' }).end(body);
    });
  });
  server.listen({ host: at.host, port: at.port });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Page {
  readonly status: number;
  readonly type?: string;
  readonly body: string;
}

type Answer = (options: MetricsOptions) => Page | Promise<Page>;

const answered = async (page: Answer | undefined, options: MetricsOptions): Promise<Page> =>
  page === undefined ? { status: 404, body: 'Not here.\n' } : page(options);

const PAGES: Readonly<Record<string, Answer>> = {
  '/health': () => ({ status: 200, body: 'alive\n' }),
  '/ready': async ({ names, read }) => {
    const problem = problemOf(names, await read());
    return problem === undefined ? { status: 200, body: 'ready\n' } : { status: 503, body: `${problem}\n` };
  },
  '/metrics': async ({ counts, names, read, version }) => {
    const servers = await read();
    const metrics = new Map(
      names.map((name) => {
        const server = servers.find((s) => s.name === name);
        return [
          name,
          [...(counts.get(name)?.metrics() ?? []), ...(server === undefined ? [] : figures(server))],
        ];
      }),
    );
    const [only = []] = metrics.values();
    const all = names.length > 1 ? labelled(metrics) : only;
    return { status: 200, type: EXPOSITION_TYPE, body: exposition([...all, build(version)]) };
  },
};

/** Why a server among them does not serve, in a sentence. */
function problemOf(names: readonly string[], servers: readonly MeasuredServer[]): string | undefined {
  for (const name of names) {
    const server = servers.find((s) => s.name === name);
    const whose = names.length > 1 ? `${name}: ` : '';
    if (server?.gauges === undefined) return `${whose}not every listener is bound`;
    const { health } = server.gauges;
    if (!health.isHealthy) return `${whose}${health.reason}`;
  }
  return undefined;
}

function figures({ gauges, loopLagMs }: MeasuredServer): readonly Metric[] {
  if (gauges === undefined) return [];
  const { activeCalls, serverTransactions, clientTransactions, registrations, subscriptions, refusals } =
    gauges;
  return [
    gauge('siphon_dialogs_active', 'Calls that are not over.', [{ value: activeCalls }]),
    gauge('siphon_transactions_active', 'Transactions at work.', [
      { labels: { kind: 'server' }, value: serverTransactions },
      { labels: { kind: 'client' }, value: clientTransactions },
    ]),
    gauge(
      'siphon_registrations_active',
      'Bindings in the location store.',
      registrations === undefined ? [] : [{ value: registrations }],
    ),
    gauge(
      'siphon_subscriptions_active',
      'Subscriptions of either side that are not over.',
      Object.entries(subscriptions).map(([event, value]) => ({ labels: { event }, value })),
    ),
    gauge('siphon_event_loop_lag_seconds', 'Longest delay of the event loop lately.', [
      { value: loopLagMs / 1000 },
    ]),
    {
      name: 'siphon_refusals_total',
      type: 'counter',
      help: 'Messages and connections refused because of a limit.',
      samples: Object.entries(refusals).map(([limit, value]) => ({ labels: { limit }, value })),
    },
  ];
}

const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name,
  type: 'gauge',
  help,
  samples,
});

const build = (version: string): Metric => ({
  name: 'siphon_build_info',
  type: 'gauge',
  help: 'Always 1; the version is a label.',
  samples: [{ labels: { version }, value: 1 }],
});
