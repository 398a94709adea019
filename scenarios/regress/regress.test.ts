import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../stack/message/parse.ts';
import type { RunMessage } from '../engine/run-trace.ts';
import { compile } from '../engine/compile.ts';
import { NODE_RULES } from '../../app/servers/scenario-nodes/node-options.ts';
import { runShipped, shippedIn } from '../../app/servers/testing/shipped-scenarios.ts';

/* A scenario for each fault that was found and mended: `issue-NNN`, in the order they were mended. They run like the library. */

const regressions = shippedIn(fileURLToPath(new URL('.', import.meta.url)));

const methodsIn = (messages: readonly RunMessage[]): readonly string[] =>
  messages.flatMap(({ bytes }) => {
    const { startLine } = parseMessage(bytes);
    return startLine.kind === 'request' ? [startLine.method] : [];
  });

/** What must not have crossed when the run is over and has put away what was open: no step could see it. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  'issue-001/scenario.yaml': 'BYE',
  'issue-002/scenario.yaml': 'BYE',
};

describe('what was mended', () => {
  it('has a scenario of its own, numbered without a gap', () => {
    expect(regressions.map(({ file }) => file)).toEqual(
      regressions.map((_, i) => `issue-${String(i + 1).padStart(3, '0')}/scenario.yaml`),
    );
    expect(regressions.length).toBeGreaterThan(0);
  });

  it.each(regressions)('$file: $name', async (shipped) => {
    const compiled = compile(shipped.text, shipped.readFile, NODE_RULES);
    expect(compiled.isValid ? compiled.warnings : compiled.diagnostics).toEqual([]);
    const { verdict, messages } = await runShipped(shipped);
    const { expectedFailure, file } = shipped;
    expect(verdict, verdict.reason).toMatchObject({
      outcome: expectedFailure === undefined ? 'pass' : 'fail',
    });
    if (expectedFailure !== undefined) expect(verdict.reason).toContain(expectedFailure);
    expect(messages.length).toBeGreaterThan(0);
    expect(methodsIn(messages)).not.toContain(NEVER_SENT[file] ?? '');
  });
});
