import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileWhole } from '../storage/write-file.ts';
import { createEnvironments, type Environments } from './environments.ts';

let dir: string;
let folder: string;
let environments: Environments;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-environments-'));
  folder = join(dir, 'scenarios');
  environments = createEnvironments(folder, writeFileWhole);
});
afterEach(() => rm(dir, { recursive: true }));

const LAB = 'lab:\n  target: sip:127.0.0.1:5060 # the lab\n  seats: 4\n';

describe('the environments of the workspace folder', () => {
  it('are none at first, are saved as they are typed, and read again for each run', async () => {
    const { handlers } = environments;
    const file = join(folder, '.environments.yaml');
    const nothing = await handlers['environments.read']();
    expect(nothing).toEqual({ file, text: '', revision: '', environments: [], diagnostics: [] });
    const saved = await handlers['environments.save']({ text: LAB, baseRevision: nothing.revision });
    expect(saved.environments).toEqual([
      { name: 'lab', variables: { target: 'sip:127.0.0.1:5060', seats: 4 } },
    ]);
    expect(await readFile(file, 'utf8')).toBe(LAB);
    expect(await handlers['environments.read']()).toEqual(saved);
    expect(await environments.variables(undefined)).toEqual({});
    await writeFile(file, LAB.replace('4', '5'));
    expect(await environments.variables('lab')).toEqual({ target: 'sip:127.0.0.1:5060', seats: 5 });
    await expect(environments.variables('bal')).rejects.toThrow('There is no environment bal');
  });

  it('are not overwritten where somebody else has changed them, nor by what is none', async () => {
    const { handlers } = environments;
    const { revision } = await handlers['environments.save']({ text: LAB, baseRevision: '' });
    await expect(handlers['environments.save']({ text: 'lab: [', baseRevision: revision })).rejects.toThrow(
      /^Line 1: \S.*\.$/,
    );
    const file = join(folder, '.environments.yaml');
    await writeFile(file, 'other: {}\n');
    await expect(handlers['environments.save']({ text: LAB, baseRevision: revision })).rejects.toMatchObject({
      code: 'conflict',
      data: { text: 'other: {}\n', environments: [{ name: 'other', variables: {} }] },
    });
    expect(await readFile(file, 'utf8')).toBe('other: {}\n');
    await writeFile(file, 'lab:\n  a: [1]\n');
    expect((await handlers['environments.read']()).diagnostics).toMatchObject([{ line: 2, column: 6 }]);
    await expect(environments.variables('lab')).rejects.toThrow('.environments.yaml, line 2: ');
  });
});
