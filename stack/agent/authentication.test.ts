import { describe, expect, it } from 'vitest';
import { singleAccount } from '../auth/account.ts';
import { ALGORITHMS } from '../auth/algorithms.ts';
import type { AuthKind } from '../auth/account.ts';
import { CredentialStore } from '../auth/credential-store.ts';
import { createDigestServer, type DigestServerOptions } from '../auth/digest-server.ts';
import { nodeHashes } from '../auth/node/hashes.ts';
import { SERVER_FAULTS } from '../auth/server-faults.ts';
import { createIds } from '../core/seeded-ids.ts';
import { credentials } from '../message/headers/digest.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { topVia } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { authenticate } from '../server/handlers/authenticate.ts';
import { compose, type Handler } from '../server/handler.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import type { RawPeer } from '../testing/raw-peer.ts';
import { describeResult } from './result.ts';

/*
 * Verified: challenges to everything an agent sends, against a peer that says what it is told, and against our own server.
 * Not here: the computation (stack/auth/node), foreign peers (stack/interop/node).
 */

const OFFER = 'v=0\r\no=us 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';
const ANSWER = 'v=0\r\no=peer 1 1 IN IP4 10.0.0.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const SDP = ['Contact: <sip:peer@10.0.0.9:5060>', 'Content-Type: application/sdp', ANSWER];
const CHALLENGE = 'Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth"';
const WWW = `WWW-Authenticate: ${CHALLENGE}`;
const PROXY = `Proxy-Authenticate: ${CHALLENGE}`;
const NO = '401 Unauthorized';
const TARGET = 'sip:peer@10.0.0.9';

const storeOf = (password = 'secret') =>
  new CredentialStore({
    hashes: nodeHashes,
    ids: createIds('store'),
    accounts: singleAccount('alice', password),
  });

