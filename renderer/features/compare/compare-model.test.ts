import { describe, expect, test } from 'vitest';
import type { ComparedRow, Comparison, MessageSummary } from '../../../app/contract/traffic.ts';
import {
  compareItems,
  countDifferences,
  relationOf,
  toMarkdown,
  verdictOf,
  type CompareView,
} from './compare-model.ts';

const message = (id: number, overrides: Partial<MessageSummary> = {}): MessageSummary => ({
  id,
  dialogId: 1,
  direction: 'in',
  protocol: 'udp',
  source: '127.0.0.1:5071',
  destination: '127.0.0.1:5060',
  atMs: 1000 + id,
  sizeBytes: 400,
  kind: 'request',
  method: 'INVITE',
  cseq: 1,
  branch: 'z9hG4bK1',
  hasToTag: false,
  findings: 0,
  ...overrides,
});

const row = (
  label: string,
  difference: ComparedRow['difference'],
  overrides: Partial<ComparedRow> = {},
): ComparedRow => ({
  label,
  section: 'headers',
  difference,
  isExpected: false,
  ...(difference === 'added' ? {} : { a: [{ text: `${label} a`, isChanged: difference !== 'equal' }] }),
  ...(difference === 'removed' ? {} : { b: [{ text: `${label} b`, isChanged: difference !== 'equal' }] }),
  ...overrides,
});

const comparison: Comparison = {
  a: message(1),
  b: message(3),
  rows: [
    row('Request-URI', 'changed', { section: 'start-line' }),
    row('Via [0]', 'changed', { isExpected: true }),
    row('From', 'equal'),
    row('To', 'equal'),
    row('Call-ID', 'equal'),
    row('Max-Forwards', 'equal'),
    row('Contact', 'equal'),
    row('Supported', 'reordered'),
    row('Proxy-Authorization', 'removed'),
    row('Route', 'added'),
    row('v=', 'equal', { section: 'body' }),
  ],
};

const view = (overrides: Partial<CompareView> = {}): CompareView => ({
  shown: new Set(['changed', 'added', 'removed', 'reordered']),
  hasExpected: true,
  section: undefined,
  opened: new Set(),
  ...overrides,
});

const show = (shown: CompareView, of = comparison): readonly string[] =>
  compareItems(of, shown).map((item) =>
    item.kind === 'fold'
      ? `(${item.text})`
      : `${item.difference === undefined ? '=' : String(item.difference)} ${item.row.label}`,
  );

describe('rows of a comparison', () => {
  test('differences are counted, four equal ones in a row fold', () => {
    expect(countDifferences(comparison)).toEqual({
      equal: 6,
      changed: 2,
      added: 1,
      removed: 1,
      reordered: 1,
    });
    expect(show(view())).toEqual([
      '0 Request-URI',
      '1 Via [0]',
      '(5 equal headers: From, To, Call-ID, Max-Forwards, 1 more)',
      '2 Supported',
      '3 Proxy-Authorization',
      '4 Route',
      '= v=',
    ]);
  });

  test('a fold opens; with equal rows shown nothing folds', () => {
    expect(show(view({ opened: new Set([2]) }))).toHaveLength(11);
    expect(show(view({ shown: new Set(['equal']) }))).toEqual([
      '= From',
      '= To',
      '= Call-ID',
      '= Max-Forwards',
      '= Contact',
      '= v=',
    ]);
  });

  test('expected differences can count as equal', () => {
    expect(show(view({ hasExpected: false }))).toEqual([
      '0 Request-URI',
      '(6 equal headers: Via [0], From, To, Call-ID, 2 more)',
      '1 Supported',
      '2 Proxy-Authorization',
      '3 Route',
      '= v=',
    ]);
  });

  test('one section alone', () => {
    expect(show(view({ section: 'body' }))).toEqual(['= v=']);
  });
});

test('the verdict says whether the protocol explains it all', () => {
  expect(verdictOf(comparison)).toEqual({
    isFine: false,
    text: '4 of 5 differences are not explained by the protocol.',
  });
  const rows = comparison.rows.filter((one) => one.isExpected);
  expect(verdictOf({ ...comparison, rows }).isFine).toBe(true);
  expect(verdictOf({ ...comparison, rows: [] }).text).toContain('are equal');
});

test('two messages of different kinds differ as they should', () => {
  const other = { ...comparison, b: message(3, { method: 'BYE', cseq: 2 }) };
  expect(verdictOf(other)).toEqual({ isFine: false, text: 'Two different messages, with 5 differences.' });
});

test('how two messages belong together', () => {
  expect(relationOf(comparison)).toBe('same transaction, 2 ms apart');
  expect(relationOf({ a: message(1), b: message(3, { method: 'BYE', cseq: 2 }) })).toBe(
    'same dialog, 2 ms apart',
  );
  expect(relationOf({ a: message(1), b: message(5001, { dialogId: 2 }) })).toBe(
    'different dialogs, 5.0 s apart',
  );
});

test('as Markdown, without what could break the table', () => {
  const rows = [
    row('Via', 'changed', { a: [{ text: 'a|b`c', isChanged: true }] }),
    row('Route', 'added'),
    row('To', 'equal'),
  ];
  expect(
    toMarkdown({ ...comparison, b: message(3, { kind: 'response', status: 200, reason: 'OK' }), rows }),
  ).toBe(
    [
      '| | A: INVITE 127.0.0.1:5071 → 127.0.0.1:5060 | B: 200 OK 127.0.0.1:5071 → 127.0.0.1:5060 |',
      '|---|---|---|',
      "| Via (changed) | `a\\|b'c` | `Via b` |",
      '| Route (added) | *not present* | `Route b` |',
      '',
    ].join('\n'),
  );
});
