import { describe, expect, it } from 'vitest';
import { allSubcommands } from './sipctl.ts';
import { runSipctl } from './testing/run-sipctl.ts';

describe('sipctl', () => {
  it('finds each subcommand by the name it has', async () => {
    const { stdout: help } = await runSipctl(['--help']);
    const listed = [...help.matchAll(/^ {2}([a-z][a-z-]*) /gm)].flatMap(([, name = '']) => name);
    const names = listed.filter((name) => name !== 'help');
    expect(names).toHaveLength((await allSubcommands()).length);
    for (const name of names) {
      // That one hands all it gets to siphond.
      const program = name === 'serve' ? 'siphond' : `sipctl ${name}`;
      expect((await runSipctl([name, '--help'])).stdout).toContain(`Usage: ${program} `);
    }
  });

  it('says which subcommand was meant, of all there are', async () => {
    expect(await runSipctl(['validat'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Did you mean validate?') as string,
    });
    expect((await runSipctl(['help', 'replay'])).stdout).toContain('Usage: sipctl replay');
    expect((await runSipctl(['toString'])).exitCode).toBe(2);
  });
});
