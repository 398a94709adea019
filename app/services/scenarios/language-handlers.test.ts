import { describe, expect, it } from 'vitest';
import { languageHandlers } from './language-handlers.ts';

/* What the workbench imports: by what stands in the file, not by its name. */

const importFile = (text: string, fileName: string) =>
  languageHandlers['scenarios.importSipp']({ text, fileName });

describe('scenarios.importSipp', () => {
  it('takes XML of sipp and JSON of siphon-rs', () => {
    expect(
      importFile('<scenario name="Ping"><recv request="OPTIONS"/></scenario>', 'my ping.xml'),
    ).toMatchObject({
      yaml: expect.stringContaining('name: Ping\n') as string,
      suggestedPath: 'my-ping.yaml',
      diagnostics: [],
    });
    const seed = '{ "odd": 1, "steps": [{ "type": "send", "method": "OPTIONS", "uri": "sip:b@127.0.0.1" }] }';
    expect(importFile(seed, 'seed.json')).toMatchObject({
      yaml: expect.stringContaining('name: seed\n') as string,
      suggestedPath: 'seed.yaml',
      diagnostics: [{ line: 1, column: 3, message: 'odd means nothing in a scenario of siphon-rs' }],
    });
  });

  it('refuses what is neither, with the reason', () => {
    expect(() => importFile('{ "steps": 1 }', 'x.json')).toThrow(
      'x.json is no scenario of SIPp or siphon-rs: line 1, expected array, received number.',
    );
    expect(() => importFile('hello', 'x.txt')).toThrow(
      /^x\.txt is no scenario of SIPp or siphon-rs: line 1, /,
    );
  });
});
