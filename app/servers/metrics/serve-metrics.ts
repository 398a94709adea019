import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Address } from '../../../stack/core/address.ts';
import type { RunningNode } from '../node.ts';
import { EXPOSITION_TYPE, exposition, type Metric } from './exposition.ts';
import type { MessageCounts } from './message-counts.ts';

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface MetricsOptions {
  readonly counts: MessageCounts;
  readonly version: string;
  /** Undefined until every listener is bound. */
  readonly node: () => RunningNode | undefined;
}

/** Serves `/metrics`, `/health` and `/ready`. Rejects with the error of the socket when the address cannot be bound. */
export async function serveMetrics(at: Address, options: MetricsOptions): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    const answer = request.method === 'GET' ? PAGES[request.url ?? '']?.(options) : undefined;
    const {
      status,
      type = 'text/plain; charset=utf-8',
      body,
    } = answer ?? { status: 404, body: 'Not here.\n' };
    response.writeHead(status, { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' }).end(body);
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

const PAGES: Readonly<Record<string, (options: MetricsOptions) => Page>> = {
  '/health': () => ({ status: 200, body: 'alive\n' }),
  '/ready': ({ node }) => {
    const running = node();
    if (running === undefined) return { status: 503, body: 'not every listener is bound yet\n' };
    const health = running.health();
    return health.isHealthy ? { status: 200, body: 'ready\n' } : { status: 503, body: `${health.reason}\n` };
  },
  '/metrics': ({ counts, node, version }) => ({
    status: 200,
    type: EXPOSITION_TYPE,
    body: exposition([...counts.metrics(), ...figures(node()), build(version)]),
  }),
};

function figures(node: RunningNode | undefined): readonly Metric[] {
  if (node === undefined) return [];
  const { activeCalls, activeTransactions, refusals } = node.stats();
  const gauge = (name: string, help: string, value: number): Metric => ({
    name,
    type: 'gauge',
    help,
    samples: [{ value }],
  });
  return [
    gauge('siphon_dialogs_active', 'Calls that are not over.', activeCalls),
    gauge('siphon_transactions_active', 'Transactions at work.', activeTransactions),
    {
      name: 'siphon_refusals_total',
      type: 'counter',
      help: 'Messages and connections refused because of a limit.',
      samples: Object.entries(refusals).map(([limit, value]) => ({ labels: { limit }, value })),
    },
  ];
}

const build = (version: string): Metric => ({
  name: 'siphon_build_info',
  type: 'gauge',
  help: 'Always 1; the version is a label.',
  samples: [{ labels: { version }, value: 1 }],
});
