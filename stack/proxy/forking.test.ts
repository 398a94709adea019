import { describe, expect, it } from 'vitest';
import { PROXY, T1_64, createForkLab, expectNothingLeft, upstream } from '../testing/fork-lab.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';

/*
 * Verified: whom a proxy tries one after the other, and for how long, in exact virtual time.
 * Not here: which response goes upstream (responses.test.ts).
 */

describe('sequential forking (RFC 3261 §16.5, §16.6)', () => {
  it('tries lower q values when the higher ones have failed', async () => {
    const it_ = createForkLab([0.5, 1, 0.5, 0.1]);
    await it_.request();
    expect(it_.heard()).toEqual([[], ['INVITE'], [], []]);
    await it_.answer(1, '486 Busy Here');
    expect(it_.heard()).toEqual([['INVITE'], ['ACK'], ['INVITE'], []]);
    await it_.answer(0, '404 Not Found');
    await it_.answer(2, '200 OK');
    expect(it_.heard()).toEqual([['ACK'], [], [], []]);
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('calls all at once, or one after the other, where the operator wants that', async () => {
    const all = createForkLab([0.5, 1, 0.1], { forking: 'parallel' });
    await all.request();
    expect(all.heard()).toEqual([['INVITE'], ['INVITE'], ['INVITE']]);
    const one = createForkLab([1, 1], { forking: 'sequential' });
    await one.request();
    expect(one.heard()).toEqual([['INVITE'], []]);
    await one.answer(0, '404 Not Found');
    expect(one.heard()).toEqual([['ACK'], ['INVITE']]);
  });

  it('goes on to the next group after the time a group has', async () => {
    const it_ = createForkLab([1, 0.5], { groupTimeMs: 10_000 });
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.pass(10_000);
    expect(it_.heard()).toEqual([['INVITE', 'CANCEL'], []]);
    await it_.giveUp(0);
    expect(it_.heard()).toEqual([['ACK'], ['INVITE']]);
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });

  it('does not go on when a 2xx crosses the CANCEL of the group', async () => {
    const it_ = createForkLab([1, 0.5], { groupTimeMs: 10_000 });
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.pass(10_000);
    await it_.answer(0, '200 OK');
    expect(it_.heard()[1]).toEqual([]);
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });
});

describe('redirections (RFC 3261 §16.5, §16.7 step 4)', () => {
  const MOVED = ['Contact: <sip:bob@10.0.0.21?Subject=x>;q=0.2, <sip:bob@10.0.0.22>;q=0.9, <tel:+1234>'];

  it('hands a 3xx to the caller', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '302 Moved Temporarily', MOVED);
    expect(upstream(it_)).toEqual(['302 Moved Temporarily']);
    expect(it_.alice.last.all('Contact')).toEqual([MOVED[0]?.slice(9)]);
  });

  it('follows it where the operator wants that, without the headers of the URI', async () => {
    const it_ = createForkLab([1], { recursesRedirects: true });
    const others = [it_.peer('10.0.0.21'), it_.peer('10.0.0.22')];
    await it_.request();
    await it_.answer(0, '302 Moved Temporarily', MOVED);
    expect(others.map((peer) => peer.take())).toEqual([['INVITE'], ['INVITE']]);
    expect(others.map((peer) => peer.last.startLine)).toMatchObject([
      { uri: 'sip:bob@10.0.0.21' },
      { uri: 'sip:bob@10.0.0.22' },
    ]);
    others[0]?.respond(others[0].last, '200 OK', [], 'x');
    await it_.settle();
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('does not follow one that leads to where it has been', async () => {
    const it_ = createForkLab([1], { recursesRedirects: true });
    await it_.request();
    await it_.answer(0, '302 Moved Temporarily', ['Contact: <sip:bob@10.0.0.11>']);
    expect(it_.heard()).toEqual([['INVITE', 'ACK']]);
    expect(upstream(it_)).toEqual(['302 Moved Temporarily']);
  });
});

describe('silence (RFC 3261 §16.8, §16.7, RFC 4320)', () => {
  it('mistake 31: answers 408 when no branch of an INVITE ever answers', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.pass(T1_64);
    expect(upstream(it_)).toEqual(['408 Request Timeout']);
    expectNothingLeft(it_);
  });

  it('mistake 31: answers with what another branch said when one is silent', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '486 Busy Here');
    expect(upstream(it_)).toEqual([]);
    await it_.pass(T1_64);
    expect(upstream(it_)).toEqual(['486 Busy Here']);
    expectNothingLeft(it_);
  });

  it('lets a callee ring for more than three minutes, and then ends it: Timer C', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    it_.heard();
    await it_.pass(180_100);
    expect(it_.heard()).toEqual([[]]);
    await it_.pass(5_000);
    expect(it_.heard()).toEqual([['CANCEL']]);
    await it_.giveUp(0);
    expect(upstream(it_)).toEqual(['180 Ringing', '408 Request Timeout']);
    expectNothingLeft(it_);
  });

  it('starts Timer C again with every provisional response but 100 (§16.7 step 2)', async () => {
    const it_ = createForkLab([1], { timerCMs: 190_000 });
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.pass(100_000);
    await it_.answer(0, '180 Ringing');
    await it_.pass(100_000);
    await it_.answer(0, '100 Trying');
    await it_.pass(89_900);
    expect(it_.heard()).toEqual([['INVITE']]);
    await it_.pass(200);
    expect(it_.heard()).toEqual([['CANCEL']]);
    await it_.giveUp(0);
    expectNothingLeft(it_);
  });

  it('answers 408 when a callee ignores the CANCEL of Timer C', async () => {
    const it_ = createForkLab([1], { timerCMs: 190_000 });
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.pass(190_000 + T1_64);
    expect(upstream(it_)).toEqual(['180 Ringing', '408 Request Timeout']);
    expectNothingLeft(it_);
  });

  it('sends no 408 to a request other than INVITE (RFC 4320 §4.2)', async () => {
    const it_ = createForkLab([1]);
    await it_.request('MESSAGE');
    await it_.pass(T1_64 + 1000);
    expect(upstream(it_)).toEqual([]);
    expectNothingLeft(it_);
  });

  it('passes no provisional response to a request other than INVITE (RFC 4320 §4.1)', async () => {
    const it_ = createForkLab([1]);
    await it_.request('MESSAGE');
    await it_.answer(0, '183 Session Progress');
    expect(upstream(it_)).toEqual([]);
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
  });

  it('passes one 2xx only to a request other than INVITE', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request('MESSAGE');
    await it_.answer(0, '202 Accepted');
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['202 Accepted']);
    expectNothingLeft(it_);
  });
});

