import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import type { Inspection } from '../../../app/contract/traffic.ts';
import type { ByteRange } from './byte-lines.ts';
import { FindingsView } from './findings-view.tsx';

const RULE: Inspection['findings'][number] = {
  severity: 'error',
  code: 'D1',
  message: 'The BYE lacks the route set of its dialog.',
  rfc: 'RFC 3261 §12.2.1.1',
  start: 12,
  end: 40,
  advice: 'Put all of it as Route into every request.',
  relatedTo: 3,
  by: 'remote',
};
const DEFECT: Inspection['findings'][number] = {
  severity: 'warning',
  code: 'branch-missing',
  message: 'The top Via carries no branch.',
  rfc: 'RFC 3261 §8.1.1.7',
  start: 50,
  end: 50,
};

function shown(findings: Inspection['findings'], range?: ByteRange) {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const picked: ByteRange[] = [];
  const host = document.createElement('div');
  act(() => {
    createRoot(host).render(
      <FindingsView findings={findings} range={range} onPick={(picking) => picked.push(picking)} />,
    );
  });
  return { buttons: [...host.querySelectorAll('button')], picked };
}

test('a finding of a rule says what is wrong, what to do, its rule, RFC and whose mistake it is', () => {
  const [rule, defect] = shown([RULE, DEFECT]).buttons;
  expect([...(rule?.querySelectorAll('.grow > span') ?? [])].map((s) => s.textContent)).toEqual([
    'The BYE lacks the route set of its dialog.',
    'Put all of it as Route into every request.',
    'rule D1 · RFC 3261 §12.2.1.1 · by its peer · bytes 12–39',
  ]);
  expect(rule?.querySelector('.err')).not.toBeNull();
  expect(defect?.textContent).toBe('The top Via carries no branch.RFC 3261 §8.1.1.7 · bytes 50–50');
  expect(defect?.querySelector('.warn')).not.toBeNull();
});

test('a click lights its octets, at least one', () => {
  const { buttons, picked } = shown([RULE, DEFECT]);
  for (const button of buttons)
    act(() => {
      button.click();
    });
  expect(picked).toEqual([
    { start: 12, end: 40 },
    { start: 50, end: 51 },
  ]);
});

test('the finding whose octets are lit says so', () => {
  const { buttons } = shown([RULE, DEFECT], { start: 50, end: 51 });
  expect(buttons.map((button) => button.getAttribute('aria-current'))).toEqual(['false', 'true']);
});

test('what came from the wire is shown with its odd characters visible', () => {
  const { buttons } = shown([{ ...RULE, message: 'The digest of a\u202eb is wrong.' }]);
  expect(buttons[0]?.textContent).not.toContain('\u202e');
});
