import { describe, expect, it } from 'vitest';
import { SERVER_FIELDS } from '../../contract/server-fields.ts';
import { CliError } from '../io.ts';
import { dialName, dialOf, dialText, readDialWords } from './dial-words.ts';

const refusal = (words: readonly string[]): string => {
  try {
    readDialWords(words);
  } catch (error) {
    if (error instanceof CliError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('dials in words', () => {
  it.each([
    [['uas', 'answer-delay=2s'], { node: 'uas', changes: { answerDelayMs: 2000 } }],
    [['answer-delay-ms=700'], { node: undefined, changes: { answerDelayMs: 700 } }],
    [['reg-max-expiry=1h', 'auth=on'], { node: undefined, changes: { regMaxExpiry: 3600, auth: true } }],
    [['earlyMedia=off', 'fork=by-q'], { node: undefined, changes: { earlyMedia: false, fork: 'by-q' } }],
    [
      ['override=INVITE=486*2', 'override=BYE=500', 'fault=none'],
      { node: undefined, changes: { override: ['INVITE=486*2', 'BYE=500'], fault: [] } },
    ],
    [[], { node: undefined, changes: {} }],
  ])('%j', (words, read) => {
    expect(readDialWords(words)).toEqual(read);
  });

  it.each([
    [['uas', 'answer-delay'], '2 answer-delay is no dial with a value, such as answer-delay=2s'],
    [['anser-delay=2s'], '2 anser-delay is no dial; did you mean answer-delay?'],
    [['udp-bind=127.0.0.1:5060'], '2 udp-bind is no dial; sipctl dials without a value shows them'],
    [['answer-delay=soon'], '2 answer-delay: expected a time in whole ms, such as 700ms or 2s, not soon'],
    [
      ['reg-min-expiry=1500ms'],
      '2 reg-min-expiry: expected a time in whole s, such as 90s or 30min, not 1500ms',
    ],
    [['auth=perhaps'], '2 auth: expected on or off, not perhaps'],
    [['=2s'], '2 =2s is no dial with a value, such as answer-delay=2s'],
  ])('%j is refused: %s', (words, message) => {
    expect(refusal(words)).toBe(message);
  });

  it('shows values so that they read back as they were', () => {
    for (const field of SERVER_FIELDS.filter(({ isDial }) => isDial === true)) {
      const text = dialText(dialOf(field.key), field.default);
      expect(readDialWords([`${dialName(field)}=${text}`]).changes).toEqual({ [field.key]: field.default });
    }
  });
});
