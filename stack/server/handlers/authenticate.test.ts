import { describe, expect, it } from 'vitest';
import { singleAccount } from '../../auth/account.ts';
import { CLIENT_FAULTS } from '../../auth/client-faults.ts';
import { CredentialStore } from '../../auth/credential-store.ts';
import { createDigestServer } from '../../auth/digest-server.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import { createIds } from '../../core/seeded-ids.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { compose, type Handler } from '../handler.ts';
import { authenticate, type AuthenticateOptions } from './authenticate.ts';

/* Verified: whom the handler asks, with what, and what the handlers behind it see. */

const lab = (options: Partial<AuthenticateOptions> = {}) => {
  const { clock, agent, peer } = createAgentLab();
  const users: (string | undefined)[] = [];
  const serving: Handler = {
    name: 'serving',
    methods: ['MESSAGE', 'INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS'],
    explain: () => 'Answers 200.',
    handle: (request) => {
      users.push(request.user?.username);
      if (request.method !== 'INVITE' || request.session !== undefined)
        request.respond(200, { capabilities: true });
      else request.respond(180);
    },
  };
  const server = createDigestServer({
    clock,
    ids: createIds('server'),
    hashes: nodeHashes,
    realm: 'lab',
    users: (name) => (name === 'alice' ? 'secret' : undefined),
  });
  const handler = authenticate({ server, methods: ['MESSAGE', 'REGISTER', 'BYE'], ...options });
  const ua = agent('10.0.0.1', compose([handler, serving]));
  return { clock, agent, ua, peer: peer('10.0.0.9'), users, handler };
};

describe('the authenticate handler (RFC 3261 §22.2, §22.3)', () => {
  it('challenges the methods it is told, with one header line for each algorithm', () => {
    const { ua, peer, users } = lab();
    peer.send({ method: 'MESSAGE' });
    expect(peer.take()).toEqual(['401 Unauthorized']);
    const lines = peer.last.all('WWW-Authenticate');
    expect(lines.map((value) => /algorithm=([^,]*)/.exec(value)?.[1])).toEqual(['SHA-256', 'MD5']);
    peer.send({ method: 'OPTIONS', callId: 'other' });
    expect(peer.take()).toEqual(['200 OK']);
    expect(users).toEqual([undefined]);
    ua.dispose();
  });

  it('answers 407 with Proxy-Authenticate where it stands for a proxy', () => {
    const { ua, peer } = lab({ kind: 'proxy' });
    peer.send({ method: 'MESSAGE' });
    expect(peer.take()).toEqual(['407 Proxy Authentication Required']);
    expect([peer.last.all('Proxy-Authenticate').length, peer.last.first('WWW-Authenticate')]).toEqual([
      2,
      undefined,
    ]);
    ua.dispose();
  });

  it('adds nothing to Allow, and says what it does', () => {
    const { ua, peer, handler } = lab();
    peer.send({ method: 'OPTIONS' });
    expect(peer.last.first('Allow')).not.toContain('REGISTER');
    expect(handler.explain()).toBe(
      'MESSAGE, REGISTER, BYE: answers 401 until the sender proves to know the password of a user of lab.',
    );
    ua.dispose();
  });

  it('never asks for the credentials of an ACK or a CANCEL, whatever it was told (RFC 3261 §22.1)', () => {
    const { clock, ua, peer } = lab({ methods: ['ACK', 'CANCEL'] });
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-call' });
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-call' });
    clock.advance(0);
    expect(peer.take()).toEqual(['180 Ringing', '200 OK', '487 Request Terminated']);
    ua.dispose();
  });

  it.each([
    [false, '200 OK'],
    [true, '401 Unauthorized'],
  ])('asks in dialogs only when it is told to (%s)', (inDialogs, status) => {
    const { clock, ua, peer } = lab({ inDialogs });
    const call = ua.call({ target: 'sip:peer@10.0.0.9' });
    clock.advance(0);
    peer.respond(peer.last, '200 OK', ['Contact: <sip:peer@10.0.0.9:5060>'], 'p');
    peer.take();
    const { callId, fromTag } = call.ids;
    peer.send({ method: 'MESSAGE', callId, fromTag: 'p', toTag: fromTag });
    expect(peer.take()).toEqual([status]);
    ua.dispose();
  });

  it('challenges a BYE in a call when it is told to, and the call goes on until the BYE proves who sent it (RFC 3261 §22.1, §15.1.2)', async () => {
    const { clock, ua, agent } = lab({ inDialogs: true });
    const credentials = new CredentialStore({
      hashes: nodeHashes,
      ids: createIds('client'),
      accounts: singleAccount('alice', 'secret'),
    });
    const statuses: string[] = [];
    const inCall = async (host: string, known?: CredentialStore) => {
      const answering: Handler = {
        name: 'answering',
        methods: ['INVITE', 'ACK', 'BYE', 'CANCEL'],
        explain: () => 'Answers 200.',
        handle: (request) => {
          request.respond(200);
        },
      };
      const callee = agent(host, answering, known === undefined ? {} : { credentials: known });
      ua.call({ target: `sip:them@${host}` });
      await clock.advanceAsync(5);
      const bye = callee.sessions[0]?.request('BYE');
      await clock.advanceAsync(5);
      const result = await bye;
      if (result?.kind === 'response')
        statuses.push(`${result.status} ${result.message.first('Authentication-Info') !== undefined}`);
      return callee;
    };
    const alice = await inCall('10.0.0.2', credentials);
    expect([ua.sessions.length, alice.sessions.length]).toEqual([0, 0]);
    const stranger = await inCall('10.0.0.3');
    expect([ua.sessions.length, statuses]).toEqual([1, ['200 true', '401 false']]);
    for (const one of [alice, stranger, ua]) one.dispose();
    await clock.advanceAsync(60_000);
    expect(clock.pending).toBe(0);
  });

  it('leaves a BYE alone where it is not told to ask in dialogs (RFC 3261 §22.1)', async () => {
    const { clock, ua, peer } = lab();
    const call = ua.call({ target: 'sip:peer@10.0.0.9' });
    clock.advance(0);
    peer.respond(peer.last, '200 OK', ['Contact: <sip:peer@10.0.0.9:5060>'], 'p');
    peer.take();
    const { callId, fromTag } = call.ids;
    peer.send({ method: 'BYE', callId, fromTag: 'p', toTag: fromTag });
    expect([peer.take(), call.state]).toEqual([['200 OK'], 'ended']);
    await clock.advanceAsync(60_000);
    ua.dispose();
  });

  it.each([
    [CLIENT_FAULTS['wrong-uri'], 400, 'Digest URI Mismatch'],
    [CLIENT_FAULTS['bad-nc'], 400, 'Bad Nonce Count'],
    [CLIENT_FAULTS['wrong-response'], 401, 'Unauthorized'],
  ])('refuses $0.id', async (fault, status, reason) => {
    const { clock, agent, ua, users } = lab();
    const credentials = new CredentialStore({
      hashes: nodeHashes,
      ids: createIds('client'),
      accounts: singleAccount('alice', 'secret'),
      fault,
    });
    const client = agent('10.0.0.2', undefined, { credentials });
    const sent = client.request({
      method: 'MESSAGE',
      target: 'sip:us@10.0.0.1',
      body: 'x',
      contentType: 'text/plain',
    });
    await clock.advanceAsync(5);
    expect(await sent).toMatchObject({ kind: 'response', status, reason });
    expect(users).toEqual([]);
    client.dispose();
    ua.dispose();
  });
});
