import { describe, expect, test } from 'vitest';
import {
  COLOUR_MODES,
  createTurns,
  describeRow,
  isFailure,
  labelOf,
  nextOf,
  toneOf,
  transactionKey,
} from './ladder-label.ts';
import { aMessage, aRequest, aResponse } from './testing/builders.ts';

const sdp = { codecs: 'PCMU, PCMA', direction: 'sendrecv' } as const;

describe('labels', () => {
  test('requests are named by their method', () => {
    expect(labelOf(aRequest(1, 'INVITE', { sdp }), false)).toEqual({
      strong: 'INVITE',
      rest: '',
      badge: 'SDP',
    });
  });

  test('SDP details name the codecs; a direction other than sendrecv is always named', () => {
    expect(labelOf(aRequest(1, 'INVITE', { sdp }), true).badge).toBe('SDP PCMU, PCMA');
    const held = { codecs: 'PCMU', direction: 'sendonly' } as const;
    expect(labelOf(aRequest(1, 'INVITE', { sdp: held }), false).badge).toBe('sendonly');
    expect(labelOf(aRequest(1, 'INVITE', { sdp: held }), true).badge).toBe('sendonly PCMU');
  });

  test.each([
    [100, 'Trying', 'dots', 'Trying'],
    [200, 'OK', 'check', 'OK (INVITE)'],
    [302, 'Moved Temporarily', 'turn', 'Moved Temporarily (INVITE)'],
    [486, 'Busy Here', 'alert', 'Busy Here (INVITE)'],
    [503, '', 'cross', '(INVITE)'],
    [603, 'Decline', 'barred', 'Decline (INVITE)'],
  ] as const)('%d %s has the icon of its class: %s', (status, reason, icon, rest) => {
    expect(labelOf(aResponse(1, status, reason), false)).toEqual({ icon, strong: String(status), rest });
  });

  test('what cannot be read says so', () => {
    expect(labelOf(aMessage({ id: 1, kind: 'invalid', sizeBytes: 37 }), false)).toEqual({
      strong: 'Not SIP',
      rest: '37 octets',
    });
  });
});

describe('colours', () => {
  const messages = [
    aRequest(1, 'INVITE'),
    aResponse(2, 486, 'Busy Here'),
    aRequest(3, 'BYE', { cseq: 2, dialogId: 2 }),
    aRequest(4, 'TORTURE', { cseq: 2, dialogId: 2 }),
  ];
  test.each([
    ['method', ['INVITE', 's4', 'BYE', 'OPTIONS']],
    ['dialog', ['hue0', 'hue0', 'hue1', 'hue1']],
    ['transaction', ['hue0', 'hue0', 'hue1', 'hue2']],
    ['direction', ['hue0', 'hue2', 'hue0', 'hue0']],
  ] as const)('by %s', (mode, tones) => {
    const turnOf = createTurns();
    expect(messages.map((message) => toneOf(message, mode, turnOf))).toEqual(tones);
  });

  test('c goes round', () => {
    expect(nextOf(COLOUR_MODES, 'method')).toBe('dialog');
    expect(nextOf(COLOUR_MODES, 'direction')).toBe('method');
  });
});

test('ACK and CANCEL count to their INVITE', () => {
  const keys = ['INVITE', 'ACK', 'CANCEL'].map((method, i) => transactionKey(aRequest(i, method)));
  expect(new Set(keys).size).toBe(1);
  expect(transactionKey(aRequest(9, 'BYE', { cseq: 2 }))).not.toBe(keys[0]);
});

test('failures: refusals and junk', () => {
  const messages = [
    aRequest(1, 'INVITE'),
    aResponse(2, 302, 'Moved'),
    aResponse(3, 401, 'Unauthorized'),
    aMessage({ id: 4, kind: 'invalid' }),
  ];
  expect(messages.map(isFailure)).toEqual([false, false, true, true]);
});

test('a row is a sentence', () => {
  const row = {
    kind: 'message',
    message: aResponse(4, 200, 'OK\u202e', { at: 12, sdp, findings: 1 }),
    number: 4,
    from: 1,
    to: 0,
    folded: [],
    retransmissions: 2,
  } as const;
  const names: Readonly<Record<string, string>> = { '127.0.0.1:5060': 'bob-uas', '127.0.0.1:5071': 'alice' };
  expect(describeRow(row, 12, (a) => names[a] ?? a, row.message.atMs - 12, '12:00:00.012')).toBe(
    'message 4 of 12, 200 OK[U+202E] to INVITE from bob-uas to alice, UDP, 12:00:00.012, 12 ms after previous, has SDP, sent again 2 times, 1 finding',
  );
});
