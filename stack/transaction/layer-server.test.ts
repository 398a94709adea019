import { describe, expect, it } from 'vitest';
import { toHeader } from '../message/headers/name-addr.ts';
import { toBytes } from '../message/octets.ts';
import { LayerHarness } from '../testing/layer-harness.ts';
import { requestBytes, type RequestOptions } from '../testing/sip-messages.ts';

const TAGGED = '<sip:bob@example.com>;tag=b1';

describe('matching requests to server transactions (RFC 3261 §17.2.3)', () => {
  it('absorbs and counts a retransmission, answering it with the latest response', () => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('OPTIONS'));
    h.transport.receive(requestBytes('OPTIONS'));
    h.respond(200);
    h.clock.advance(500);
    h.transport.receive(requestBytes('OPTIONS'));
    expect(h.log).toEqual(['0 request OPTIONS', '0 > 200', '500 > 200']);
    expect(h.transport.sent[1]?.bytes).toEqual(h.transport.sent[0]?.bytes);
    expect(h.layer.stats).toMatchObject({
      retransmissionsReceived: 2,
      serverTransactions: 0,
      completedTransactions: 1,
    });
    h.clock.runAll(32_000);
    expect([h.layer.stats.completedTransactions, h.clock.pending]).toEqual([0, 0]);
  });

  it.each<[string, string, RequestOptions]>([
    ['another branch', 'OPTIONS', { branch: 'z9hG4bKalice2', callId: 'call-2' }],
    ['another sent-by host', 'OPTIONS', { sentBy: '192.0.2.3:5060', callId: 'call-2' }],
    ['another sent-by port', 'OPTIONS', { sentBy: '192.0.2.1:5061', callId: 'call-2' }],
    ['another method', 'INFO', { callId: 'call-2' }],
  ])('opens another transaction for %s', (_, method, options) => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('OPTIONS'));
    h.transport.receive(requestBytes(method, options));
    expect(h.log).toEqual(['0 request OPTIONS', '0 > 200', `0 request ${method}`, '0 > 200']);
  });

  it('knows a sent-by host in any case', () => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('OPTIONS', { sentBy: 'Alice.example.com' }));
    h.transport.receive(requestBytes('OPTIONS', { sentBy: 'alice.EXAMPLE.com' }));
    expect(h.layer.stats.retransmissionsReceived).toBe(1);
  });

  it('absorbs the ACK to a non-2xx, never answers it, and never shows it to the core (§17.2.1; T5)', () => {
    const h = new LayerHarness({ answer: 486 });
    h.transport.receive(requestBytes('INVITE'));
    h.clock.advance(100);
    h.transport.receive(requestBytes('ACK', { to: TAGGED }));
    h.transport.receive(requestBytes('ACK', { to: TAGGED }));
    h.clock.runAll(5000);
    expect(h.log).toEqual(['0 request INVITE', '0 > 486']);
    expect(h.layer.stats).toMatchObject({ acksAbsorbed: 2, serverTransactions: 0 });
  });

  it('hands the ACK to a 2xx to the core, with a branch of its own or that of the INVITE (RFC 6026 §7.1)', () => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('ACK', { to: TAGGED, branch: 'z9hG4bKother' }));
    h.transport.receive(requestBytes('ACK', { to: TAGGED }));
    expect(h.log).toEqual(['0 request INVITE', '0 > 200', '0 ack', '0 ack']);
    expect(h.layer.stats.acksAbsorbed).toBe(0);
  });

  it('answers INVITE with 100 after 200 ms unless the core has answered (§17.2.1)', () => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('INVITE'));
    h.clock.advance(1000);
    h.respond(486);
    h.clock.advance(100);
    expect(h.log).toEqual(['0 request INVITE', '200 > 100', '1000 > 486']);
    expect(toHeader(h.sent(0))?.tag).toBeUndefined();
  });
});

