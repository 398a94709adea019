import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';
import type { RawPeer } from '../testing/raw-peer.ts';
import { bestResponse } from './best-response.ts';
import type { ProxyPolicy } from './policy.ts';

/*
 * Verified: forking and what goes upstream, in exact virtual time, with callees that answer as they are told.
 * Not here: what a proxy does before there is a response (requests.test.ts).
 */

const PROXY = '10.0.0.1';
const T1_64 = 32_000;

/** A caller, a proxy, and as many callees as there are q values. */
const lab = (qs: readonly number[], policy: Partial<ProxyPolicy> = {}) => {
  const base = createProxyLab();
  const { agent, proxy } = base.node(PROXY, { policy: { domains: ['example.com'], ...policy } });
  const alice = base.peer('10.0.0.8');
  const bobs = qs.map((q, place) => {
    const host = `10.0.0.${11 + place}`;
    base.locations.bind('sip:bob@example.com', `sip:bob@${host}`, { q });
    return base.peer(host);
  });
  const bob = (place: number): RawPeer => {
    const peer = bobs[place];
    if (peer === undefined) throw new Error('there is no such callee');
    return peer;
  };
  return {
    ...base,
    agent,
    proxy,
    alice,
    bob,
    heard: (): readonly (readonly string[])[] => bobs.map((peer) => peer.take()),
    request: async (method = 'INVITE', cseq = 1): Promise<void> => {
      alice.send({ method, uri: 'sip:bob@example.com', cseq });
      await base.settle();
    },
    cancel: async (): Promise<void> => {
      alice.send({
        method: 'CANCEL',
        uri: 'sip:bob@example.com',
        branch: 'z9hG4bK-INVITE-1',
        contact: false,
      });
      await base.settle();
    },
    /** A response of a callee to the INVITE it got. */
    answer: async (place: number, status: string, lines: readonly string[] = []): Promise<void> => {
      bob(place).respond(requestOf(bob(place)), status, lines, `b${place}`);
      await base.settle();
    },
    /** The callee answers the CANCEL it got and then the INVITE. */
    giveUp: async (place: number): Promise<void> => {
      const cancel = bob(place).received.find(
        ({ startLine }) => startLine.kind === 'request' && startLine.method === 'CANCEL',
      );
      if (cancel !== undefined) bob(place).respond(cancel, '200 OK');
      bob(place).respond(requestOf(bob(place)), '487 Request Terminated', [], `b${place}`);
      await base.settle();
    },
  };
};

type Lab = ReturnType<typeof lab>;

/** The first request that came. */
function requestOf(peer: RawPeer): SipMessage {
  const request = peer.received.find(({ startLine }) => startLine.kind === 'request');
  if (request === undefined) throw new Error('no request came');
  return request;
}