const lab = (password?: string) => {
  const { clock, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1', undefined, { credentials: storeOf(password) });
  return { clock, ua, peer: peer('10.0.0.9') };
};

const identity = (message: SipMessage) => [callId(message), fromHeader(message)?.tag];
const auth = (message: SipMessage): string | undefined =>
  message.first('Authorization') ?? message.first('Proxy-Authorization');
const nonceOf = (message: SipMessage): string | undefined =>
  credentials(message, 'Authorization')[0]?.params.get('nonce');

/** What the peer heard of one method, latest last. */
const heard = (peer: RawPeer, method: string): readonly SipMessage[] =>
  peer.received.filter(({ startLine }) => startLine.kind === 'request' && startLine.method === method);

const answered = (password?: string) => {
  const it_ = lab(password);
  const call = it_.ua.call({ target: TARGET, sdp: OFFER });
  it_.clock.advance(0);
  it_.peer.respond(it_.peer.last, '200 OK', SDP, 'p');
  it_.peer.take();
  return { ...it_, call };
};

describe('a challenged INVITE (RFC 3261 §22.2, §8.1.3.5)', () => {
  it.each([
    ['401 Unauthorized', WWW, 'Authorization'],
    ['407 Proxy Authentication Required', PROXY, 'Proxy-Authorization'],
  ] as const)(
    'mistake 13: after %s it is sent again with credentials: same Call-ID and From tag, next CSeq, same body and headers',
    (status, line, header) => {
      const { clock, ua, peer } = lab();
      const call = ua.call({ target: TARGET, sdp: OFFER, headers: [['Subject', 'lunch']] });
      clock.advance(0);
      const first = peer.last;
      peer.respond(first, status, [line], 'p');
      expect(peer.take()).toEqual(['INVITE', 'ACK', 'INVITE']);
      const [, ack, second] = peer.received;
      if (ack === undefined || second === undefined) throw new Error('no second INVITE');
      expect(topVia(ack)?.branch).toBe(topVia(first)?.branch);
      expect(auth(ack)).toBeUndefined();
      expect(topVia(second)?.branch).not.toBe(topVia(first)?.branch);
      expect(identity(second)).toEqual(identity(first));
      expect(cseq(second)?.number).toBe((cseq(first)?.number ?? 0) + 1);
      expect(second.first('Subject')).toBe('lunch');
      expect(peer.lastBody).toBe(OFFER);
      expect(second.first(header)).toContain('username="alice"');
      peer.respond(second, '200 OK', SDP, 'p2');
      expect(call.state).toBe('answered');
      ua.dispose();
    },
  );

  it('the ACK of its 2xx repeats its credentials, because nobody can challenge an ACK (§22.1)', () => {
    const { clock, ua, peer } = lab();
    ua.call({ target: TARGET, sdp: OFFER });
    clock.advance(0);
    peer.respond(peer.last, NO, [WWW], 'p');
    const invite = peer.last;
    peer.respond(invite, '200 OK', SDP, 'p2');
    expect(heard(peer, 'ACK').at(-1)?.first('Authorization')).toBe(invite.first('Authorization'));
    ua.dispose();
  });

  it('forks of the challenged attempt are forgotten', () => {
    const { clock, ua, peer } = lab();
    ua.call({ target: TARGET, sdp: OFFER });
    clock.advance(0);
    peer.respond(peer.last, '180 Ringing', ['Contact: <sip:fork@10.0.0.9>'], 'fork');
    expect(ua.sessions).toHaveLength(1);
    peer.respond(peer.last, '407 Proxy Authentication Required', [PROXY], 'fork');
    expect(ua.sessions).toHaveLength(0);
    ua.dispose();
  });

  it('a call that was given up is not tried again, and CANCEL carries no credentials of its own', () => {
    const { clock, ua, peer } = lab();
    const call = ua.call({ target: TARGET, sdp: OFFER });
    const failed: string[] = [];
    call.onFailed((result) => failed.push(describeResult(result)));
    clock.advance(0);
    const invite = peer.last;
    peer.respond(invite, '180 Ringing', [], 'p');
    call.cancel();
    clock.advance(0);
    expect(auth(peer.last)).toBeUndefined();
    peer.respond(invite, NO, [WWW], 'p');
    expect(peer.take()).toEqual(['INVITE', 'CANCEL', 'ACK']);
    expect(failed).toEqual(['401 Unauthorized']);
    ua.dispose();
  });

  it('a challenge to CANCEL is not answered (RFC 3261 §22.1)', () => {
    const { clock, ua, peer } = lab();
    const call = ua.call({ target: TARGET, sdp: OFFER });
    clock.advance(0);
    peer.respond(peer.last, '180 Ringing', [], 'p');
    call.cancel();
    clock.advance(0);
    peer.take();
    peer.respond(peer.last, NO, [WWW], 'p');
    expect(peer.take()).toEqual([]);
    ua.dispose();
  });
});

describe('a challenged request in a dialog (RFC 3261 §22.2)', () => {
  it.each([
    ['BYE', {}],
    ['INFO', {}],
    ['INVITE', { body: OFFER }],
    ['UPDATE', { body: OFFER }],
  ])('%s is sent again with the next CSeq', (method, options) => {
    const { clock, ua, peer, call } = answered();
    void call.request(method, options);
    clock.advance(0);
    const first = peer.last;
    peer.respond(first, NO, [WWW]);
    const [, second] = heard(peer, method).slice(method === 'INVITE' ? 1 : 0);
    if (second === undefined) throw new Error('not sent again');
    expect(cseq(second)?.number).toBe((cseq(first)?.number ?? 0) + 1);
    expect(nonceOf(second)).toBe('n1');
    ua.dispose();
  });

  it('mistake 36: REFER is sent again with credentials, Refer-To and all', async () => {
    const { clock, ua, peer, call } = answered();
    const done = call.request('REFER', { headers: [['Refer-To', '<sip:carol@10.0.0.8>']] });
    clock.advance(0);
    peer.respond(peer.last, '407 Proxy Authentication Required', [PROXY]);
    expect(peer.take()).toEqual(['REFER', 'REFER']);
    expect(peer.last.first('Refer-To')).toBe('<sip:carol@10.0.0.8>');
    expect(auth(peer.last)).toContain('nc=00000001');
    peer.respond(peer.last, '202 Accepted');
    expect(await done).toMatchObject({ kind: 'response', status: 202 });
    ua.dispose();
  });

  it('carries the credentials of the INVITE ahead, with the next nc', () => {
    const { clock, ua, peer } = lab();
    const call = ua.call({ target: TARGET, sdp: OFFER });
    clock.advance(0);
    peer.respond(peer.last, '407 Proxy Authentication Required', [PROXY], 'p');
    peer.respond(peer.last, '200 OK', SDP, 'p');
    call.hangUp();
    clock.advance(0);
    expect([peer.take().at(-1), auth(peer.last)?.includes('nc=00000002')]).toEqual(['BYE', true]);
    ua.dispose();
  });
});

describe('an agent that does not get in', () => {
  const message = { method: 'MESSAGE', target: TARGET, body: 'x', contentType: 'text/plain' };

  it('mistake 14: tries again after stale=true, and not after a second refusal of a fresh nonce', async () => {
    const { clock, ua, peer } = lab('wrong');
    const done = ua.request(message);
    clock.advance(0);
    peer.respond(peer.last, NO, [WWW], 'p');
    peer.respond(peer.last, NO, [`${WWW.replace('n1', 'n2')}, stale=true`], 'p');
    expect(nonceOf(peer.last)).toBe('n2');
    peer.respond(peer.last, NO, [WWW.replace('n1', 'n3')], 'p');
    expect(await done).toMatchObject({ kind: 'response', status: 401 });
    expect(peer.take()).toHaveLength(3);
    ua.dispose();
  });

  it('never goes round in circles, whatever the server calls stale (RFC 3261 §22.1)', async () => {
    const { clock, ua, peer } = lab();
    const done = ua.request(message);
    for (let nonce = 0; nonce < 6; nonce++) {
      clock.advance(0);
      if (peer.take().length === 0) break;
      peer.respond(peer.last, NO, [`${WWW.replace('n1', `n${nonce}`)}, stale=true`], 'p');
    }
    expect(await done).toMatchObject({ kind: 'response', status: 401 });
    expect(peer.received).toHaveLength(3);
    ua.dispose();
  });

  it('without accounts hears the challenge itself', async () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const it_ = peer('10.0.0.9');
    const done = ua.request(message);
    clock.advance(0);
    it_.respond(it_.last, NO, [WWW], 'p');
    expect(await done).toMatchObject({ kind: 'response', status: 401 });
    ua.dispose();
  });

  it('waits no longer than it was told to, and sends nothing afterwards', async () => {
    const { clock, ua, peer } = lab();
    const done = ua.request({ ...message, timeoutMs: 1000 });
    clock.advance(1000);
    expect(await done).toMatchObject({ kind: 'timeout' });
    peer.take();
    peer.respond(peer.last, NO, [WWW], 'p');
    expect(peer.take()).toEqual([]);
    ua.dispose();
  });
});

