import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../app/contract/operator.ts';
import { anItem } from '../../testing/fake-operator.ts';
import { outcomeOf } from './outcome.ts';

const item = anItem({ arrivedAtMs: 1000, deadlineAtMs: 31_000 });

describe('what became of something that waited', () => {
  it.each<[string, Decision | undefined, number, string, number | undefined]>([
    ['a rejection', { kind: 'reject', status: 603 }, 2000, 'you rejected', 603],
    ['a redirection', { kind: 'redirect', target: 'sip:c@d' }, 2000, 'you redirected', 302],
    ['a call that was hung up', { kind: 'hang-up' }, 2000, 'you hung up', undefined],
    [
      'an answered call that the caller ended',
      { kind: 'answer' },
      2000,
      'answered, ended by the caller',
      200,
    ],
    ['a CANCEL', { kind: 'early' }, 2000, 'given up by the caller', undefined],
    ['the deadline', undefined, 31_000, 'nobody decided in time', 480],
  ])('%s', (_, decision, atMs, text, status) => {
    expect(outcomeOf(item, decision, atMs)).toEqual({ text, status });
  });

  it('a transfer is accepted with 202', () => {
    const transfer = anItem({ kind: 'transfer', method: 'REFER' });
    expect(outcomeOf(transfer, { kind: 'answer' }, 0)).toEqual({ text: 'you accepted', status: 202 });
  });
});
