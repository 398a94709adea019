import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, type LimitHit } from '../core/limits.ts';
import { LayerHarness } from '../testing/layer-harness.ts';
import { requestBytes } from '../testing/sip-messages.ts';
import type { RateLimits } from './rate-limiter.ts';

const RATES: RateLimits = {
  packetRate: { perSec: 10, burst: 20 },
  registerRate: { perSec: 1, burst: 2 },
  inviteRate: { perSec: 1, burst: 3 },
};
const HOME = { host: '127.0.0.1', port: 5060 };

function limited() {
  const hits: LimitHit[] = [];
  const h = new LayerHarness({ answer: 200, rates: RATES, onLimit: (hit) => hits.push(hit) });
  const send = (method: string, n: number, from?: typeof HOME): void => {
    const branch = `z9hG4bK${method}${n}`;
    h.transport.receive(requestBytes(method, { branch, callId: `${method}-${n}` }), from);
  };
  return { h, hits, send };
}

describe('rate limits per source (RFC 3261 §21.5.4, §26.3.2.4)', () => {
  it.each([
    ['REGISTER', 2, 'register-rate'],
    ['INVITE', 3, 'invite-rate'],
  ])('answer %s past its rate with 503, and tell which limit it was', (method, burst, limit) => {
    const { h, hits, send } = limited();
    for (let n = 0; n < burst + 2; n++) send(method, n);
    expect(h.requests).toHaveLength(burst);
    expect(h.log.filter((entry) => entry === '0 > 503')).toHaveLength(2);
    const hit = { limit, source: { host: '192.0.2.1', port: 5060 }, atMs: 0 };
    expect(hits).toEqual([hit, hit]);
    expect(h.layer.stats.rateRejections).toBe(2);
    h.clock.advance(1000);
    send(method, 99);
    expect(h.requests).toHaveLength(burst + 1);
  });

  it('count a retransmission as a packet, not as a request', () => {
    const { h, hits, send } = limited();
    for (let n = 0; n < 6; n++) send('REGISTER', 1);
    expect([h.requests.length, hits.length]).toEqual([1, 0]);
  });

  it('drop packets past their rate without a word', () => {
    const { h, hits, send } = limited();
    for (let n = 0; n < 25; n++) send('OPTIONS', n);
    expect(h.requests).toHaveLength(20);
    expect(hits.map(({ limit }) => limit)).toEqual(Array.from({ length: 5 }, () => 'packet-rate'));
    expect(h.transport.sent).toHaveLength(20);
  });

  it('do not hold on loopback', () => {
    const { h, hits, send } = limited();
    for (let n = 0; n < 50; n++) send('REGISTER', n, HOME);
    expect([h.requests.length, hits.length]).toEqual([50, 0]);
  });

  it('hold for each source by itself', () => {
    const { h, send } = limited();
    for (let n = 0; n < 4; n++) send('REGISTER', n);
    for (let n = 4; n < 8; n++) send('REGISTER', n, { host: '192.0.2.77', port: 5060 });
    expect(h.requests).toHaveLength(4);
  });
});

describe('limits of a message (RFC 3261 §21.4.1, §21.5.7)', () => {
  const many = (line: string, count: number): readonly string[] => Array.from({ length: count }, () => line);
  it.each([
    ['header-count', '400 Too Many Header Fields', { headers: many('X-More: x', 250) }],
    ['via-count', '400 Too Many Via', { headers: many('Via: SIP/2.0/UDP h', 70) }],
    ['via-count', '400 Too Many Via', { headers: [`Via: ${many('SIP/2.0/UDP h', 70).join(', ')}`] }],
    ['route-count', '400 Too Many Routes', { headers: [`Route: ${many('<sip:h;lr>', 51).join(',')}`] }],
    ['param-count', '400 Too Many Parameters', { headers: [`Contact: <sip:h>${many(';a', 65).join('')}`] }],
    ['header-block', '513 Message Too Large', { headers: [`X-Long: ${'x'.repeat(65_536)}`] }],
  ])('%s: refuse a request with %s, keep no state and tell the limit', (limit, answer, options) => {
    const hits: LimitHit[] = [];
    const h = new LayerHarness({ answer: 200, onLimit: (hit) => hits.push(hit) });
    h.transport.receive(requestBytes('OPTIONS', options));
    const { startLine } = h.sent(0);
    expect(startLine.kind === 'response' && `${startLine.status} ${startLine.reason}`).toBe(answer);
    expect(hits.map((hit) => hit.limit)).toEqual([limit]);
    expect(h.layer.stats).toMatchObject({ serverTransactions: 0, oversizeRejections: 1 });
    expect(h.requests).toHaveLength(0);
  });

  it.each([
    { headers: many('X-More: x', 240) },
    { headers: many('Via: SIP/2.0/UDP h', 69) },
    { headers: [`Route: ${many('<sip:h;lr>', 50).join(',')}`] },
    { headers: [`Contact: <sip:h>${many(';a', 64).join('')}`] },
    { headers: [`Subject: ${many(';,', 500).join('')}`] },
    { headers: [], body: ';,'.repeat(500) },
  ])('let pass what is just within them (%#)', (options) => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('OPTIONS', options));
    expect(h.requests).toHaveLength(1);
  });

  it('can be set', () => {
    const h = new LayerHarness({ answer: 200, messageLimits: { ...DEFAULT_LIMITS, bodyBytes: 10 } });
    h.transport.receive(requestBytes('OPTIONS', { body: '12345678901' }));
    expect(h.log).toEqual(['0 > 513']);
  });
});

describe('the limit of client transactions (RFC 3261 §8.1.3.1)', () => {
  it.each(['OPTIONS', 'INVITE'])(
    'fails a further %s later, as the network would, and tells the limit',
    async (method) => {
      const hits: LimitHit[] = [];
      const h = new LayerHarness({ maxClientTransactions: 1, onLimit: (hit) => hits.push(hit) });
      for (const n of [1, 2]) h.request(requestBytes(method, { branch: `z9hG4bK${n}`, callId: `${n}` }));
      expect(h.log).toEqual([`0 > ${method}`]);
      await Promise.resolve();
      expect(h.log).toEqual([`0 > ${method}`, '0 failed overloaded', '0 terminated']);
      expect(hits).toEqual([{ limit: 'client-transactions', atMs: 0 }]);
      expect(h.layer.stats.clientTransactions).toBe(1);
      h.layer.dispose();
    },
  );
});

describe('the limit of transactions (RFC 3261 §21.5.4)', () => {
  it('is told with its name and source', () => {
    const hits: LimitHit[] = [];
    const h = new LayerHarness({ maxTransactions: 1, onLimit: (hit) => hits.push(hit) });
    for (const n of [1, 2]) {
      h.transport.receive(requestBytes('OPTIONS', { branch: `z9hG4bK${n}`, callId: `${n}` }));
    }
    expect(hits).toEqual([
      { limit: 'server-transactions', source: { host: '192.0.2.1', port: 5060 }, atMs: 0 },
    ]);
  });
});
