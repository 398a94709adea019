import { describe, expect, it } from 'vitest';
import { recordRoutes, routes } from '../message/headers/name-addr.ts';
import { topVia, vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';
import type { RawRequest } from '../testing/raw-peer.ts';
import type { ProxyPolicy } from './policy.ts';

/*
 * Verified: what a proxy does with a request before it has any response: which it refuses and how, where it sends the others, and what
 * of them it changes.
 * Not here: responses and forking (responses.test.ts), dialogs through the proxy (dialogs.test.ts).
 */

const PROXY = '10.0.0.1';

const lab = (policy: Partial<ProxyPolicy> = {}) => {
  const base = createProxyLab();
  const { agent, proxy } = base.node(PROXY, { policy: { domains: ['example.com'], ...policy } });
  const alice = base.peer('10.0.0.8');
  const bob = base.peer('10.0.0.9');
  base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
  return {
    ...base,
    agent,
    proxy,
    alice,
    bob,
    send: async (request: Partial<RawRequest> = {}): Promise<void> => {
      alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com', ...request });
      await base.settle();
    },
  };
};

const uriOf = ({ startLine }: SipMessage): string => (startLine.kind === 'request' ? startLine.uri : '');

describe('request validation (RFC 3261 §16.3)', () => {
  it.each<[string, Partial<RawRequest>, string]>([
    ['a scheme it does not know', { uri: 'nobodyKnows:x' }, '416 Unsupported URI Scheme'],
    ['two Max-Forwards', { lines: ['Max-Forwards: 0'] }, '400 More than one Max-Forwards header field'],
    ['an extension that proxies must serve', { lines: ['Proxy-Require: foo, bar'] }, '420 Bad Extension'],
    ['a user it does not know', { uri: 'sip:carol@example.com' }, '404 Not Found'],
    ['a domain it does not serve', { uri: 'sip:carol@elsewhere.example' }, '403 Relaying Denied'],
    [
      'a Route to somewhere else outside of any dialog',
      { lines: ['Route: <sip:10.0.0.7;lr>'] },
      '403 Relaying Denied',
    ],
    ['a broken Request-URI', { uri: 'sip:bob@exa mple.com' }, '400 The Request-URI contains white space'],
  ])('refuses %s', async (_, request, answer) => {
    const it_ = lab();
    await it_.send(request);
    expect(it_.alice.take()).toEqual([answer]);
    expect(it_.bob.take()).toEqual([]);
    expect(it_.alice.last.first('Server')).toBe('Proxy');
    expect(it_.alice.last.first('To')).toMatch(/;tag=/);
  });

  it('answers 483 when Max-Forwards is 0', async () => {
    const it_ = lab();
    it_.alice.sendText(
      it_.alice
        .write({ method: 'MESSAGE', uri: 'sip:bob@example.com' })
        .replace('Max-Forwards: 70', 'Max-Forwards: 0'),
    );
    await it_.settle();
    expect(it_.alice.take()).toEqual(['483 Too Many Hops']);
  });

  it('lets the node answer an OPTIONS itself when Max-Forwards is 0 (§11)', async () => {
    const it_ = lab();
    it_.agent.serve({
      name: 'options',
      methods: ['OPTIONS'],
      explain: () => 'Answers 200.',
      handle: (request) => {
        request.respond(200);
      },
    });
    const text = it_.alice.write({ method: 'OPTIONS', uri: 'sip:bob@example.com' });
    it_.alice.sendText(text.replace('Max-Forwards: 70', 'Max-Forwards: 0'));
    await it_.settle();
    expect([it_.alice.take(), it_.bob.take()]).toEqual([['200 OK'], []]);
  });

  it('names in Unsupported what it does not support, and lets pass what it does', async () => {
    const it_ = lab({ supported: ['foo'] });
    await it_.send({ lines: ['Proxy-Require: foo, bar'] });
    expect(it_.alice.last.first('Unsupported')).toBe('bar');
    await it_.send({ lines: ['Proxy-Require: FOO'], cseq: 2 });
    expect(it_.bob.take()).toEqual(['MESSAGE']);
  });

  it('asks for credentials where the operator wants them, with 407', async () => {
    const it_ = lab({
      authenticate: ({ message }) =>
        message.first('Proxy-Authorization') === undefined
          ? { status: 407, headers: [['Proxy-Authenticate', 'Digest realm="x", nonce="n"']] }
          : undefined,
    });
    await it_.send();
    expect(it_.alice.take()).toEqual(['407 Proxy Authentication Required']);
    expect(it_.alice.last.first('Proxy-Authenticate')).toBe('Digest realm="x", nonce="n"');
    await it_.send({ lines: ['Proxy-Authorization: Digest username="a"'], cseq: 2 });
    expect(it_.bob.take()).toEqual(['MESSAGE']);
  });

  it('relays methods and headers it has never heard of', async () => {
    const it_ = lab();
    await it_.send({ method: 'FROBNICATE', lines: ['Require: nothing-for-proxies', 'Date: yesterday'] });
    expect(it_.bob.take()).toEqual(['FROBNICATE']);
  });
});

describe('loops and spirals (RFC 3261 §16.3 step 4, RFC 5393)', () => {
  it('answers 482 to a request that comes round unchanged', async () => {
    const it_ = lab({ relays: () => true });
    // 10.0.0.7 sends everything back as it came.
    const mirror = it_.peer('10.0.0.7', PROXY);
    await it_.send({ uri: 'sip:carol@10.0.0.7' });
    const copy = mirror.last;
    mirror.sendText(
      octetText(copy.bytes).replace('Via:', 'Via: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-mirror\r\nVia:'),
    );
    await it_.settle();
    expect(mirror.take()).toEqual(['MESSAGE', '482 Loop Detected']);
    mirror.respond(copy, '482 Loop Detected');
    await it_.settle();
    expect(it_.alice.take()).toEqual(['482 Loop Detected']);
  });

  it('lets a request pass again whose Request-URI has changed', async () => {
    const it_ = lab({ relays: () => true });
    const mirror = it_.peer('10.0.0.7', PROXY);
    await it_.send({ uri: 'sip:carol@10.0.0.7' });
    mirror.sendText(
      octetText(mirror.last.bytes)
        .replace('Via:', 'Via: SIP/2.0/UDP 10.0.0.7:5060;branch=z9hG4bK-mirror\r\nVia:')
        .replace('sip:carol@10.0.0.7', 'sip:bob@example.com'),
    );
    await it_.settle();
    expect(it_.bob.take()).toEqual(['MESSAGE']);
    expect(vias(it_.bob.last)).toHaveLength(4);
  });

  it('ends a loop between two proxies that know no better with 482, long before Max-Forwards', async () => {
    const base = createProxyLab();
    base.node('10.0.0.1', { policy: { domains: ['one.example'], relays: () => true } });
    base.node('10.0.0.2', { policy: { domains: ['two.example'], relays: () => true } });
    const alice = base.peer('10.0.0.8');
    // Each forwards to the other.
    base.locations.bind('sip:bob@one.example', 'sip:bob@10.0.0.2');
    base.locations.bind('sip:bob@10.0.0.2', 'sip:bob@one.example;maddr=10.0.0.1');
    alice.send({ method: 'MESSAGE', uri: 'sip:bob@one.example' });
    await base.settle();
    expect(alice.take()).toEqual(['482 Loop Detected']);
    expect(base.network.stats.sent).toBeLessThan(12);
  });
});

describe('route preprocessing (RFC 3261 §16.4)', () => {
  it('takes its own Route value off and follows the next one', async () => {
    const it_ = lab();
    await it_.send({
      uri: 'sip:bob@10.9.9.9',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY};lr>, <sip:10.0.0.9;lr>`],
    });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.9.9.9');
    expect(routes(it_.bob.last).map(({ uri }) => uri)).toEqual(['sip:10.0.0.9;lr']);
  });

  it('takes off both values of a double Record-Route (RFC 5658)', async () => {
    const it_ = lab();
    await it_.send({
      uri: 'sip:bob@10.0.0.9',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY};lr;r2=on>, <sip:${PROXY};lr;r2=on>`],
    });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.0.0.9');
    expect(routes(it_.bob.last)).toEqual([]);
  });

  it('keeps a second value of its own that is no half of a double one: a spiral', async () => {
    const it_ = lab();
    await it_.send({
      uri: 'sip:bob@10.0.0.9',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY};lr>, <sip:${PROXY};lr>`],
    });
    expect(it_.bob.take()).toEqual(['MESSAGE']);
    // Through the proxy twice.
    expect(vias(it_.bob.last)).toHaveLength(3);
  });

  it('repairs what a strict router has done: the Request-URI is at the end of Route', async () => {
    const it_ = lab();
    await it_.send({ uri: `sip:${PROXY};lr`, toTag: 'b', lines: ['Route: <sip:bob@10.0.0.9>'] });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.0.0.9');
    expect(routes(it_.bob.last)).toEqual([]);
  });

  it('strips a maddr that means itself, with its port and transport', async () => {
    const it_ = lab();
    await it_.send({ uri: `sip:bob@example.com:5060;maddr=${PROXY};transport=udp` });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.0.0.9');
  });

  it('mistake 33: serves in-dialog requests that address it by its IP address, whatever its domains', async () => {
    const it_ = lab();
    for (const [cseq, line] of [
      `<sip:${PROXY};lr>`,
      `<sip:${PROXY}:5060;lr>`,
      '<sip:example.com;lr>',
    ].entries())
      await it_.send({
        method: 'INFO',
        uri: 'sip:bob@10.0.0.9',
        toTag: 'b',
        cseq: cseq + 1,
        lines: [`Route: ${line}`],
      });
    expect(it_.bob.take()).toEqual(['INFO', 'INFO', 'INFO']);
    expect(it_.alice.take()).toEqual([]);
  });
});

describe('target determination (RFC 3261 §16.5)', () => {
  it('sends to the bindings of a user of its own domain, by name or address, whatever the case', async () => {
    const it_ = lab();
    it_.locations.bind(`sip:bob@${PROXY}`, 'sip:bob@10.0.0.9');
    for (const [cseq, uri] of [
      'sip:bob@EXAMPLE.com',
      `sip:bob@${PROXY}:5060`,
      'sip:%62ob@example.com;x=y',
    ].entries())
      await it_.send({ uri, cseq: cseq + 1 });
    expect(it_.bob.take()).toEqual(['MESSAGE', 'MESSAGE', 'MESSAGE']);
    expect(it_.bob.received.map(uriOf)).toEqual(Array.from({ length: 3 }, () => 'sip:bob@10.0.0.9'));
  });

  it('answers 480 for a user it knows who has no binding', async () => {
    const it_ = lab({ knows: (aor) => aor === 'sip:carol@example.com' });
    await it_.send({ uri: 'sip:carol@example.com' });
    await it_.send({ uri: 'sip:dave@example.com', cseq: 2 });
    expect(it_.alice.take()).toEqual(['480 Temporarily Unavailable', '404 Not Found']);
  });

  it('relays to other domains where the operator allows it', async () => {
    const it_ = lab({ relays: ({ host }) => host === '10.0.0.9' });
    await it_.send({ uri: 'sip:bob@10.0.0.9;x' });
    await it_.send({ uri: 'sip:bob@10.0.0.7', cseq: 2 });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.0.0.9;x');
    expect(it_.alice.take()).toEqual(['403 Relaying Denied']);
  });

  it('asks with a GRUU as it is, since it names one instance of a user (RFC 5627 §5.1)', async () => {
    const it_ = lab();
    it_.locations.bind('sip:bob@example.com;gr=1', 'sip:bob@10.0.0.9;device=1');
    await it_.send({ uri: 'sip:bob@example.com;gr=1' });
    expect(uriOf(it_.bob.last)).toBe('sip:bob@10.0.0.9;device=1');
    await it_.send({ uri: 'sip:bob@example.com;gr=2', cseq: 2 });
    expect(it_.alice.take()).toEqual(['404 Not Found']);
  });

  it('leaves to the node what is for the node: REGISTER of its domain, its own Contact, a URI without a user', async () => {
    const it_ = lab();
    const served: string[] = [];
    it_.agent.serve({
      name: 'all',
      methods: ['REGISTER', 'OPTIONS', 'MESSAGE'],
      explain: () => 'Answers 200.',
      handle: (request) => {
        served.push(request.method);
        request.respond(200);
      },
    });
    await it_.send({ method: 'REGISTER', uri: 'sip:example.com' });
    await it_.send({ method: 'OPTIONS', uri: `sip:${PROXY}`, cseq: 2 });
    await it_.send({ method: 'MESSAGE', uri: `sip:node@${PROXY}:5060`, cseq: 3 });
    expect(served).toEqual(['REGISTER', 'OPTIONS', 'MESSAGE']);
    expect(it_.proxy.stats.forwarded).toBe(0);
  });
});

describe('forwarding (RFC 3261 §16.6)', () => {
  it('changes only Request-URI, Via, Max-Forwards, Max-Breadth and Record-Route of what it relays', async () => {
    const it_ = lab();
    const lines = ['x-UNKNOWN :  as it is', 'k: 100rel', 'Record-Route: <sip:10.0.0.7;lr>'];
    await it_.send({ method: 'INVITE', lines, body: 'v=0\r\n' });
    const sent = it_.alice.write({ method: 'INVITE', uri: 'sip:bob@example.com', lines, body: 'v=0\r\n' });
    const branch = topVia(it_.bob.last)?.branch ?? '';
    expect(octetText(it_.bob.last.bytes)).toBe(
      sent
        .replace('sip:bob@example.com', 'sip:bob@10.0.0.9')
        .replace('Via:', `Via: SIP/2.0/UDP ${PROXY}:5060;rport;branch=${branch}\r\nVia:`)
        .replace('Max-Forwards: 70', 'Max-Breadth: 60\r\nMax-Forwards: 69')
        .replace('Record-Route:', `Record-Route: <sip:${PROXY}:5060;lr>\r\nRecord-Route:`),
    );
  });

  it('adds a Max-Forwards of 70 where there is none', async () => {
    const it_ = lab();
    it_.alice.sendText(
      it_.alice.write({ method: 'MESSAGE', uri: 'sip:bob@example.com' }).replace('Max-Forwards: 70\r\n', ''),
    );
    await it_.settle();
    expect(it_.bob.last.first('Max-Forwards')).toBe('70');
  });

  it('records its route in requests that make dialogs, and in no other', async () => {
    const it_ = lab();
    for (const [cseq, method] of ['INVITE', 'SUBSCRIBE', 'REFER', 'MESSAGE', 'OPTIONS', 'PUBLISH'].entries())
      await it_.send({ method, cseq: cseq + 1 });
    await it_.send({
      method: 'INVITE',
      uri: 'sip:bob@10.0.0.9',
      toTag: 'x',
      cseq: 9,
      lines: [`Route: <sip:${PROXY};lr>`],
    });
    expect(it_.bob.received.map((message) => recordRoutes(message).length)).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });

  it('records no route where the operator does not want it', async () => {
    const it_ = lab({ recordsRoute: false });
    await it_.send({ method: 'INVITE' });
    expect(recordRoutes(it_.bob.last)).toEqual([]);
  });

  it('puts the URI of a strict router into the Request-URI and the target to the end of Route', async () => {
    const it_ = lab();
    await it_.send({
      uri: 'sip:bob@10.9.9.9',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY};lr>, <sip:10.0.0.9>, <sip:10.0.0.6;lr>`],
    });
    expect(uriOf(it_.bob.last)).toBe('sip:10.0.0.9');
    expect(routes(it_.bob.last).map(({ uri }) => uri)).toEqual(['sip:10.0.0.6;lr', 'sip:bob@10.9.9.9']);
  });

  it('puts the Path of a binding on top of Route (RFC 3327 §5.3)', async () => {
    const it_ = lab();
    it_.locations.bind('sip:carol@example.com', 'sip:carol@192.168.0.1', {
      path: ['<sip:edge@10.0.0.9;lr>', '<sip:10.0.0.6;lr>'],
    });
    await it_.send({ uri: 'sip:carol@example.com' });
    expect(uriOf(it_.bob.last)).toBe('sip:carol@192.168.0.1');
    expect(routes(it_.bob.last).map(({ uri }) => uri)).toEqual(['sip:edge@10.0.0.9;lr', 'sip:10.0.0.6;lr']);
  });

  it('puts itself into the Path of a REGISTER it relays (RFC 3327 §5.2)', async () => {
    const it_ = lab({ addsPath: true, relays: () => true });
    await it_.send({
      method: 'REGISTER',
      uri: 'sip:10.0.0.9',
      lines: ['Path: <sip:10.0.0.7;lr>', 'Supported: path'],
    });
    expect(it_.bob.last.all('Path')).toEqual([`<sip:${PROXY}:5060;lr>`, '<sip:10.0.0.7;lr>']);
  });

  it('gives every copy a branch of its own, also of one that comes again with another branch', async () => {
    const it_ = lab();
    await it_.send({ branch: 'z9hG4bKa' });
    await it_.send({ branch: 'z9hG4bKb' });
    const branches = it_.bob.received.map((message) => topVia(message)?.branch);
    expect(new Set(branches).size).toBe(2);
  });

  it('absorbs retransmissions', async () => {
    const it_ = lab();
    await it_.send({ branch: 'z9hG4bKa' });
    await it_.send({ branch: 'z9hG4bKa' });
    expect(it_.bob.take()).toEqual(['MESSAGE']);
  });

  it('leaves nothing behind when all is answered', async () => {
    const it_ = lab();
    await it_.send();
    it_.bob.respond(it_.bob.last, '200 OK');
    await it_.settle();
    expect(it_.alice.take()).toEqual(['200 OK']);
    expect(it_.proxy.stats.open).toBe(0);
    it_.clock.runAll(100_000);
    expect(it_.clock.pending).toBe(0);
  });
});
