import { describe, expect, it } from 'vitest';
import { OPERATOR_HELP, readOperatorLine } from './operator-words.ts';

const decide = (number: number | undefined, decision: object) => ({ kind: 'decide', number, decision });

describe('what an operator types', () => {
  it.each([
    ['answer', decide(undefined, { kind: 'answer' })],
    ['  Answer  2 ', decide(2, { kind: 'answer' })],
    ['accept 1', decide(1, { kind: 'answer' })],
    ['ring 1', decide(1, { kind: 'ring' })],
    ['ring 1 182 Queued', decide(1, { kind: 'ring', status: 182, reason: 'Queued' })],
    ['early', decide(undefined, { kind: 'early' })],
    ['reject', decide(undefined, { kind: 'reject' })],
    ['reject 486', decide(undefined, { kind: 'reject', status: 486 })],
    ['reject 3 603 Not now', decide(3, { kind: 'reject', status: 603, reason: 'Not now' })],
    ['redirect sip:c@x', decide(undefined, { kind: 'redirect', target: 'sip:c@x' })],
    ['transfer 2 sip:c@x', decide(2, { kind: 'transfer', target: 'sip:c@x' })],
    ['hold 1', decide(1, { kind: 'hold' })],
    ['resume', decide(undefined, { kind: 'resume' })],
    ['bye 1', decide(1, { kind: 'hang-up' })],
    ['hangup', decide(undefined, { kind: 'hang-up' })],
    ['list', { kind: 'list' }],
    ['?', { kind: 'help' }],
    ['exit', { kind: 'quit' }],
    ['', { kind: 'nothing' }],
  ])('"%s" is understood', (line, order) => {
    expect(readOperatorLine(line)).toEqual(order);
  });

  it.each([
    ['anwser 1', 'anwser is no command; did you mean answer?'],
    ['dance', 'dance is no command; help shows them'],
    ['toString', 'toString is no command; help shows them'],
    ['reject 1 200', 'reject: a code is 300 to 699, not 200'],
    ['reject 1 busy', 'reject: a code is 300 to 699, not busy'],
    ['ring 1 486', 'ring: a code is 101 to 199, not 486'],
    ['redirect 1', 'redirect takes one URI, such as redirect 1 sip:carol@example.com'],
    ['transfer', 'transfer takes one URI, such as transfer 1 sip:carol@example.com'],
    ['transfer 1 sip:a sip:b', 'transfer takes one URI, such as transfer 1 sip:carol@example.com'],
    ['answer one', 'answer takes the number of an item, not one'],
    ['answer 1 2', 'answer takes the number of an item, not 2'],
    ['quit now', 'quit takes nothing behind it'],
  ])('"%s" is refused in one sentence', (line, text) => {
    expect(readOperatorLine(line)).toEqual({ kind: 'problem', text });
  });

  it('has a line of help for every command', () => {
    for (const line of OPERATOR_HELP) {
      const [word = ''] = line.split(/[\s:]/);
      expect(readOperatorLine(word)).not.toMatchObject({
        text: expect.stringContaining('no command') as string,
      });
    }
  });
});
