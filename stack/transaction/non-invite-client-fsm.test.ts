import { describe, expect, it } from 'vitest';
import { TransactionHarness } from '../testing/transaction-harness.ts';

describe('non-INVITE client transaction (RFC 3261 §17.1.2)', () => {
  it('retransmits at intervals doubling up to T2 and times out at 64·T1 over UDP (§17.1.2.2, timers E and F)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteClient();
    tx.start();
    h.clock.advance(40_000);
    expect(h.log).toEqual([
      '0 > OPTIONS',
      '500 > OPTIONS',
      '1500 > OPTIONS',
      '3500 > OPTIONS',
      '7500 > OPTIONS',
      '11500 > OPTIONS',
      '15500 > OPTIONS',
      '19500 > OPTIONS',
      '23500 > OPTIONS',
      '27500 > OPTIONS',
      '31500 > OPTIONS',
      '32000 timeout',
      '32000 terminated',
    ]);
    expect([tx.state, h.clock.pending]).toEqual(['terminated', 0]);
  });

  it('mistake 41: RFC 3261 §17.1: does not retransmit over a reliable transport but times out (§17.1.2.2)', () => {
    const h = new TransactionHarness({ isReliable: true });
    h.nonInviteClient().start();
    h.clock.runAll(32_000);
    expect(h.log).toEqual(['0 > OPTIONS', '32000 timeout', '32000 terminated']);
  });

  it('goes on every T2 after a provisional response; timer F still runs (§17.1.2.2)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteClient();
    tx.start();
    h.clock.advance(600);
    tx.receive(100, h.response(100));
    h.clock.runAll(40_000);
    expect(h.log).toEqual([
      '0 > OPTIONS',
      '500 > OPTIONS',
      '600 response 100',
      '1500 > OPTIONS',
      '5500 > OPTIONS',
      '9500 > OPTIONS',
      '13500 > OPTIONS',
      '17500 > OPTIONS',
      '21500 > OPTIONS',
      '25500 > OPTIONS',
      '29500 > OPTIONS',
      '32000 timeout',
      '32000 terminated',
    ]);
  });

  it.each([
    { isReliable: false, endMs: 5100 },
    { isReliable: true, endMs: 100 },
  ])(
    'reports the final response once and absorbs copies until timer K ($isReliable)',
    ({ isReliable, endMs }) => {
      const h = new TransactionHarness({ isReliable });
      const tx = h.nonInviteClient();
      tx.start();
      h.clock.advance(100);
      tx.receive(404, h.response(404));
      tx.receive(404, h.response(404));
      tx.receive(100, h.response(100));
      h.clock.runAll(10_000);
      expect(h.log).toEqual(['0 > OPTIONS', '100 response 404', `${endMs} terminated`]);
    },
  );

  it.each([[[]], [[100]]])('ends when the transport fails, after %j (§17.1.4)', (received) => {
    const h = new TransactionHarness();
    const tx = h.nonInviteClient();
    tx.start();
    for (const status of received) tx.receive(status, h.response(status));
    h.transport.fail('timed-out');
    expect(h.log.slice(-2)).toEqual(['0 failed timed-out', '0 terminated']);
    expect(h.clock.pending).toBe(0);
  });

  it('cannot be cancelled (§9.1)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteClient();
    tx.start();
    tx.receive(100, h.response(100));
    tx.cancel();
    expect(h.log).toEqual(['0 > OPTIONS', '0 response 100']);
  });
});
