import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import type { Verdict } from '../engine/verdict.ts';
import { junitReport } from './junit.ts';
import type { ReportedRun } from './reported-run.ts';

const step = { id: 'a', title: 'expect <180>', line: 7, column: 3 };
const verdict = (change: Partial<Verdict>): Verdict => ({
  scenario: 'Basic & call',
  outcome: 'pass',
  steps: [{ actor: 'alice', step, outcome: 'pass', atMs: 1500, tookMs: 500 }],
  tookMs: 2000,
  variables: {},
  ...change,
});

const run = (file: string, change: Partial<Verdict>): ReportedRun => ({
  file,
  verdict: verdict(change),
  startedAt: '2026-11-21T10:00:00.000Z',
  messages: [],
  leftOut: 0,
});

/** Elements with their attributes, in order; throws when it is no XML. */
function elementsOf(xml: string): { name: string; attributes: Record<string, string> }[] {
  const elements: { name: string; attributes: Record<string, string> }[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => elements.push({ name, attributes: attributes }));
  parser.write(xml).close();
  return elements;
}

describe('JUnit report', () => {
  it('counts what failed, could not run and was stopped, and never as passed', () => {
    const reason = 'expected 180, got "486 Busy\u0007 <Here>"';
    const elements = elementsOf(
      junitReport([
        run('a.yaml', {}),
        run('b.yaml', { outcome: 'fail', reason }),
        run('c.yaml', { outcome: 'error', reason: 'port in use' }),
        run('d.yaml', { outcome: 'stopped', reason: 'stopped by hand' }),
      ]),
    );
    expect(elements[0]).toEqual({
      name: 'testsuites',
      attributes: { tests: '4', failures: '1', errors: '1', skipped: '1', time: '8.000' },
    });
    const cases = elements.filter(({ name }) => name === 'testcase');
    expect(cases.map(({ attributes }) => attributes['classname'])).toEqual([
      'a.yaml',
      'b.yaml',
      'c.yaml',
      'd.yaml',
    ]);
    expect(cases[0]?.attributes).toMatchObject({ name: 'Basic & call', time: '2.000' });
    const failure = elements.find(({ name }) => name === 'failure');
    expect(failure?.attributes['message']).toBe('expected 180, got "486 Busy\ufffd <Here>"');
  });
});