const expectNothingLeft = ({ clock, proxy, agent }: Lab): void => {
  clock.runAll(400_000);
  expect(proxy.stats.open).toBe(0);
  expect(agent.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

/** What alice has heard but the 100 that the transaction layer sends by itself. */
const upstream = ({ alice }: Lab): readonly string[] => alice.take().filter((line) => line !== '100 Trying');

describe('response processing (RFC 3261 §16.7)', () => {
  it('forwards provisional responses but 100 at once, without its own Via', async () => {
    const it_ = lab([1]);
    await it_.request();
    await it_.answer(0, '100 Trying');
    await it_.answer(0, '180 Ringing');
    await it_.answer(0, '183 Session Progress', ['X-Kept:  yes']);
    expect(it_.alice.take()).toEqual(['180 Ringing', '183 Session Progress']);
    expect(vias(it_.alice.last)).toHaveLength(1);
    expect(it_.alice.last.headers.map(({ rawName }) => rawName)).toContain('X-Kept');
    await it_.answer(0, '486 Busy Here');
    expect(upstream(it_)).toEqual(['486 Busy Here']);
    expectNothingLeft(it_);
  });

  it('sends a 100 of its own after 200 ms of silence', async () => {
    const it_ = lab([1]);
    await it_.request();
    it_.clock.advance(199);
    expect(it_.alice.take()).toEqual([]);
    it_.clock.advance(1);
    expect(it_.alice.take()).toEqual(['100 Trying']);
  });

  it('forwards a 2xx at once, again when it comes again, and that of every fork', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
    await it_.answer(0, '200 OK');
    await it_.answer(1, '200 OK');
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK', '200 OK', '200 OK']);
    expectNothingLeft(it_);
  });

  it('drops a 2xx that comes when its transaction is long gone (RFC 6026 §7)', async () => {
    const it_ = lab([1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    upstream(it_);
    it_.clock.runAll(400_000);
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual([]);
  });

  it('calls all of one q at once, and cancels the others when one answers', async () => {
    const it_ = lab([1, 1, 1]);
    await it_.request();
    for (const place of [0, 1, 2]) await it_.answer(place, '180 Ringing');
    await it_.answer(1, '200 OK');
    expect(it_.heard()).toEqual([['INVITE', 'CANCEL'], ['INVITE'], ['INVITE', 'CANCEL']]);
    await it_.giveUp(0);
    await it_.giveUp(2);
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });

  it('cancels a loser only when it has answered provisionally (§9.1)', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '200 OK');
    expect(it_.heard()).toEqual([['INVITE'], ['INVITE']]);
    await it_.answer(1, '180 Ringing');
    expect(it_.heard()).toEqual([[], ['CANCEL']]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['200 OK']);
    expectNothingLeft(it_);
  });

  it('mistake 32: a losing branch never outranks an answer, whatever it says and whenever', async () => {
    for (const loser of ['487 Request Terminated', '603 Decline', '401 Unauthorized', '302 Moved']) {
      const it_ = lab([1, 1]);
      await it_.request();
      await it_.answer(0, '180 Ringing');
      await it_.answer(1, '180 Ringing');
      await it_.answer(0, '200 OK');
      await it_.answer(1, loser);
      expect(upstream(it_).at(-1)).toBe('200 OK');
      expectNothingLeft(it_);
    }
  });

  it('forwards the 2xx that crosses the CANCEL of a loser', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.answer(1, '180 Ringing');
    it_.bob(0).respond(requestOf(it_.bob(0)), '200 OK', [], 'b0');
    it_.bob(1).respond(requestOf(it_.bob(1)), '200 OK', [], 'b1');
    await it_.settle();
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '200 OK', '200 OK']);
    expectNothingLeft(it_);
  });

  it('stops the search at a 6xx, and sends it when every branch has ended', async () => {
    const it_ = lab([1, 1, 0.5]);
    await it_.request();
    await it_.answer(1, '183 Session Progress');
    await it_.answer(0, '603 Decline');
    expect(upstream(it_)).toEqual(['183 Session Progress']);
    expect(it_.heard()).toEqual([['INVITE', 'ACK'], ['INVITE', 'CANCEL'], []]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['603 Decline']);
    expectNothingLeft(it_);
  });

  it('lets a 2xx win over a 6xx that came first', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(1, '180 Ringing');
    await it_.answer(0, '600 Busy Everywhere');
    await it_.answer(1, '200 OK');
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK']);
    expectNothingLeft(it_);
  });

  it.each([
    ['all busy', ['486 Busy Here', '486 Busy Here'], '486 Busy Here'],
    ['the lowest class', ['500 Server Internal Error', '404 Not Found'], '404 Not Found'],
    ['a redirection before a refusal', ['486 Busy Here', '302 Moved Temporarily'], '302 Moved Temporarily'],
    [
      'what helps to try again',
      ['404 Not Found', '415 Unsupported Media Type'],
      '415 Unsupported Media Type',
    ],
    [
      'what says most',
      ['487 Request Terminated', '480 Temporarily Unavailable'],
      '480 Temporarily Unavailable',
    ],
    ['a challenge before all other 4xx', ['484 Address Incomplete', '407 Proxy Auth'], '407 Proxy Auth'],
  ])('chooses of several failures: %s', async (_, answers, best) => {
    const it_ = lab(answers.map(() => 1));
    await it_.request();
    for (const [place, status] of answers.entries()) await it_.answer(place, status);
    expect(upstream(it_)).toEqual([best]);
    expectNothingLeft(it_);
  });

  it('collects the challenges of all branches (§16.7 step 7, §22.3)', async () => {
    const it_ = lab([1, 1, 1]);
    await it_.request();
    await it_.answer(0, '401 Unauthorized', ['WWW-Authenticate: Digest realm="a"']);
    await it_.answer(1, '407 Proxy Authentication Required', ['Proxy-Authenticate: Digest realm="b"']);
    await it_.answer(2, '401 Unauthorized', [
      'WWW-Authenticate: Digest realm="c"',
      'WWW-Authenticate: Digest realm="d"',
    ]);
    expect(upstream(it_)).toEqual(['401 Unauthorized']);
    const last = it_.alice.last;
    expect([...last.all('WWW-Authenticate'), ...last.all('Proxy-Authenticate')]).toEqual(
      ['a', 'c', 'd', 'b'].map((realm) => `Digest realm="${realm}"`),
    );
    expectNothingLeft(it_);
  });

  it('mistake 27: passes a 503 on as 500, since it is not this proxy that is overloaded', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '503 Service Unavailable', ['Retry-After: 10']);
    await it_.answer(1, '503 Service Unavailable');
    expect(upstream(it_)).toEqual(['500 Server Internal Error']);
    expect(it_.alice.last.first('Retry-After')).toBeUndefined();
    expectNothingLeft(it_);
  });

  it('prefers any other server error to a 503', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '503 Service Unavailable');
    await it_.answer(1, '504 Server Time-out');
    expect(upstream(it_)).toEqual(['504 Server Time-out']);
  });

  it('keeps Retry-After and all else of a failure it passes on', async () => {
    const it_ = lab([1]);
    await it_.request();
    await it_.answer(0, '480 Temporarily Unavailable', ['Retry-After: 30 (lunch)']);
    expect(it_.alice.last.first('Retry-After')).toBe('30 (lunch)');
  });
});

