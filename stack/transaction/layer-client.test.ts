import { describe, expect, it } from 'vitest';
import { octetText } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { LayerHarness } from '../testing/layer-harness.ts';
import { requestBytes, responseBytes, type RequestOptions } from '../testing/sip-messages.ts';

function answer(h: LayerHarness, status: number, method = 'OPTIONS', options: RequestOptions = {}): void {
  h.transport.receive(responseBytes(parseMessage(requestBytes(method, options)), status));
}

describe('matching responses to client transactions (RFC 3261 §17.1.3)', () => {
  it('goes by branch and CSeq method', () => {
    const h = new LayerHarness();
    const options = h.request(requestBytes('OPTIONS'));
    const info = h.request(requestBytes('INFO'));
    answer(h, 200, 'INFO');
    expect([options.state, info.state]).toEqual(['trying', 'completed']);
    expect(h.layer.stats).toMatchObject({ clientTransactions: 1, completedTransactions: 1 });
    answer(h, 404);
    h.clock.runAll(10_000);
    expect(h.log).toEqual([
      '0 > OPTIONS',
      '0 > INFO',
      '0 response 200',
      '0 response 404',
      '5000 terminated',
      '5000 terminated',
    ]);
  });

  it.each<[string, string, RequestOptions]>([
    ['another branch', 'OPTIONS', { branch: 'z9hG4bKother' }],
    ['another method', 'INFO', {}],
    ['a sent-by that is not ours (§18.1.2)', 'OPTIONS', { sentBy: '192.0.2.66:5060' }],
  ])('drops and counts a response with %s', (_, method, options) => {
    const h = new LayerHarness();
    h.request(requestBytes('OPTIONS'));
    answer(h, 200, method, options);
    expect(h.log).toEqual(['0 > OPTIONS']);
    expect(h.layer.stats.strayResponses).toBe(1);
  });

  it('hands a 2xx to INVITE that matches nothing, or comes again, to the core (§13.2.2.4)', () => {
    const h = new LayerHarness();
    h.request(requestBytes('INVITE'));
    answer(h, 200, 'INVITE');
    answer(h, 200, 'INVITE');
    answer(h, 200, 'INVITE', { branch: 'z9hG4bKother' });
    answer(h, 486, 'INVITE', { branch: 'z9hG4bKother' });
    expect(h.log).toEqual(['0 > INVITE', '0 response 200', '0 stray 200', '0 stray 200']);
    expect(h.layer.stats.strayResponses).toBe(1);
  });

  it('counts its own retransmissions', () => {
    const h = new LayerHarness();
    h.request(requestBytes('OPTIONS'));
    h.clock.advance(1500);
    expect(h.layer.stats.retransmissionsSent).toBe(2);
  });

  it('takes a request without a branch, or with one in use, for a mistake of the caller', () => {
    const h = new LayerHarness();
    h.request(requestBytes('OPTIONS'));
    expect(() => h.request(requestBytes('OPTIONS'))).toThrow('is running');
    expect(() => h.request(requestBytes('OPTIONS', { via: 'SIP/2.0/UDP 192.0.2.1' }))).toThrow('a branch');
    expect(h.log).toEqual(['0 > OPTIONS']);
  });
});

describe('CANCEL of a client (RFC 3261 §9.1)', () => {
  const invite: RequestOptions = {
    headers: ['Route: <sip:proxy.example.com;lr>', 'Contact: <sip:alice@192.0.2.1>', 'Require: 100rel'],
    cseq: 7,
    body: 'v=0\r\n',
  };

  it('has the branch, Route, To and CSeq number of the INVITE and a transaction of its own (T3)', () => {
    const h = new LayerHarness();
    const tx = h.request(requestBytes('INVITE', invite));
    answer(h, 180, 'INVITE', invite);
    tx.cancel();
    expect(octetText(h.transport.sent[1]?.bytes ?? new Uint8Array()).split('\r\n')).toEqual([
      'CANCEL sip:bob@192.0.2.2 SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKalice1',
      'Route: <sip:proxy.example.com;lr>',
      'Max-Forwards: 70',
      'From: <sip:alice@example.com>;tag=a1',
      'To: <sip:bob@example.com>',
      'Call-ID: call-1@example.com',
      'CSeq: 7 CANCEL',
      'Content-Length: 0',
      '',
      '',
    ]);
    expect(h.transport.sent[1]?.target).toEqual(h.transport.sent[0]?.target);
    h.clock.advance(500);
    answer(h, 200, 'CANCEL', invite);
    answer(h, 487, 'INVITE', invite);
    h.clock.runAll(40_000);
    expect(h.log).toEqual([
      '0 > INVITE',
      '0 response 180',
      '0 > CANCEL',
      '500 > CANCEL',
      '500 > ACK',
      '500 response 487',
      '32500 terminated',
    ]);
    expect(h.layer.stats).toMatchObject({ clientTransactions: 0, completedTransactions: 0 });
  });

  it('waits for a provisional response, and a final one makes it needless (T4)', () => {
    const h = new LayerHarness();
    h.request(requestBytes('INVITE')).cancel();
    answer(h, 100, 'INVITE');
    const late = h.request(requestBytes('INVITE', { branch: 'z9hG4bKlate' }));
    late.cancel();
    answer(h, 200, 'INVITE', { branch: 'z9hG4bKlate' });
    expect(h.log).toEqual(['0 > INVITE', '0 response 100', '0 > CANCEL', '0 > INVITE', '0 response 200']);
  });

  it('leaves the INVITE alone when it fails or is refused', () => {
    const h = new LayerHarness();
    const tx = h.request(requestBytes('INVITE'));
    answer(h, 100, 'INVITE');
    tx.cancel();
    h.transport.fail('refused');
    expect(tx.state).toBe('proceeding');
    h.clock.runAll(32_000);
    expect(h.log.slice(-2)).toEqual(['32000 timeout', '32000 terminated']);
  });
});

describe('failures (RFC 3261 §17.1.4)', () => {
  it('reports what the transport could not send', () => {
    const h = new LayerHarness();
    const tx = h.request(requestBytes('OPTIONS'));
    h.transport.fail('refused');
    expect(h.log).toEqual(['0 > OPTIONS', '0 failed refused', '0 terminated']);
    expect([tx.state, h.clock.pending, h.layer.stats.transportFailures]).toEqual(['terminated', 0, 1]);
  });
});
