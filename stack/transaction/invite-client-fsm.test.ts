import { describe, expect, it } from 'vitest';
import { octetText } from '../message/octets.ts';
import { TransactionHarness } from '../testing/transaction-harness.ts';
import { request } from '../testing/sip-messages.ts';
import { buildAck } from './client-requests.ts';

describe('INVITE client transaction (RFC 3261 §17.1.1, RFC 6026)', () => {
  it('retransmits at T1·(2^n−1) and times out at 64·T1 over UDP (§17.1.1.2, timers A and B)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    h.clock.advance(40_000);
    expect(h.log).toEqual([
      '0 > INVITE',
      '500 > INVITE',
      '1500 > INVITE',
      '3500 > INVITE',
      '7500 > INVITE',
      '15500 > INVITE',
      '31500 > INVITE',
      '32000 timeout',
      '32000 terminated',
    ]);
    expect([tx.state, h.clock.pending]).toEqual(['terminated', 0]);
  });

  it('mistake 41: RFC 3261 §17.1: does not retransmit over a reliable transport but times out (§17.1.1.2)', () => {
    const h = new TransactionHarness({ isReliable: true });
    h.inviteClient().start();
    h.clock.runAll(32_000);
    expect(h.log).toEqual(['0 > INVITE', '32000 timeout', '32000 terminated']);
  });

  it('takes its intervals from the agent: T1 = 50 ms beside others with 500 ms (table 4)', () => {
    const h = new TransactionHarness({ timing: { t1Ms: 50, t2Ms: 400, t4Ms: 500 } });
    h.inviteClient().start();
    h.clock.runAll(3200);
    expect(h.log).toEqual([
      '0 > INVITE',
      '50 > INVITE',
      '150 > INVITE',
      '350 > INVITE',
      '750 > INVITE',
      '1550 > INVITE',
      '3150 > INVITE',
      '3200 timeout',
      '3200 terminated',
    ]);
  });

  it('stops retransmitting at a provisional response and waits without limit (§17.1.1.2)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    h.clock.advance(600);
    tx.receive(100, h.response(100));
    h.clock.advance(1000);
    tx.receive(180, h.response(180));
    h.clock.advance(180_000);
    expect(h.log).toEqual(['0 > INVITE', '500 > INVITE', '600 response 100', '1600 response 180']);
    expect([tx.state, h.clock.pending]).toEqual(['proceeding', 0]);
  });

  it('reports the first 2xx, sends no ACK, and hands later ones over until timer M (RFC 6026 §7.2, §8.4)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    h.clock.advance(100);
    tx.receive(200, h.response(200));
    h.clock.advance(500);
    tx.receive(200, h.response(200));
    tx.receive(180, h.response(180));
    tx.receive(486, h.response(486));
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['0 > INVITE', '100 response 200', '600 stray 200', '32100 terminated']);
  });

  it.each([
    { isReliable: false, endMs: 32_100 },
    { isReliable: true, endMs: 100 },
  ])('acknowledges every copy of a non-2xx and reports one, until timer D ($isReliable) (§17.1.1.2)', (o) => {
    const h = new TransactionHarness(o);
    const tx = h.inviteClient();
    tx.start();
    h.clock.advance(100);
    tx.receive(180, h.response(180));
    tx.receive(486, h.response(486));
    expect(tx.isRetired).toBe(true);
    tx.receive(486, h.response(486));
    h.clock.runAll(40_000);
    expect(h.log).toEqual([
      '0 > INVITE',
      '100 response 180',
      '100 > ACK',
      '100 response 486',
      '100 > ACK',
      `${o.endMs} terminated`,
    ]);
  });

  it('waits at least 32 s in Completed even when T1 is short: the server may know another (§17.1.1.2)', () => {
    const h = new TransactionHarness({ timing: { t1Ms: 10, t2Ms: 40, t4Ms: 50 } });
    const tx = h.inviteClient();
    tx.start();
    tx.receive(500, h.response(500));
    h.clock.runAll(40_000);
    expect(h.log.at(-1)).toBe('32000 terminated');
  });

  it('makes the ACK of a non-2xx from the INVITE and the To of the response (§17.1.1.3; T1)', () => {
    const invite = request('INVITE', {
      via: 'SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport, SIP/2.0/UDP 192.0.2.7;branch=z9hG4bKy',
      headers: ['Route: <sip:p1.example.com;lr>, <sip:p2.example.com>', 'Route: <sip:p3.example.com;lr>'],
      cseq: 41,
      body: 'v=0\r\n',
    });
    const busy = new TransactionHarness().incoming(
      request('X', { to: '"Bob" <sip:bob@example.com>;tag=b7' }),
    );
    expect(octetText(buildAck(invite, busy.message)).split('\r\n')).toEqual([
      'ACK sip:bob@192.0.2.2 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport',
      'Route: <sip:p1.example.com;lr>, <sip:p2.example.com>',
      'Route: <sip:p3.example.com;lr>',
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=a1',
      'To: "Bob" <sip:bob@example.com>;tag=b7',
      'Call-ID: call-1@example.com',
      'CSeq: 41 ACK',
      'Content-Length: 0',
      '',
      '',
    ]);
  });

  it('ends when the transport fails, also for the ACK (§17.1.4)', () => {
    const h = new TransactionHarness();
    h.inviteClient().start();
    h.transport.fail('refused');
    expect([...h.log, h.clock.pending]).toEqual(['0 > INVITE', '0 failed refused', '0 terminated', 0]);

    const late = new TransactionHarness();
    const tx = late.inviteClient();
    tx.start();
    tx.receive(404, late.response(404));
    late.transport.fail('unreachable');
    expect(late.log.slice(2)).toEqual(['0 response 404', '0 failed unreachable', '0 terminated']);
    expect(late.clock.pending).toBe(0);
  });

  it('holds a CANCEL back until a provisional response (§9.1; T4)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    tx.cancel();
    tx.cancel();
    h.clock.advance(700);
    tx.receive(100, h.response(100));
    tx.receive(180, h.response(180));
    h.clock.advance(100);
    tx.receive(487, h.response(487));
    h.clock.runAll(40_000);
    expect(h.log).toEqual([
      '0 > INVITE',
      '500 > INVITE',
      '700 response 100',
      '700 cancel',
      '700 response 180',
      '800 > ACK',
      '800 response 487',
      '32800 terminated',
    ]);
  });

  it.each([200, 486])('forgets a CANCEL that a final %d overtook (§9.1)', (status) => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    tx.cancel();
    tx.receive(status, h.response(status));
    tx.cancel();
    h.clock.runAll(40_000);
    expect(h.log.filter((entry) => entry.includes('cancel'))).toEqual([]);
  });

  it('gives up 64·T1 after a CANCEL that brings no final response (§9.1)', () => {
    const h = new TransactionHarness();
    const tx = h.inviteClient();
    tx.start();
    tx.receive(180, h.response(180));
    h.clock.advance(60_000);
    tx.cancel();
    h.clock.runAll(40_000);
    expect(h.log.slice(2)).toEqual(['60000 cancel', '92000 timeout', '92000 terminated']);
  });
});