describe('sequential forking (RFC 3261 §16.5, §16.6)', () => {
  it('tries lower q values when the higher ones have failed', async () => {
    const it_ = lab([0.5, 1, 0.5, 0.1]);
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
    const all = lab([0.5, 1, 0.1], { forking: 'parallel' });
    await all.request();
    expect(all.heard()).toEqual([['INVITE'], ['INVITE'], ['INVITE']]);
    const one = lab([1, 1], { forking: 'sequential' });
    await one.request();
    expect(one.heard()).toEqual([['INVITE'], []]);
    await one.answer(0, '404 Not Found');
    expect(one.heard()).toEqual([['ACK'], ['INVITE']]);
  });

  it('goes on to the next group after the time a group has', async () => {
    const it_ = lab([1, 0.5], { groupTimeMs: 10_000 });
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
    const it_ = lab([1, 0.5], { groupTimeMs: 10_000 });
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
    const it_ = lab([1]);
    await it_.request();
    await it_.answer(0, '302 Moved Temporarily', MOVED);
    expect(upstream(it_)).toEqual(['302 Moved Temporarily']);
    expect(it_.alice.last.all('Contact')).toEqual([MOVED[0]?.slice(9)]);
  });

  it('follows it where the operator wants that, without the headers of the URI', async () => {
    const it_ = lab([1], { recursesRedirects: true });
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
    const it_ = lab([1], { recursesRedirects: true });
    await it_.request();
    await it_.answer(0, '302 Moved Temporarily', ['Contact: <sip:bob@10.0.0.11>']);
    expect(it_.heard()).toEqual([['INVITE', 'ACK']]);
    expect(upstream(it_)).toEqual(['302 Moved Temporarily']);
  });
});