describe('requests of RFC 2543 peers (RFC 3261 §17.2.3)', () => {
  const vias = [
    'SIP/2.0/UDP 192.0.2.1:5060',
    'SIP/2.0/UDP 192.0.2.1:5060;branch=1',
    'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK',
  ];

  it.each(vias)('matches retransmission, ACK and CANCEL without a unique branch: %s', (via) => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('INVITE', { via }));
    h.transport.receive(requestBytes('INVITE', { via }));
    h.transport.receive(requestBytes('CANCEL', { via }));
    h.respond(487);
    h.transport.receive(requestBytes('ACK', { via, to: TAGGED }));
    h.clock.runAll(40_000);
    expect(h.log).toEqual(['0 request INVITE', '0 > 200', '0 cancelled', '0 > 487']);
    expect(h.layer.stats).toMatchObject({ retransmissionsReceived: 1, acksAbsorbed: 1 });
  });

  it.each<[string, RequestOptions]>([
    ['Request-URI', { uri: 'sip:carol@192.0.2.2' }],
    ['From tag', { from: '<sip:alice@example.com>;tag=a2' }],
    ['Call-ID', { callId: 'call-2' }],
    ['CSeq', { cseq: 2 }],
    ['To tag', { to: TAGGED }],
    ['Via', { via: 'SIP/2.0/UDP 192.0.2.1:5062' }],
  ])('tells requests apart by %s', (_, difference) => {
    const h = new LayerHarness({ answersMergedRequests: false });
    const via = 'SIP/2.0/UDP 192.0.2.1:5060';
    h.transport.receive(requestBytes('OPTIONS', { via }));
    h.transport.receive(requestBytes('OPTIONS', { via, ...difference }));
    expect(h.log).toEqual(['0 request OPTIONS', '0 request OPTIONS']);
  });

  it('takes an ACK with another To tag than the response for one of a 2xx', () => {
    const h = new LayerHarness({ answer: 486 });
    const via = 'SIP/2.0/UDP 192.0.2.1:5060';
    h.transport.receive(requestBytes('INVITE', { via }));
    h.transport.receive(requestBytes('ACK', { via, to: '<sip:bob@example.com>;tag=other' }));
    expect(h.log).toEqual(['0 request INVITE', '0 > 486', '0 ack']);
  });
});

describe('CANCEL (RFC 3261 §9.2)', () => {
  it('is answered 200 with the To tag of the INVITE’s responses, reported once, and absorbed when it comes again', () => {
    const h = new LayerHarness({ answer: 180 });
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('CANCEL'));
    h.transport.receive(requestBytes('CANCEL'));
    h.respond(487);
    expect(h.log).toEqual(['0 request INVITE', '0 > 180', '0 > 200', '0 cancelled', '0 > 200', '0 > 487']);
    expect([h.sent(1), h.sent(3)].map((m) => [toHeader(m)?.tag, m.first('CSeq')])).toEqual([
      ['b1', '1 CANCEL'],
      ['b1', '1 INVITE'],
    ]);
  });

  it('of an INVITE nobody has answered yet still gets a To tag (§8.2.6.2)', () => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('CANCEL'));
    expect(toHeader(h.sent(0))?.tag).toMatch(/^\w{6,}$/);
  });

  it.each([200, 486])('after a final %d is answered 200 and changes nothing', (status) => {
    const h = new LayerHarness({ answer: status });
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('CANCEL'));
    expect(h.log).toEqual(['0 request INVITE', `0 > ${status}`, '0 > 200']);
  });

  it('that matches nothing is answered 481', () => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('CANCEL', { branch: 'z9hG4bKother' }));
    expect(h.log).toEqual(['0 request INVITE', '0 > 481']);
  });
});

describe('merged requests (RFC 3261 §8.2.2.2)', () => {
  it.each(['INVITE', 'OPTIONS'])(
    'the second way of an %s is answered 482, also after the first was',
    (method) => {
      const h = new LayerHarness({ answer: 404 });
      h.transport.receive(requestBytes(method));
      h.transport.receive(requestBytes(method, { branch: 'z9hG4bKway2' }));
      h.transport.receive(requestBytes(method, { branch: 'z9hG4bKway2' }));
      expect(h.log).toEqual([`0 request ${method}`, '0 > 404', '0 > 482', '0 > 482']);
      expect(h.layer.stats).toMatchObject({ mergedRequests: 1, retransmissionsReceived: 1 });
    },
  );

  it.each<[string, RequestOptions, RequestOptions]>([
    ['another From tag', {}, { from: '<sip:alice@example.com>;tag=a2' }],
    ['another Call-ID', {}, { callId: 'call-2' }],
    ['another CSeq', {}, { cseq: 2 }],
    ['a dialog', { to: TAGGED }, { to: TAGGED }],
  ])('%s makes it another request', (_, first, second) => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('OPTIONS', first));
    h.transport.receive(requestBytes('OPTIONS', { ...second, branch: 'z9hG4bKway2' }));
    expect(h.requests).toHaveLength(2);
  });

  it('is over with the first transaction, and off for proxies', () => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('OPTIONS'));
    h.clock.runAll(32_000);
    h.transport.receive(requestBytes('OPTIONS', { branch: 'z9hG4bKway2' }));
    expect(h.requests).toHaveLength(2);

    const proxy = new LayerHarness({ answer: 200, answersMergedRequests: false });
    proxy.transport.receive(requestBytes('OPTIONS'));
    proxy.transport.receive(requestBytes('OPTIONS', { branch: 'z9hG4bKway2' }));
    expect(proxy.requests).toHaveLength(2);
  });
});

