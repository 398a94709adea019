import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULE_IDS } from './finding.ts';

const sources = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => readFileSync(`${import.meta.dirname}/${file}`, 'utf8'))
  .join('\n');

describe('the tests of the rules', () => {
  it.each(RULE_IDS)('show %s triggered, with what is said, and not triggered', (id) => {
    const tests = sources.split(/^ {2}it\(/m).filter((test) => test.trimStart().startsWith(`'${id}: `));
    const asserted = tests.join('\n');
    expect(asserted).toMatch(/'(local|remote) (error|warning|info): |`(local|remote) (error|warning|info): /);
    expect(asserted).toMatch(/toEqual\(\[\s*[[\]]/);
  });
});