describe('silence (RFC 3261 §16.8, §16.7, RFC 4320)', () => {
  it('mistake 31: answers 408 when no branch of an INVITE ever answers', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.pass(T1_64);
    expect(upstream(it_)).toEqual(['408 Request Timeout']);
    expectNothingLeft(it_);
  });

  it('mistake 31: answers with what another branch said when one is silent', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '486 Busy Here');
    expect(upstream(it_)).toEqual([]);
    await it_.pass(T1_64);
    expect(upstream(it_)).toEqual(['486 Busy Here']);
    expectNothingLeft(it_);
  });

  it('lets a callee ring for more than three minutes, and then ends it: Timer C', async () => {
    const it_ = lab([1]);
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
    const it_ = lab([1], { timerCMs: 190_000 });
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
    const it_ = lab([1], { timerCMs: 190_000 });
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.pass(190_000 + T1_64);
    expect(upstream(it_)).toEqual(['180 Ringing', '408 Request Timeout']);
    expectNothingLeft(it_);
  });

  it('sends no 408 to a request other than INVITE (RFC 4320 §4.2)', async () => {
    const it_ = lab([1]);
    await it_.request('MESSAGE');
    await it_.pass(T1_64 + 1000);
    expect(upstream(it_)).toEqual([]);
    expectNothingLeft(it_);
  });

  it('passes no provisional response to a request other than INVITE (RFC 4320 §4.1)', async () => {
    const it_ = lab([1]);
    await it_.request('MESSAGE');
    await it_.answer(0, '183 Session Progress');
    expect(upstream(it_)).toEqual([]);
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['200 OK']);
  });

  it('passes one 2xx only to a request other than INVITE', async () => {
    const it_ = lab([1, 1]);
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

describe('CANCEL (RFC 3261 §16.10)', () => {
  it('answers it, cancels every branch, and passes on the 487', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.answer(1, '180 Ringing');
    await it_.cancel();
    expect(upstream(it_)).toEqual(['180 Ringing', '180 Ringing', '200 OK']);
    await it_.giveUp(0);
    expect(upstream(it_)).toEqual([]);
    await it_.giveUp(1);
    expect(upstream(it_)).toEqual(['487 Request Terminated']);
    expectNothingLeft(it_);
  });

  it('opens no further branch', async () => {
    const it_ = lab([1, 0.5]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.cancel();
    await it_.giveUp(0);
    expect(it_.heard()[1]).toEqual([]);
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK', '487 Request Terminated']);
    expectNothingLeft(it_);
  });

  it('answers 487 itself when the targets are not even known, and when nobody ever answers', async () => {
    const early = lab([1]);
    early.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    early.alice.send({ method: 'CANCEL', uri: 'sip:bob@example.com', branch: 'z9hG4bK-INVITE-1' });
    expect(upstream(early)).toEqual(['200 OK', '487 Request Terminated']);
    await early.settle();
    expect(early.heard()).toEqual([[]]);
    expectNothingLeft(early);

    const silent = lab([1]);
    await silent.request();
    await silent.cancel();
    await silent.pass(T1_64);
    expect(upstream(silent)).toEqual(['200 OK', '487 Request Terminated']);
    expect(new Set(silent.heard()[0])).toEqual(new Set(['INVITE']));
    expectNothingLeft(silent);
  });

  it('passes on a 2xx that crosses the CANCEL', async () => {
    const it_ = lab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    await it_.cancel();
    await it_.answer(0, '200 OK');
    expect(upstream(it_)).toEqual(['180 Ringing', '200 OK', '200 OK']);
    await it_.pass(T1_64);
    expectNothingLeft(it_);
  });
});

describe('the best response (RFC 3261 §16.7 step 6)', () => {
  const statuses = fc.integer({ min: 300, max: 699 });
  const finals = fc.array(fc.record({ status: statuses, message: fc.constant(undefined) }), {
    minLength: 1,
    maxLength: 12,
  });

  it('is one of those that came, a 6xx before all others, else of the lowest class, in whatever order they came', () => {
    fc.assert(
      fc.property(finals, fc.infiniteStream(fc.nat()), (all, keys) => {
        const best = bestResponse(all);
        const classes = all.map(({ status }) => Math.floor(status / 100));
        const expected = classes.includes(6) ? 6 : Math.min(...classes);
        expect(all).toContain(best);
        expect(Math.floor((best?.status ?? 0) / 100)).toBe(expected);
        const shuffled = all
          .map((final) => ({ final, key: keys.next().value ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ final }) => final);
        expect(Math.floor((bestResponse(shuffled)?.status ?? 0) / 100)).toBe(expected);
      }),
    );
  });

  it('is 503, 408 or 487 only when nothing else of its class came', () => {
    fc.assert(
      fc.property(finals, (all) => {
        const best = bestResponse(all)?.status ?? 0;
        const rivals = all.filter(({ status }) => Math.floor(status / 100) === Math.floor(best / 100));
        if ([408, 430, 487, 503].includes(best))
          expect(rivals.every(({ status }) => [408, 430, 487, 503].includes(status))).toBe(true);
      }),
    );
  });

  it('is none of none', () => {
    expect(bestResponse([])).toBeUndefined();
  });
});
