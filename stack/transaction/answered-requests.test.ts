import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetText } from '../message/octets.ts';
import { LayerHarness, type LayerHarnessOptions } from '../testing/layer-harness.ts';
import { requestBytes } from '../testing/sip-messages.ts';

/* Verified: an answered request that nobody watches behaves on the wire as one that somebody watches, and can be looked at. */

const options = (n: number, more = {}): Uint8Array<ArrayBuffer> =>
  requestBytes('OPTIONS', { branch: `z9hG4bK${n}`, callId: `call-${n}`, ...more });

const deaf = (more: LayerHarnessOptions = {}): LayerHarness =>
  new LayerHarness({ answer: 200, isDeaf: true, ...more });

describe('an answered request without anybody who watches (RFC 3261 §17.2.2)', () => {
  it('answers its retransmissions with the same octets to the same place for 32 s, then forgets', () => {
    const h = deaf();
    const from = { host: '192.0.2.77', port: 5099 };
    const via = 'SIP/2.0/UDP 192.0.2.77:5099;rport;branch=z9hG4bK1';
    h.transport.receive(options(1, { via }), from);
    h.clock.advance(31_999);
    h.transport.receive(options(1, { via }), from);
    expect(h.log).toEqual(['0 request OPTIONS', '0 > 200', '31999 > 200']);
    const [first, again] = h.transport.sent;
    expect(again?.bytes).toEqual(first?.bytes);
    expect([first?.target, again?.target]).toEqual([{ address: from }, { address: from }]);
    expect(h.layer.stats).toMatchObject({ retransmissionsReceived: 1, completedTransactions: 1 });
    h.clock.advance(1);
    expect([h.layer.stats.completedTransactions, h.layer.size, h.clock.pending]).toEqual([0, 0, 0]);
    h.transport.receive(options(1, { via }), from);
    expect(h.log.slice(3)).toEqual(['32000 request OPTIONS', '32000 > 200']);
    h.layer.dispose();
    expect(h.clock.pending).toBe(0);
  });

  it('has its copies by another way refused with 482, as long as it is known (RFC 3261 §8.2.2.2)', () => {
    const h = deaf();
    const copy = (n: number) => h.transport.receive(requestBytes('OPTIONS', { branch: `z9hG4bK${n}` }));
    copy(1);
    h.clock.advance(31_000);
    copy(2);
    h.clock.advance(1000);
    copy(3);
    expect(h.log.filter((entry) => entry.includes('>'))).toEqual(['0 > 200', '31000 > 482', '32000 > 200']);
    expect(h.layer.stats.mergedRequests).toBe(1);
    h.layer.dispose();
  });

  it('is told apart by branch, sent-by and method', () => {
    const h = deaf({ answersMergedRequests: false });
    h.transport.receive(options(1));
    h.transport.receive(options(1, { sentBy: '192.0.2.3:5060' }));
    h.transport.receive(options(1, { sentBy: '192.0.2.1:5061' }));
    h.transport.receive(requestBytes('INFO', { branch: 'z9hG4bK1' }));
    expect(h.requests).toHaveLength(4);
  });

  it('stays silent to retransmissions where 408 was the answer (RFC 4320 §4.2)', () => {
    const h = deaf({ answer: 408 });
    for (let n = 0; n < 3; n++) h.transport.receive(options(1));
    expect(h.log).toEqual(['0 request OPTIONS']);
    h.clock.advance(32_000);
    expect(h.clock.pending).toBe(0);
  });

  it.each([0, 1])('is forgotten when sending number %i fails (RFC 3261 §17.2.4)', (again) => {
    const h = deaf();
    for (let n = 0; n <= again; n++) h.transport.receive(options(1));
    h.transport.fail('unreachable');
    h.transport.fail('unreachable');
    expect(h.layer.stats).toMatchObject({ transportFailures: 1, completedTransactions: 0 });
    expect(h.clock.pending).toBe(0);
    h.transport.receive(options(1));
    expect(h.requests).toHaveLength(2);
  });

  it('is counted among the completed ones, the oldest of which go first whatever their kind', () => {
    const h = deaf({ maxCompletedTransactions: 3, answersMergedRequests: false });
    const invite = requestBytes('INVITE', { branch: 'z9hG4bKi' });
    h.transport.receive(options(1));
    h.clock.advance(1);
    h.transport.receive(invite);
    h.clock.advance(1);
    for (const n of [2, 3]) h.transport.receive(options(n));
    expect(h.layer.stats).toMatchObject({ completedTransactions: 3, evictions: 1 });
    h.transport.receive(options(4));
    expect(h.layer.stats).toMatchObject({ completedTransactions: 3, evictions: 2, serverTransactions: 0 });
    const asked = h.requests.length;
    for (const n of [2, 3, 4]) h.transport.receive(options(n));
    expect(h.requests).toHaveLength(asked);
    h.transport.receive(options(1));
    h.transport.receive(invite);
    expect(h.requests).toHaveLength(asked + 2);
    h.layer.dispose();
  });

  it('keeps thousands, and gives everything back', () => {
    const h = deaf();
    for (let n = 0; n < 2000; n++) h.transport.receive(options(n));
    for (let n = 0; n < 2000; n += 7) h.transport.receive(options(n));
    expect(h.layer.stats).toMatchObject({ retransmissionsReceived: 286, completedTransactions: 2000 });
    expect(h.requests).toHaveLength(2000);
    h.clock.advance(32_000);
    expect([h.layer.size, h.clock.pending]).toEqual([0, 0]);
  });
});