describe('two agents of ours', () => {
  const serve = (kind: AuthKind, options: Partial<DigestServerOptions>) => {
    const { clock, network, agent } = createAgentLab();
    const seen: (string | undefined)[] = [];
    const serving: Handler = {
      name: 'serving',
      methods: ['MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
      explain: () => 'Answers 200.',
      handle: (request) => {
        seen.push(request.user?.username);
        request.respond(200, request.method === 'INVITE' ? { body: ANSWER } : {});
      },
    };
    const server = createDigestServer({
      clock,
      ids: createIds('digest'),
      hashes: nodeHashes,
      realm: 'lab',
      users: (name) => (name === 'alice' ? 'secret' : undefined),
      ...options,
    });
    const methods = ['MESSAGE', 'INVITE'];
    const uas = agent('10.0.0.2', compose([authenticate({ server, methods, kind }), serving]));
    const uac = agent('10.0.0.1', undefined, { credentials: storeOf() });
    const message = () => uac.request({ method: 'MESSAGE', target: 'sip:bob@10.0.0.2', body: 'hello' });
    return { clock, network, uas, uac, seen, message };
  };

  const cases = ALGORITHMS.flatMap(({ name }) =>
    (['www', 'proxy'] as const).flatMap((kind) =>
      [['auth'], ['auth-int'], []].map((qop) => [name, kind, qop as ('auth' | 'auth-int')[]] as const),
    ),
  );

  it.each(cases)('%s, %s, qop %j: MESSAGE and call get in', async (name, kind, qop) => {
    const { clock, uas, uac, seen, message } = serve(kind, { algorithms: [name], qop });
    const sent = message();
    await clock.advanceAsync(10);
    const result = await sent;
    expect(result).toMatchObject({ kind: 'response', status: 200 });
    const info = result.kind === 'response' ? result.message.first('Authentication-Info') : undefined;
    expect(info !== undefined).toBe(kind === 'www' && qop.length > 0);
    const call = uac.call({ target: 'sip:bob@10.0.0.2', sdp: OFFER });
    await clock.advanceAsync(10);
    expect(call.state).toBe('answered');
    expect(seen).toEqual(['alice', 'alice']);
    call.hangUp();
    await clock.advanceAsync(40_000);
    expect([uas.stats.activeCalls, uac.stats.activeCalls, clock.pending]).toEqual([0, 0, 0]);
    uac.dispose();
    uas.dispose();
  });

  it('the second request gets in at once', async () => {
    const { clock, network, uas, uac, message } = serve('www', {});
    for (const messages of [4, 6]) {
      const sent = message();
      await clock.advanceAsync(10);
      expect(await sent).toMatchObject({ status: 200 });
      expect(network.stats.sent).toBe(messages);
    }
    uac.dispose();
    uas.dispose();
  });

  it.each(Object.values(SERVER_FAULTS))('a server with $id ends in a result', async (fault) => {
    const { clock, network, uas, uac, message } = serve('www', { fault });
    const sent = message();
    await clock.advanceAsync(10);
    const result = await sent;
    expect(result.kind).toBe('response');
    expect(network.stats.sent).toBeLessThanOrEqual(6);
    uac.dispose();
    uas.dispose();
  });
});
