import { describe, expect, it } from 'vitest';
import { TransactionHarness } from '../testing/transaction-harness.ts';

describe('non-INVITE server transaction (RFC 3261 §17.2.2, RFC 4320)', () => {
  it.each([
    { isReliable: false, endMs: 32_100 },
    { isReliable: true, endMs: 100 },
  ])('answers copies of the request with the final response until timer J ($isReliable)', (o) => {
    const h = new TransactionHarness(o);
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    h.clock.advance(100);
    tx.receiveRequest();
    tx.respond(200, h.responseBytes(200));
    tx.receiveRequest();
    tx.respond(404, h.responseBytes(404));
    expect(tx.isRetired).toBe(true);
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['100 > 200', '100 > 200', `${o.endMs} terminated`]);
  });

  it.each([{ isReliable: false }, { isReliable: true }])(
    'sends a 100 by itself when the client’s timer E has reached T2 (RFC 4320 §4.1) ($isReliable)',
    (options) => {
      const h = new TransactionHarness(options);
      const tx = h.nonInviteServer();
      tx.receiveRequest();
      tx.leftUnanswered();
      h.clock.advance(1500);
      tx.receiveRequest();
      h.clock.advance(6000);
      tx.receiveRequest();
      expect(h.log).toEqual(['3500 > 100', '7500 > 100']);
      expect(h.clock.pending).toBe(0);
    },
  );

  it('refuses a 100 before that over UDP (RFC 4320 §4.1)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    h.clock.advance(3499);
    tx.respond(100, h.responseBytes(100));
    h.clock.advance(1);
    tx.respond(100, h.responseBytes(100));
    expect([...h.log, tx.state]).toEqual(['3500 > 100', 'proceeding']);
  });

  it('sends a 100 at any time over a reliable transport (RFC 4320 §4.1)', () => {
    const h = new TransactionHarness({ isReliable: true });
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    tx.respond(100, h.responseBytes(100));
    expect(h.log).toEqual(['0 > 100']);
  });

  it('never sends another provisional response (RFC 4320 §4.1)', () => {
    const h = new TransactionHarness({ isReliable: true });
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    tx.respond(183, h.responseBytes(183));
    tx.respond(100, h.responseBytes(100));
    tx.respond(180, h.responseBytes(180));
    expect(h.log).toEqual(['0 > 100']);
  });

  it('swallows a 408 and absorbs what the client still sends (RFC 4320 §4.2; T12)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    tx.leftUnanswered();
    h.clock.advance(4000);
    tx.respond(408, h.responseBytes(408));
    tx.receiveRequest();
    tx.respond(200, h.responseBytes(200));
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['3500 > 100', '36000 terminated']);
  });

  it('ends when a response cannot be sent (§17.2.4)', () => {
    const h = new TransactionHarness();
    const tx = h.nonInviteServer();
    tx.receiveRequest();
    tx.respond(200, h.responseBytes(200));
    h.transport.fail('refused');
    expect(h.log).toEqual(['0 > 200', '0 failed refused', '0 terminated']);
    expect(h.clock.pending).toBe(0);
  });
});