describe('limits', () => {
  const options = (n: number): Uint8Array =>
    requestBytes('OPTIONS', { branch: `z9hG4bKn${n}`, callId: `call-${n}` });

  it('refuse requests past maxTransactions with a 503 that keeps no state (§21.5.4, §8.2.7)', () => {
    const h = new LayerHarness({ maxTransactions: 2 });
    for (const n of [1, 2, 3, 3]) h.transport.receive(options(n));
    expect(h.log).toEqual(['0 request OPTIONS', '0 request OPTIONS', '0 > 503', '0 > 503']);
    expect(h.sent(0).first('Retry-After')).toBe('5');
    expect(h.transport.sent[0]?.bytes).toEqual(h.transport.sent[1]?.bytes);
    expect(toHeader(h.sent(0))?.tag).toMatch(/^\w+$/);
    expect(h.layer.stats).toMatchObject({ serverTransactions: 2, overloadRejections: 2 });
    h.respond(200);
    h.transport.receive(options(3));
    expect(h.requests).toHaveLength(3);
  });

  it('and other answers of the layer name the program where they are told to (§20.35)', () => {
    const server = ['Server', 'Lab'] as const;
    const h = new LayerHarness({ maxTransactions: 2, responseHeaders: [server] });
    h.transport.receive(requestBytes('CANCEL'));
    h.transport.receive(options(1));
    h.transport.receive(requestBytes('OPTIONS', { branch: 'z9hG4bKway', callId: 'call-1' }));
    for (const n of [3, 4]) h.transport.receive(options(n));
    expect(h.log.filter((entry) => entry.includes('>'))).toEqual(['0 > 481', '0 > 482', '0 > 503']);
    for (const n of [0, 1, 2]) expect(h.sent(n).first('Server')).toBe('Lab');
    expect(h.sent(2).first('Retry-After')).toBe('5');
  });

  it('let CANCEL through', () => {
    const h = new LayerHarness({ maxTransactions: 1 });
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('CANCEL'));
    expect(h.log).toEqual(['0 request INVITE', '0 > 200', '0 cancelled']);
  });

  it('forget the oldest completed transaction past maxCompletedTransactions', () => {
    const h = new LayerHarness({ answer: 200, maxCompletedTransactions: 2 });
    for (const n of [1, 2, 3]) h.transport.receive(options(n));
    for (const n of [3, 2, 1]) h.transport.receive(options(n));
    expect(h.log.filter((entry) => entry.includes('request'))).toHaveLength(4);
    expect(h.layer.stats).toMatchObject({
      completedTransactions: 2,
      evictions: 2,
      retransmissionsReceived: 2,
      serverTransactions: 0,
    });
  });
});

describe('what is no usable message', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n'],
    ['a request without Via', 'OPTIONS sip:b@h SIP/2.0\r\nCall-ID: x\r\n\r\n'],
    ['a response without CSeq', 'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n\r\n'],
    ['nothing', ''],
  ])('%s is counted and shown to the core', (_, text) => {
    const h = new LayerHarness();
    h.transport.receive(toBytes(text));
    expect(h.log).toEqual(['0 unusable']);
    expect(h.layer.stats.unusableMessages).toBe(1);
  });
});

describe('failures and the end', () => {
  it('tells the user that its response could not be sent', () => {
    const h = new LayerHarness({ answer: 200 });
    h.transport.receive(requestBytes('INVITE'));
    h.transport.fail('unreachable');
    expect(h.log).toEqual(['0 request INVITE', '0 > 200', '0 failed unreachable']);
    expect(h.layer.stats.transportFailures).toBe(1);
  });

  it('stops listening and leaves no timer when disposed, without a word to anybody', () => {
    const h = new LayerHarness();
    h.transport.receive(requestBytes('INVITE'));
    h.transport.receive(requestBytes('OPTIONS', { branch: 'z9hG4bKo', callId: 'c2' }));
    h.respond(486);
    h.request(requestBytes('INVITE', { branch: 'z9hG4bKc' }));
    expect(h.clock.pending).toBeGreaterThan(0);
    const entries = h.log.length;
    h.layer.dispose();
    h.transport.receive(requestBytes('INFO'));
    h.respond(200, 1);
    h.clock.runAll(1);
    expect([h.log.length, h.clock.pending, h.transport.listenerCount]).toEqual([entries, 0, 0]);
    expect(h.layer.stats).toMatchObject({
      serverTransactions: 0,
      clientTransactions: 0,
      completedTransactions: 0,
    });
  });

  it('tells every transition with its RFC section and time', () => {
    const transitions: string[] = [];
    const h = new LayerHarness({
      answer: 486,
      onTransition: (t) => transitions.push(`${t.atMs} ${t.from} ${t.input} ${t.to} [${t.rfc}]`),
    });
    h.transport.receive(requestBytes('INVITE'));
    h.clock.advance(600);
    h.transport.receive(requestBytes('ACK', { to: TAGGED }));
    h.clock.runAll(5000);
    expect(transitions).toEqual([
      '0 idle recv-request proceeding [RFC 3261 §17.2.1]',
      '0 proceeding send-3xx-6xx completed [RFC 6026 §8.5]',
      '500 completed timer-g completed [RFC 3261 §17.2.1]',
      '600 completed recv-ack confirmed [RFC 3261 §17.2.1]',
      '5600 confirmed timer-i terminated [RFC 3261 §17.2.1]',
    ]);
  });
});
