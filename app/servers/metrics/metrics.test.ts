import { afterEach, describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import type { RunningNode } from '../node.ts';
import { exposition } from './exposition.ts';
import { countMessages } from './message-counts.ts';
import { type MetricsServer, serveMetrics } from './serve-metrics.ts';

/* Verified: the text format, what is counted, and what /health and /ready say while a node starts, runs and has lost its store. */

const message = (direction: 'in' | 'out', text: string): CapturedMessage => ({
  direction,
  protocol: 'udp',
  local: { host: '127.0.0.1', port: 5060 },
  remote: { host: '127.0.0.1', port: 5061 },
  connectionId: undefined,
  atMs: 0,
  wallMs: 0,
  bytes: Buffer.from(text),
});

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
});

describe('metrics', () => {
  it('are written as Prometheus reads them', () => {
    expect(
      exposition([
        {
          name: 'a_total',
          type: 'counter',
          help: 'Two\nlines.',
          samples: [{ labels: { why: 'a "b" \\' }, value: 2 }, { value: 1 }],
        },
      ]),
    ).toBe(
      '# HELP a_total Two\\nlines.\n# TYPE a_total counter\na_total{why="a \\"b\\" \\\\"} 2\na_total 1\n',
    );
  });

  it('count requests by method, responses by code, and what a stranger makes up together', () => {
    const counts = countMessages();
    counts.sink(message('in', 'OPTIONS sip:a SIP/2.0\r\nCSeq: 1 OPTIONS\r\n\r\n'));
    counts.sink(message('in', 'DANCE sip:a SIP/2.0\r\nCSeq: 1 DANCE\r\n\r\n'));
    counts.sink(message('in', 'PRANCE sip:a SIP/2.0\r\nCSeq: 1 PRANCE\r\n\r\n'));
    counts.sink(message('out', 'SIP/2.0 200 OK\r\nCSeq: 1 OPTIONS\r\n\r\n'));
    counts.sink(message('in', 'noise'));
    const lines = exposition(counts.metrics()).split('\n');
    expect(lines).toContain('siphon_sip_requests_total{direction="in",method="OPTIONS",transport="udp"} 1');
    expect(lines).toContain('siphon_sip_requests_total{direction="in",method="other",transport="udp"} 2');
    expect(lines).toContain('siphon_sip_responses_total{direction="out",method="OPTIONS",code="200"} 1');
    expect(lines).toContain('siphon_sip_parse_errors_total 1');
  });

  it('are served with health and readiness', async () => {
    let health: ReturnType<RunningNode['health']> = { isHealthy: true };
    const running = {
      stats: () => ({ messages: 9, activeCalls: 3, activeTransactions: 4, refusals: { dialogs: 2 } }),
      health: () => health,
    } as unknown as RunningNode;
    const started: { node?: RunningNode } = {};
    const made = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      { counts: countMessages(), version: '1.2.3', node: () => started.node },
    );
    server = made;
    const get = async (path: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${made.port}${path}`);
      return `${response.status} ${await response.text()}`;
    };
    expect(await get('/health')).toBe('200 alive\n');
    expect(await get('/ready')).toBe('503 not every listener is bound yet\n');
    started.node = running;
    expect(await get('/ready')).toBe('200 ready\n');
    health = { isHealthy: false, reason: 'Redis is away' };
    expect(await get('/ready')).toBe('503 Redis is away\n');
    const text = await get('/metrics');
    for (const line of [
      'siphon_dialogs_active 3',
      'siphon_refusals_total{limit="dialogs"} 2',
      'siphon_build_info{version="1.2.3"} 1',
    ])
      expect(text.split('\n')).toContain(line);
    expect(await get('/')).toMatch(/^404 /);
  });
});
