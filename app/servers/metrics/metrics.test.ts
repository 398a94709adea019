import { afterEach, describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { exposition } from './exposition.ts';
import { countMessages } from './message-counts.ts';
import type { NodeGauges } from './node-gauges.ts';
import { countersOf, type MeasuredServer, type MetricsServer, serveMetrics } from './serve-metrics.ts';

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

  it('time final responses and call setups, and count what is sent again', () => {
    const counts = countMessages();
    const at = (atMs: number, direction: 'in' | 'out', text: string): void => {
      counts.sink({ ...message(direction, text), atMs });
    };
    const of = (method: string, branch: string): string =>
      `Via: SIP/2.0/UDP a;branch=${branch}\r\nCall-ID: c\r\nTo: <sip:b@b>\r\nCSeq: 1 ${method}\r\n\r\n`;
    // A call that is answered here after 1.2 s; the INVITE and the 200 cross twice.
    at(0, 'in', `INVITE sip:b SIP/2.0\r\n${of('INVITE', 'z9hG4bK1')}`);
    at(500, 'in', `INVITE sip:b SIP/2.0\r\n${of('INVITE', 'z9hG4bK1')}`);
    at(600, 'out', `SIP/2.0 180 Ringing\r\n${of('INVITE', 'z9hG4bK1')}`);
    at(1200, 'out', `SIP/2.0 200 OK\r\n${of('INVITE', 'z9hG4bK1')}`);
    at(1700, 'out', `SIP/2.0 200 OK\r\n${of('INVITE', 'z9hG4bK1')}`);
    at(1800, 'in', `ACK sip:b SIP/2.0\r\n${of('ACK', 'z9hG4bK2')}`);
    // OPTIONS of ours, answered after 4 ms.
    at(2000, 'out', `OPTIONS sip:b SIP/2.0\r\n${of('OPTIONS', 'z9hG4bK3')}`);
    at(2004, 'in', `SIP/2.0 404 Not Found\r\n${of('OPTIONS', 'z9hG4bK3')}`);
    const lines = exposition(counts.metrics()).split('\n');
    for (const line of [
      '# TYPE siphon_sip_response_seconds histogram',
      'siphon_sip_response_seconds_bucket{direction="in",method="INVITE",le="1"} 0',
      'siphon_sip_response_seconds_bucket{direction="in",method="INVITE",le="2.5"} 1',
      'siphon_sip_response_seconds_bucket{direction="in",method="INVITE",le="+Inf"} 1',
      'siphon_sip_response_seconds_sum{direction="in",method="INVITE"} 1.2',
      'siphon_sip_response_seconds_count{direction="in",method="INVITE"} 1',
      'siphon_sip_response_seconds_bucket{direction="out",method="OPTIONS",le="0.0025"} 0',
      'siphon_sip_response_seconds_bucket{direction="out",method="OPTIONS",le="0.005"} 1',
      'siphon_call_setup_seconds_count{direction="in"} 1',
      'siphon_sip_retransmissions_total{direction="in"} 1',
      'siphon_sip_retransmissions_total{direction="out"} 1',
    ])
      expect(lines).toContain(line);
    expect(lines.join()).not.toMatch(/response_seconds_count\{direction="in",method="ACK"/);
  });

  const running: NodeGauges = {
    activeCalls: 3,
    serverTransactions: 4,
    clientTransactions: 1,
    registrations: 12,
    subscriptions: { presence: 2, reg: 1 },
    refusals: { dialogs: 2 },
    health: { isHealthy: true },
  };

  const served = async (names: readonly string[], servers: () => readonly MeasuredServer[]) => {
    const made = await serveMetrics(
      { host: '127.0.0.1', port: 0 },
      { version: '1.2.3', names, counts: countersOf(names), read: () => Promise.resolve(servers()) },
    );
    server = made;
    return async (path: string): Promise<string> => {
      const response = await fetch(`http://127.0.0.1:${made.port}${path}`);
      return `${response.status} ${await response.text()}`;
    };
  };

  it('are served with health and readiness', async () => {
    let gauges: NodeGauges | undefined;
    const get = await served(['uas'], () => [{ name: 'uas', loopLagMs: 7, gauges }]);
    expect(await get('/health')).toBe('200 alive\n');
    expect(await get('/ready')).toBe('503 not every listener is bound\n');
    gauges = running;
    expect(await get('/ready')).toBe('200 ready\n');
    const lines = (await get('/metrics')).split('\n');
    for (const line of [
      'siphon_dialogs_active 3',
      'siphon_transactions_active{kind="server"} 4',
      'siphon_transactions_active{kind="client"} 1',
      'siphon_registrations_active 12',
      'siphon_subscriptions_active{event="presence"} 2',
      'siphon_event_loop_lag_seconds 0.007',
      'siphon_refusals_total{limit="dialogs"} 2',
      'siphon_build_info{version="1.2.3"} 1',
    ])
      expect(lines).toContain(line);
    gauges = { ...running, registrations: undefined, health: { isHealthy: false, reason: 'Redis is away' } };
    expect(await get('/ready')).toBe('503 Redis is away\n');
    expect(await get('/metrics')).not.toMatch(/^siphon_registrations_active /m);
    expect(await get('/')).toMatch(/^404 /);
  });

  it('of several servers name each, and are ready when all are', async () => {
    const desk: { gauges?: NodeGauges } = {};
    const get = await served(['uas', 'desk'], () => [
      { name: 'uas', loopLagMs: 0, gauges: running },
      { name: 'desk', loopLagMs: 0, gauges: desk.gauges },
    ]);
    expect(await get('/ready')).toBe('503 desk: not every listener is bound\n');
    desk.gauges = { ...running, activeCalls: 0 };
    expect(await get('/ready')).toBe('200 ready\n');
    const text = await get('/metrics');
    expect(text).toContain('\nsiphon_dialogs_active{node="uas"} 3\nsiphon_dialogs_active{node="desk"} 0\n');
    expect(text.match(/^# TYPE siphon_dialogs_active gauge$/gm)).toHaveLength(1);
    expect(text).toContain('\nsiphon_build_info{version="1.2.3"} 1\n');
  });
});
