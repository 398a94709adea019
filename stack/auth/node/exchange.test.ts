import { describe, expect, it } from 'vitest';
import { createIds } from '../../core/seeded-ids.ts';
import type { LimitHit } from '../../core/limits.ts';
import { encodeText, toBytes } from '../../message/octets.ts';
import { parseMessage } from '../../message/parse.ts';
import {
  authLab as lab,
  BASE_REQUEST as REQUEST,
  credentialParam as field,
  headersOnly as message,
  infoOf as info,
  PEER_SOURCE as SOURCE,
} from '../../testing/auth-lab-node.ts';
import { singleAccount } from '../account.ts';
import { type AlgorithmName, ALGORITHMS } from '../algorithms.ts';
import { AuthExchange } from '../auth-exchange.ts';
import type { AuthVerdict } from '../auth-verdict.ts';
import type { AuthRequest } from '../client-session.ts';
import { CLIENT_FAULTS } from '../client-faults.ts';
import { SERVER_FAULTS } from '../server-faults.ts';
import { nodeHashes } from './hashes.ts';

/* Verified: our client against our server: algorithms, qop, which challenge is answered, later requests, what a server refuses. */

const names = ALGORITHMS.map(({ name }) => name);

describe('digest on both sides (RFC 7616 §3.3, §3.4, RFC 8760 §2)', () => {
  const cases = names.flatMap((name) => [
    [name, ['auth']] as const,
    [name, ['auth-int']] as const,
    [name, ['auth', 'auth-int']] as const,
    [name, []] as const,
  ]);

  it.each(cases)('%s with qop %j: one challenge, then it is let in', (name, qop) => {
    const { send } = lab({ server: { algorithms: [name], qop } });
    const { log, lines, verdict } = send({ body: 'v=0\r\n' });
    expect(log).toEqual(['no-credentials', 'accepted']);
    expect(verdict).toMatchObject({ username: 'alice' });
    expect(field(lines, 'qop')).toBe(qop[0]);
    expect(field(lines, 'algorithm')).toBe(qop.length === 0 && name === 'MD5' ? undefined : name);
    expect(field(lines, 'nc')).toBe(qop.length === 0 ? undefined : '00000001');
  });

  it('auth-int is taken where the client wants it, and another body is refused', () => {
    const { check, send } = lab({
      client: { prefersIntegrity: true },
      server: { qop: ['auth', 'auth-int'] },
    });
    const { lines, log } = send({ body: 'one' });
    expect([log.at(-1), field(lines, 'qop')]).toEqual(['accepted', 'auth-int']);
    expect(check({ ...REQUEST, body: 'two' }, lines)).toMatchObject({ reason: 'wrong-response' });
  });

  it('user names that are hashed are found again (§3.4.4)', () => {
    const name = encodeText('Jäsøn "the Doe" \\o/');
    const { send } = lab({
      client: { accounts: singleAccount(name, 'secret') },
      server: { users: (user) => (user === name ? 'secret' : undefined), hashedNames: () => ['bob', name] },
    });
    const { verdict, lines } = send();
    expect(verdict).toMatchObject({ kind: 'accepted', username: name });
    expect(field(lines, 'username')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('quotes and backslashes in a name survive', () => {
    const name = 'a"b\\c';
    const { send } = lab({
      client: { accounts: singleAccount(name, 'secret') },
      server: { users: (user) => (user === name ? { password: 'secret' } : undefined) },
    });
    expect(send().verdict).toMatchObject({ kind: 'accepted', username: name });
  });

  it('hashes stand for passwords on both sides', () => {
    const ha1 = { 'sha-256': nodeHashes.digest('sha-256', 'alice:example.com:secret') };
    const { send } = lab({
      client: { accounts: () => ({ username: 'alice', secret: { ha1 } }) },
      server: { users: () => ({ ha1 }), algorithms: ['SHA-256'] },
    });
    expect(send().log.at(-1)).toBe('accepted');
  });
});

describe('which challenge is answered', () => {
  it('mistake 35: the strongest of several is answered, wherever it stands (RFC 8760 §2.4)', () => {
    const algorithms: readonly AlgorithmName[] = ['MD5', 'SHA-512-256', 'SHA-256'];
    for (const fault of [undefined, SERVER_FAULTS['weakest-first'], SERVER_FAULTS['one-line']]) {
      const { send } = lab({ server: { algorithms, ...(fault && { fault }) } });
      const { log, lines } = send();
      expect([log.at(-1), field(lines, 'algorithm')]).toEqual(['accepted', 'SHA-512-256']);
    }
  });

  it.each<[readonly AlgorithmName[] | undefined, readonly string[]]>([
    [undefined, ['SHA-256', 'MD5']],
    [
      ['SHA-512-256', 'SHA-256', 'MD5'],
      ['SHA-512-256', 'SHA-256', 'MD5'],
    ],
    [
      ['MD5', 'SHA-256'],
      ['MD5', 'SHA-256'],
    ],
  ])('a server that is told %j offers them in its order of preference (RFC 8760 §2.3)', (told, offered) => {
    const { check } = lab({ server: told === undefined ? {} : { algorithms: told } });
    const verdict = check(REQUEST, []);
    const challenges = verdict.kind === 'challenge' ? verdict.challenges : [];
    expect(challenges.map((c) => /algorithm=([^,]*)/.exec(c)?.[1])).toEqual(offered);
  });

  it('no weaker one is answered when the account has no secret for the strongest', () => {
    const ha1 = { md5: nodeHashes.digest('md5', 'alice:example.com:secret') };
    const { send } = lab({ client: { accounts: () => ({ username: 'alice', secret: { ha1 } }) } });
    expect(send().log).toEqual(['no-credentials', 'no-account']);
  });

  it('challenges of several realms and of both kinds are all answered (RFC 3261 §22.3)', () => {
    const { store } = lab();
    const exchange = new AuthExchange(store);
    exchange.lines(REQUEST);
    const outcome = exchange.challenged(
      message('SIP/2.0 407 Proxy Authentication Required', [
        'Proxy-Authenticate: Digest realm="p1", nonce="n1", qop="auth", algorithm=MD5',
        'Proxy-Authenticate: Digest realm="p1", nonce="n2", qop="auth", algorithm=SHA-256',
        'Proxy-Authenticate: Digest realm="p2", nonce="n3"',
        'WWW-Authenticate: Digest realm="w", nonce="n4", qop="auth-int"',
      ]),
    );
    expect(outcome).toEqual({ kind: 'retry' });
    const lines = exchange
      .lines(REQUEST)
      .map(([name, value]) => [name, /realm="(\w+)", nonce="(\w+)"/.exec(value)?.slice(1)]);
    expect(lines).toEqual([
      ['Authorization', ['w', 'n4']],
      ['Proxy-Authorization', ['p1', 'n2']],
      ['Proxy-Authorization', ['p2', 'n3']],
    ]);
  });

  it('without an account for any realm the client gives up', () => {
    const { send } = lab({ client: { accounts: singleAccount('alice', 'secret', 'elsewhere') } });
    expect(send().log).toEqual(['no-credentials', 'no-account']);
  });

  it('Basic is answered only where that was asked for, and never beside a digest (RFC 3261 §22)', () => {
    const basicOnly = { values: (values: readonly string[]) => values.filter((v) => v.startsWith('Basic')) };
    const fault = { id: 'basic-only', title: '', rfc: '', hooks: () => basicOnly };
    const server = { allowsBasic: true, fault };
    expect(lab({ server }).send().log).toEqual(['no-credentials', 'unsupported']);
    const asked = lab({ server, client: { allowsBasic: true } }).send();
    expect([asked.log, asked.lines[0]?.[1]]).toEqual([
      ['no-credentials', 'accepted'],
      'Basic YWxpY2U6c2VjcmV0',
    ]);
    const both = lab({ server: { allowsBasic: true }, client: { allowsBasic: true } }).send();
    expect(both.lines[0]?.[1]).toMatch(/^Digest /);
  });
});

describe('credentials in later requests (RFC 3261 §22.2, §22.3)', () => {
  it('go ahead of the challenge with the next nc', () => {
    const { send } = lab();
    send();
    for (const nc of ['00000002', '00000003']) {
      const { log, lines } = send({ callId: 'another' });
      expect([log, field(lines, 'nc')]).toEqual([['accepted'], nc]);
    }
  });

  it('go to nobody else', () => {
    const { send } = lab();
    send();
    for (const other of [
      { callId: 'c', to: 'sip:bob@example.com', uri: 'sip:bob@example.com' },
      { callId: 'd', from: 'sip:carol@example.com' },
    ])
      expect(send(other).log[0]).toBe('no-credentials');
  });

  it('go to all hosts that the challenge names as its domain (RFC 7616 §3.3)', () => {
    const { send } = lab({ server: { domain: ['sip:example.com', 'sip:example.net'] } });
    send();
    expect(send({ callId: 'c', to: 'sip:bob@example.net', uri: 'sip:bob@EXAMPLE.net' }).log).toEqual([
      'accepted',
    ]);
  });

  it('of a proxy go through the same outbound proxy, and within the same call', () => {
    const { store } = lab();
    const exchange = new AuthExchange(store);
    const via = { ...REQUEST, nextHop: 'sip:proxy.example.com' };
    exchange.lines(via);
    exchange.challenged(
      message('SIP/2.0 407 No', ['Proxy-Authenticate: Digest realm="p", nonce="n", qop="auth"']),
    );
    const ahead = (request: AuthRequest) => new AuthExchange(store).lines(request).length;
    expect(ahead({ ...via, callId: 'c', to: 'sip:x@y', uri: 'sip:x@y' })).toBe(1);
    expect(ahead({ ...REQUEST, nextHop: 'sip:10.0.0.1;lr' })).toBe(1);
    expect(ahead({ ...REQUEST, callId: 'c' })).toBe(0);
  });

  it('mistake 14: a stale nonce is no wrong password: the request is tried again with the new one', () => {
    const { clock, send } = lab({ server: { nonceLifetimeMs: 1000 } });
    send();
    clock.advance(1000);
    expect(send().log).toEqual(['expired-nonce', 'accepted']);
  });

  it('a nonce that a restarted server does not know, sent ahead, is no wrong password either', () => {
    const client = lab();
    client.send();
    const restarted = lab({ server: { ids: createIds('another secret') } });
    const exchange = new AuthExchange(client.store);
    const verdict = restarted.check(REQUEST, exchange.lines(REQUEST));
    expect(verdict).toMatchObject({ reason: 'unknown-nonce' });
    const challenges = verdict.kind === 'challenge' ? verdict.challenges : [];
    const outcome = exchange.challenged(
      message(
        'SIP/2.0 401 No',
        challenges.map((c) => `WWW-Authenticate: ${c}`),
      ),
    );
    expect(outcome).toEqual({ kind: 'retry' });
    expect(restarted.check(REQUEST, exchange.lines(REQUEST)).kind).toBe('accepted');
  });

  it('a wrong password is tried once, and not sent ahead afterwards', () => {
    const { send } = lab({ client: { accounts: singleAccount('alice', 'wrong') } });
    for (let round = 0; round < 2; round++)
      expect(send().log).toEqual(['no-credentials', 'wrong-response', 'wrong-password']);
  });
});

describe('Authentication-Info (RFC 7616 §3.5)', () => {
  it.each(names)('proves with %s that the server knows the password', (name) => {
    const { send } = lab({ server: { algorithms: [name], qop: ['auth-int'] } });
    const { exchange, verdict } = send();
    const body = 'a body';
    const response = (value: string) =>
      parseMessage(toBytes(`SIP/2.0 200 OK\r\nAuthentication-Info: ${value}\r\n\r\n${body}`));
    expect(exchange.settled(response(info(verdict, body)))).toBe(true);
    expect(exchange.settled(response(info(verdict, 'another')))).toBe(false);
    expect(exchange.settled(response('nextnonce="x"'))).toBeUndefined();
  });

  it('a nextnonce is used from the next request on, with nc 1', () => {
    const { send } = lab({ server: { nextNonce: 'always' } });
    const first = send();
    first.exchange.settled(message('SIP/2.0 200 OK', [`Authentication-Info: ${info(first.verdict)}`]));
    const second = send();
    expect([second.log, field(second.lines, 'nc')]).toEqual([['accepted'], '00000001']);
    expect(field(second.lines, 'nonce')).not.toBe(field(first.lines, 'nonce'));
  });

  it('comes when the nonce is about to expire', () => {
    const { clock, send } = lab({ server: { nonceLifetimeMs: 1000 } });
    expect(info(send().verdict)).not.toContain('nextnonce');
    clock.advance(751);
    expect(info(send().verdict)).toContain('nextnonce');
  });

  it('has nothing to say to a client of RFC 2069', () => {
    const { send } = lab({ server: { qop: [] } });
    expect(info(send().verdict)).toBe('none');
  });
});

describe('a server that checks', () => {
  it('refuses credentials that it has seen, and takes a larger nc (RFC 7616 §3.4)', () => {
    const { check, send } = lab();
    const { lines } = send();
    expect(check(REQUEST, lines)).toMatchObject({ reason: 'replayed-nonce' });
    expect(send().log).toEqual(['accepted']);
  });

  it('keeps nothing when it is told so: then a replay is let in until the nonce expires', () => {
    const { clock, check, send } = lab({ server: { mode: 'signed', nonceLifetimeMs: 1000 } });
    const { lines } = send();
    expect(check(REQUEST, lines).kind).toBe('accepted');
    clock.advance(1000);
    expect(check(REQUEST, lines)).toMatchObject({ reason: 'expired-nonce' });
  });

  it('binds a nonce to its source when it is told so', () => {
    const { check, send } = lab({ server: { mode: 'signed', bindsSource: true } });
    const { lines } = send();
    expect(check(REQUEST, lines).kind).toBe('accepted');
    expect(check(REQUEST, lines, { host: '10.0.0.8', port: 5060 })).toMatchObject({
      reason: 'unknown-nonce',
    });
  });

  it('takes a client without qop by default, once for each nonce, and refuses it when told to (RFC 2617 §3.2.2)', () => {
    const fault = CLIENT_FAULTS['missing-qop'];
    const lenient = lab({ client: { fault } });
    const { log, lines } = lenient.send();
    expect(log).toEqual(['no-credentials', 'accepted']);
    expect(lenient.check(REQUEST, lines)).toMatchObject({ reason: 'replayed-nonce' });
    expect(lab({ client: { fault }, server: { takesNoQop: false } }).send().log).toContain('wrong-qop');
  });

  it('says stale only where the same password may be tried again (RFC 7616 §3.3)', () => {
    const { clock, check, send } = lab({ server: { nonceLifetimeMs: 1000 } });
    const { lines } = send();
    const isStale = (verdict: AuthVerdict): boolean =>
      verdict.kind === 'challenge' && verdict.challenges.every((c) => c.includes('stale=true'));
    expect(isStale(check(REQUEST, lines))).toBe(true);
    expect(isStale(check(REQUEST, []))).toBe(false);
    clock.advance(1000);
    expect(isStale(check(REQUEST, lines))).toBe(true);
    const wrong = lines.map(([n, v]): [string, string] => [n, v.replace(/response="./, 'response="x')]);
    expect(isStale(check(REQUEST, wrong))).toBe(false);
  });

  it('takes the same URI written otherwise (RFC 3261 §19.1.4), and any with its check off', () => {
    const { check, send } = lab({ server: { mode: 'signed' } });
    const { lines } = send();
    expect(check({ ...REQUEST, uri: 'sip:EXAMPLE.com' }, lines).kind).toBe('accepted');
    const off = lab({ client: { fault: CLIENT_FAULTS['wrong-uri'] }, server: { checksUri: false } });
    expect(off.send().log).toEqual(['no-credentials', 'accepted']);
  });

  it('counts wrong passwords of a source, refuses it unread for a while, and tells who listens', () => {
    const hits: LimitHit[] = [];
    const failureLimit = { failures: 2, windowMs: 60_000, onLimit: (hit: LimitHit) => hits.push(hit) };
    const { clock, check, send } = lab({
      client: { fault: CLIENT_FAULTS['wrong-response'] },
      server: { failureLimit },
    });
    send();
    const { lines } = send();
    expect(check(REQUEST, lines)).toEqual({
      kind: 'refused',
      status: 403,
      reason: 'Too Many Failed Attempts',
    });
    expect(hits).toEqual([{ limit: 'auth-failure-rate', source: SOURCE, atMs: 0 }]);
    expect(check(REQUEST, lines, { host: '127.0.0.1', port: 1 }).kind).toBe('challenge');
    expect(check(REQUEST, []).kind).toBe('challenge');
    clock.advance(60_000);
    expect(check(REQUEST, lines).kind).toBe('challenge');
  });
});
