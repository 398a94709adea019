import { describe, expect, it } from 'vitest';
import { readEnvironments } from './read-environments.ts';

describe('environments', () => {
  it('are named sets of variables; one may be empty, and so may the file', () => {
    const text = `# who we test
lab:
  target: sip:127.0.0.1:5060
  seats: 4
  isNight: false
staging: # comes later
`;
    expect(readEnvironments(text)).toEqual({
      environments: [
        { name: 'lab', variables: { target: 'sip:127.0.0.1:5060', seats: 4, isNight: false } },
        { name: 'staging', variables: {} },
      ],
      diagnostics: [],
    });
    expect(readEnvironments('')).toEqual({ environments: [], diagnostics: [] });
    expect(readEnvironments('{"a b": {"x": "1"}}').environments).toEqual([
      { name: 'a b', variables: { x: '1' } },
    ]);
  });

  it.each([
    ['lab:\n  target: [1]\n', 2, /lab\.target/],
    ['lab:\n  seat number: 4\n', 2, /lab\.seat number/],
    ['lab: sip:127.0.0.1\n', 1, /lab/],
    ['- lab\n', 1, /^$/],
    ['lab: {\n', 2, /^$/],
  ])('say where they are wrong: %j', (text, line, path) => {
    const { environments, diagnostics } = readEnvironments(text);
    expect(environments).toEqual([]);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ line, severity: 'error' });
    expect(diagnostics[0]?.path).toMatch(path);
    expect(diagnostics[0]?.message).not.toBe('');
  });
});