describe('an answered request, looked at', () => {
  it('shows its name, state, timer J, Call-ID and where it is answered', () => {
    const h = deaf();
    h.clock.advance(10);
    h.transport.receive(options(7));
    const [transaction, ...others] = h.layer.transactions();
    expect(others).toEqual([]);
    expect(transaction).toMatchObject({
      id: 'z9hG4bK7 192.0.2.1:5060 OPTIONS',
      side: 'server',
      state: 'completed',
      isRetired: true,
      timers: [{ input: 'timer-j', dueMs: 32_010, delayMs: 32_000 }],
    });
    expect(transaction?.facts()).toEqual({
      route: { transport: h.transport, target: { address: { host: '192.0.2.1', port: 5060 } } },
      callId: 'call-7',
      startMs: 10,
    });
  });

  it('is called the same before and after its answer, while somebody watches and while nobody does', () => {
    const names = (h: LayerHarness) => [...h.layer.transactions()].map(({ id }) => id);
    const h = new LayerHarness({ isDeaf: true });
    h.transport.receive(options(1));
    const [before] = names(h);
    h.respond(200);
    const watched = new LayerHarness({ isDeaf: true, answer: 200, onTransition: () => undefined });
    watched.transport.receive(options(1));
    expect([names(h), names(watched), h.requests[0]?.id]).toEqual([[before], [before], before]);
  });

  it('tells its transitions to whoever comes later', () => {
    const h = deaf();
    h.transport.receive(options(1));
    const heard: string[] = [];
    h.layer.onFired(({ transaction, transition: t }) =>
      heard.push(`${t.atMs} ${t.from} ${t.input} ${t.to} [${t.rfc}] ${t.transactionId === transaction.id}`),
    );
    h.clock.advance(500);
    h.transport.receive(options(1));
    h.clock.advance(31_500);
    expect(heard).toEqual([
      '500 completed recv-request completed [RFC 3261 §17.2.2] true',
      '32000 completed timer-j terminated [RFC 3261 §17.2.2] true',
    ]);
  });
});

describe('whether anybody watches', () => {
  const aStep = fc.record({
    method: fc.constantFrom('OPTIONS', 'MESSAGE', 'INVITE', 'CANCEL', 'ACK'),
    branch: fc.constantFrom('z9hG4bK1', 'z9hG4bK2', 'z9hG4bK3', 'z9hG4bK', '1'),
    callId: fc.constantFrom('a', 'b'),
    // Never at once: which of two that were answered at the same instant is the oldest is left open.
    waitMs: fc.constantFrom(1, 1, 1, 400, 5000, 20_000),
    fails: fc.boolean(),
  });

  it('makes no difference on the wire', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 30 }), fc.constantFrom(200, 408, 486), (steps, answer) => {
        const play = (more: LayerHarnessOptions) => {
          const h = deaf({ answer, maxCompletedTransactions: 5, ...more });
          for (const { method, branch, callId, waitMs, fails } of steps) {
            h.transport.receive(requestBytes(method, { branch, callId }));
            if (fails) h.transport.fail('refused');
            h.clock.advance(waitMs);
          }
          h.clock.advance(100_000);
          const sent = h.transport.sent.map(({ bytes, target }) => [octetText(bytes), target.address]);
          return { log: h.log, sent, stats: { ...h.layer.stats }, pending: h.clock.pending };
        };
        expect(play({})).toEqual(play({ onTransition: () => undefined }));
      }),
      { numRuns: 60 },
    );
  });
});
