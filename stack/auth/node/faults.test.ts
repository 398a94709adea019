import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BASE_REQUEST,
  authLab as lab,
  headersOnly as message,
  infoOf as info,
} from '../../testing/auth-lab-node.ts';
import { CLIENT_FAULTS } from '../client-faults.ts';
import { SERVER_FAULTS } from '../server-faults.ts';

/* Verified: each fault of one side against the other: our server notices what a client does wrong, our client copes with what a server does. */

describe('faults of a client, on purpose', () => {
  const expected: Readonly<Record<keyof typeof CLIENT_FAULTS, string>> = {
    'wrong-response': 'wrong-response',
    'missing-response': '400 Incomplete Credentials',
    'bad-nc': '400 Bad Nonce Count',
    'replayed-nc': 'accepted',
    'missing-nc': '400 Bad Nonce Count',
    'wrong-cnonce': 'wrong-response',
    'missing-cnonce': '400 Missing Cnonce',
    'missing-qop': 'wrong-qop',
    'unknown-qop': 'wrong-qop',
    'wrong-uri': '400 Digest URI Mismatch',
    'missing-uri': '400 Incomplete Credentials',
    'wrong-realm': 'no-credentials',
    'wrong-username': 'unknown-user',
    'missing-username': '400 Incomplete Credentials',
    'invented-nonce': 'unknown-nonce',
    'old-nonce': 'accepted',
    'wrong-opaque': 'wrong-opaque',
    'unknown-algorithm': 'wrong-algorithm',
  };

  it.each(Object.values(CLIENT_FAULTS))('$id ($rfc): $title Our server notices', (fault) => {
    const { clock, send } = lab({ client: { fault }, server: { takesNoQop: false, nonceLifetimeMs: 1000 } });
    expect(send().log[1]).toBe(expected[fault.id]);
    // These show in later requests only.
    if (fault.id === 'replayed-nc') expect(send().log).toEqual(['replayed-nonce', 'accepted']);
    clock.advance(1000);
    if (fault.id === 'old-nonce')
      expect(send().log).toEqual(['expired-nonce', 'expired-nonce', 'expired-nonce', 'loop']);
  });
});

describe('faults of a server, on purpose', () => {
  const expected: Readonly<Record<keyof typeof SERVER_FAULTS, readonly string[]>> = {
    'endless-challenge': ['fault', 'fault', 'wrong-password'],
    'endless-stale': ['fault', 'fault', 'fault', 'loop'],
    'stale-once': ['no-credentials', 'fault', 'accepted'],
    'same-nonce': ['fault', 'fault', 'wrong-password'],
    'wrong-rspauth': ['no-credentials', 'accepted'],
    'unknown-algorithm-first': ['no-credentials', 'accepted'],
    'unknown-scheme-first': ['no-credentials', 'accepted'],
    'weakest-first': ['no-credentials', 'accepted'],
    'one-line': ['no-credentials', 'accepted'],
    'no-realm': ['no-credentials', 'unsupported'],
    'no-nonce': ['no-credentials', 'unsupported'],
    'unknown-qop': ['no-credentials', 'unsupported'],
    'no-challenge': ['no-credentials', 'unsupported'],
    'broken-challenge': ['no-credentials', 'unsupported'],
  };

  it.each(Object.values(SERVER_FAULTS))('$id ($rfc): $title Our client copes and never loops', (fault) => {
    const { send } = lab({ server: { fault } });
    const { log, verdict, exchange } = send();
    expect(log).toEqual(expected[fault.id]);
    if (verdict.kind !== 'accepted') return;
    const response = message('SIP/2.0 200 OK', [`Authentication-Info: ${info(verdict)}`]);
    expect(exchange.settled(response)).toBe(fault.id !== 'wrong-rspauth');
  });
});

describe('credentials that nobody would write', () => {
  const params = [
    'username',
    'nonce',
    'uri',
    'response',
    'algorithm',
    'cnonce',
    'opaque',
    'qop',
    'nc',
    'userhash',
  ];
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('auth', 'auth-int', 'MD5', '00000001', 'true', 'alice', 'sip:example.com', '1.2.3'),
  );

  it('are never let in and never throw (RFC 7616 §5)', () => {
    const { check } = lab({ server: { hashedNames: () => ['alice'] } });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...params), value), (given) => {
        const text = Object.entries(given).map(([name, v]) => `, ${name}="${v.replace(/["\\\\\r\n]/g, '')}"`);
        const verdict = check(BASE_REQUEST, [
          ['Authorization', `Digest realm="example.com"${text.join('')}`],
        ]);
        expect(verdict.kind).not.toBe('accepted');
      }),
    );
  });
});
