import { describe, expect, it } from 'vitest';
import { parseFault, parseOverride } from '../../../../app/contract/server-config/behaviour.ts';
import { joinFault, joinLimit, joinOverride, splitFault, splitLimit, splitOverride } from './spec-parts.ts';

describe('overrides and faults in parts', () => {
  it.each([
    ['INVITE=486', { method: 'INVITE', status: '486', reason: '', amount: 'always', headers: '' }],
    ['INVITE=503 Full*2', { method: 'INVITE', status: '503', reason: 'Full', amount: '2', headers: '' }],
    [
      'REGISTER=423*50%; Min-Expires: 120; X: 1',
      { method: 'REGISTER', status: '423', reason: '', amount: '50%', headers: 'Min-Expires: 120; X: 1' },
    ],
    ['*=600 Go away', { method: '*', status: '600', reason: 'Go away', amount: 'always', headers: '' }],
  ])('takes %s apart and puts it together again', (spec, parts) => {
    expect(splitOverride(spec)).toEqual(parts);
    expect(joinOverride(parts)).toBe(spec);
    expect(parseOverride(spec)).toBeDefined();
  });

  it.each([
    ['drop:out:2', { kind: 'drop', direction: 'out', only: '', amount: '2', detail: '' }],
    [
      'delay:in/INVITE:50%:300ms',
      { kind: 'delay', direction: 'in', only: 'INVITE', amount: '50%', detail: '300ms' },
    ],
    [
      'corrupt:out/response:1:content-length',
      { kind: 'corrupt', direction: 'out', only: 'response', amount: '1', detail: 'content-length' },
    ],
  ])('takes %s apart and puts it together again', (spec, parts) => {
    expect(splitFault(spec)).toEqual(parts);
    expect(joinFault(parts)).toBe(spec);
    expect(parseFault(spec)).toBeDefined();
  });

  it.each(['', 'INVITE', 'INVITE=', '=486', 'INVITE=4x6 No*way; Bad'])(
    'keeps what was typed of an override that is not valid: "%s"',
    (spec) => {
      const parts = splitOverride(spec);
      expect(splitOverride(joinOverride(parts))).toEqual(parts);
    },
  );

  it('takes a limit apart, with or without its number', () => {
    expect(splitLimit('dialogs=20')).toEqual({ name: 'dialogs', value: '20' });
    expect(splitLimit('dialogs')).toEqual({ name: 'dialogs', value: '' });
    expect(joinLimit({ name: 'dialogs', value: '20' })).toBe('dialogs=20');
  });
});
