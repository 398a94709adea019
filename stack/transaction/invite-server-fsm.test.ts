import { describe, expect, it } from 'vitest';
import { octetText } from '../message/octets.ts';
import { TransactionHarness } from '../testing/transaction-harness.ts';

describe('INVITE server transaction (RFC 3261 §17.2.1, RFC 6026)', () => {
  it('sends a 100 by itself after 200 ms of silence, and again for each retransmitted INVITE', () => {
    const h = new TransactionHarness();
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.leftUnanswered();
    h.clock.advance(150);
    tx.receiveRequest();
    h.clock.advance(350);
    tx.receiveRequest();
    expect(h.log).toEqual(['200 > 100', '500 > 100']);
    expect(h.clock.pending).toBe(0);
    expect(octetText(h.transport.sent[0]?.bytes ?? new Uint8Array())).toMatch(
      /^SIP\/2.0 100 Trying\r\nVia: [^]*To: <sip:bob@example.com>\r\n[^]*\r\nCSeq: 1 INVITE\r\n/,
    );
  });

  it('sends no 100 when the user answers within 200 ms', () => {
    const h = new TransactionHarness();
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.leftUnanswered();
    h.clock.advance(199);
    tx.respond(180, h.responseBytes(180));
    h.clock.advance(1000);
    tx.receiveRequest();
    tx.respond(183, h.responseBytes(183));
    tx.receiveRequest();
    expect(h.log).toEqual(['199 > 180', '1199 > 180', '1199 > 183', '1199 > 183']);
    expect(h.clock.pending).toBe(0);
  });

  it('retransmits a non-2xx at intervals doubling up to T2 and gives up at 64·T1 (timers G and H)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.respond(486, h.responseBytes(486));
    h.clock.runAll(40_000);
    expect(h.log).toEqual([
      '0 > 486',
      '500 > 486',
      '1500 > 486',
      '3500 > 486',
      '7500 > 486',
      '11500 > 486',
      '15500 > 486',
      '19500 > 486',
      '23500 > 486',
      '27500 > 486',
      '31500 > 486',
      '32000 timeout',
      '32000 terminated',
    ]);
  });

  it('does not retransmit over a reliable transport but waits for the ACK (timer G off)', () => {
    const h = new TransactionHarness({ isReliable: true });
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.respond(486, h.responseBytes(486));
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['0 > 486', '32000 timeout', '32000 terminated']);
  });

  it.each([
    { isReliable: false, endMs: 5600 },
    { isReliable: true, endMs: 600 },
  ])('absorbs ACKs until timer I ($isReliable)', ({ isReliable, endMs }) => {
    const h = new TransactionHarness({ isReliable });
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.respond(603, h.responseBytes(603));
    h.clock.advance(600);
    tx.receiveAck(h.ack());
    expect([tx.state, tx.isRetired]).toEqual(['confirmed', true]);
    tx.receiveAck(h.ack());
    tx.receiveRequest();
    h.clock.runAll(10_000);
    const resent = isReliable ? [] : ['500 > 603'];
    expect(h.log).toEqual(['0 > 603', ...resent, `${endMs} terminated`]);
  });

  it.each([{ isReliable: false }, { isReliable: true }])(
    'leaves the 2xx to its user, absorbs INVITEs and passes ACKs on until timer L (RFC 6026 §7.1) ($isReliable)',
    (options) => {
      const h = new TransactionHarness(options);
      const tx = h.inviteServer();
      tx.receiveRequest();
      tx.respond(200, h.responseBytes(200));
      h.clock.advance(500);
      tx.receiveRequest();
      tx.respond(200, h.responseBytes(200));
      tx.respond(486, h.responseBytes(486));
      h.clock.advance(100);
      tx.receiveAck(h.ack());
      tx.receiveAck(h.ack());
      h.clock.runAll(40_000);
      expect(h.log).toEqual(['0 > 200', '500 > 200', '600 ack', '600 ack', '32000 terminated']);
    },
  );

  it('discards responses after the final one', () => {
    const h = new TransactionHarness();
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.respond(486, h.responseBytes(486));
    for (const status of [180, 200, 487]) tx.respond(status, h.responseBytes(status));
    tx.receiveRequest();
    expect(h.log).toEqual(['0 > 486', '0 > 486']);
  });

  it('tells of a transport failure and stays, so that retransmissions are still absorbed (RFC 6026 §8.8)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteServer();
    tx.receiveRequest();
    tx.respond(200, h.responseBytes(200));
    h.transport.fail('unreachable');
    tx.receiveRequest();
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['0 > 200', '0 failed unreachable', '32000 terminated']);
  });
});
