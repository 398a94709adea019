import { describe, expect, it } from 'vitest';
import { authLab as lab, headersOnly as message, infoOf as info } from '../../testing/auth-lab-node.ts';
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
    'wrong-opaque': 'wrong-opaque',
    'unknown-algorithm': 'wrong-algorithm',
  };

  it.each(Object.values(CLIENT_FAULTS))('$id ($rfc): $title Our server notices', (fault) => {
    const { send } = lab({ client: { fault }, server: { takesNoQop: false } });
    expect(send().log[1]).toBe(expected[fault.id]);
    // The second request with the same nc is the replay.
    if (fault.id === 'replayed-nc') expect(send().log).toEqual(['replayed-nonce', 'accepted']);
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