describe('transport errors and failover (RFC 3261 §16.9, RFC 3263 §4.3)', () => {
  const LISTENERS = [
    ['udp', { host: PROXY, port: 5060 }],
    ['tcp', { host: PROXY, port: 5060 }],
  ] as const;

  const named = () => {
    const base = createProxyLab();
    const hops = ['10.0.0.11', '10.0.0.12'].map((host) => ({
      protocol: 'tcp' as const,
      address: { host, port: 5060 },
      serverName: undefined,
    }));
    base.node(PROXY, {
      listeners: LISTENERS,
      policy: { domains: ['example.com'] },
      resolver: {
        resolve: ({ host }) =>
          Promise.resolve({ hops: host === 'bob.example' ? hops : [], steps: [], failure: 'no such name' }),
      },
    });
    base.locations.bind('sip:bob@example.com', 'sip:bob@bob.example;transport=tcp');
    base.locations.bind('sip:carol@example.com', 'sip:carol@nowhere.example');
    const alice = base.peer('10.0.0.8');
    return { ...base, alice };
  };

  it('goes on to the next hop when one refuses the connection', async () => {
    const it_ = named();
    const second = it_.peerOver('tcp', { host: '10.0.0.12', port: 5060 }, { host: PROXY, port: 5060 });
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect(second.take()).toEqual(['INVITE']);
  });

  it('goes on to the next hop when one answers 503', async () => {
    const it_ = named();
    const hosts = ['10.0.0.11', '10.0.0.12'];
    const peers = hosts.map((host) => it_.peerOver('tcp', { host, port: 5060 }, { host: PROXY, port: 5060 }));
    for (const peer of peers) peer.transport.onReceived(() => undefined);
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    peers[0]?.respond(peers[0].last, '503 Service Unavailable');
    await it_.settle();
    expect(peers.map((peer) => peer.take())).toEqual([['MESSAGE'], ['MESSAGE']]);
  });

  it('answers 500 when no hop can be reached, and when a name leads nowhere', async () => {
    const it_ = named();
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    await it_.settle();
    it_.alice.send({ method: 'INVITE', uri: 'sip:carol@example.com', cseq: 2 });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['500 Server Internal Error', '500 Server Internal Error']);
  });

  it('sends a large request over TCP, and over UDP when nobody listens there (RFC 3261 §18.1.1)', async () => {
    const it_ = named();
    it_.locations.bind('sip:dave@example.com', 'sip:dave@10.0.0.14');
    const udp = it_.peer('10.0.0.14');
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:dave@example.com', body: 'x'.repeat(1200) });
    await it_.settle();
    expect(udp.take()).toEqual(['MESSAGE']);
    const tcp = it_.peerOver('tcp', { host: '10.0.0.14', port: 5060 }, { host: PROXY, port: 5060 });
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:dave@example.com', body: 'x'.repeat(1200), cseq: 2 });
    await it_.settle();
    expect([udp.take(), tcp.take()]).toEqual([[], ['MESSAGE']]);
  });
});
