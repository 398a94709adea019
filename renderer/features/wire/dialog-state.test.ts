import { expect, test } from 'vitest';
import { DIALOG_STATES } from '../../../app/contract/traffic.ts';
import { dialogLook, partiesOf } from './dialog-state.ts';
import { methodClass, statusClass, statusIcon } from './sip-style.ts';

test('every state has a word of its own; what ended well is grey in lists', () => {
  const looks = DIALOG_STATES.map((state) => dialogLook({ state, result: { status: 404, reason: '' } }));
  expect(new Set(looks.map((look) => look.label)).size).toBe(DIALOG_STATES.length);
  expect(DIALOG_STATES.filter((_, i) => looks[i]?.listTone === '')).toEqual(['completed', 'out-of-dialog']);
  expect(dialogLook({ state: 'rejected', result: { status: 603, reason: 'Decline' } }).listTone).toBe('s6');
  expect(dialogLook({ state: 'rejected' }).listTone).toBe('');
});

test('a side without a user is called by its URI, then by its address', () => {
  const dialog = {
    fromUser: 'alice',
    toUser: '',
    fromUri: 'sip:alice@lab.test',
    toUri: 'sip:lab.test',
    source: '127.0.0.1:5071',
    destination: '127.0.0.1:5060',
  };
  expect(partiesOf(dialog)).toEqual({ from: 'alice', to: 'lab.test' });
  expect(partiesOf({ ...dialog, toUri: '' }).to).toBe('127.0.0.1:5060');
});

test('colours and icons of methods and statuses', () => {
  expect([100, 200, 302, 486, 503, 603, 999, 0].map(statusClass).join(' ')).toBe('s1 s2 s3 s4 s5 s6 s5 s5');
  expect([180, 200, 302, 486, 503, 603, 999].map(statusIcon).join(' ')).toBe(
    'dots check turn alert cross barred cross',
  );
  expect(['INVITE', 'PUBLISH', 'TORTURE', ''].map(methodClass)).toEqual([
    'INVITE',
    'PUBLISH',
    'OPTIONS',
    'OPTIONS',
  ]);
});
