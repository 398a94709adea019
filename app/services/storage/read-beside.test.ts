import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readBeside } from './read-beside.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-beside-'));
  await mkdir(join(dir, 'work', 'calls'), { recursive: true });
  await writeFile(join(dir, 'work', 'users.csv'), 'name\nalice\n');
  await writeFile(join(dir, 'work', 'calls', 'own.csv'), 'name\nbob\n');
  await writeFile(join(dir, 'secret.csv'), 'name\nroot\n');
  await symlink(join(dir, 'secret.csv'), join(dir, 'work', 'link.csv'));
});
afterEach(() => rm(dir, { recursive: true }));

describe('a file that a scenario names', () => {
  it('is read below the folder of the scenario, and below the folder one works in', () => {
    const read = readBeside(join(dir, 'work', 'calls', 'call.yaml'), join(dir, 'work'));
    expect(read('own.csv')).toEqual({ text: 'name\nbob\n' });
    expect(read('../users.csv')).toEqual({ text: 'name\nalice\n' });
  });

  it('is not read elsewhere, neither by its path nor by a symbolic link', () => {
    const root = join(dir, 'work');
    const read = readBeside(join(dir, 'work', 'calls', 'call.yaml'), root);
    const refused = { reason: `it is neither below the folder of the scenario nor below ${root}` };
    expect(read('../../secret.csv')).toEqual(refused);
    expect(read('../link.csv')).toEqual(refused);
  });

  it('that is not there is named so', () => {
    expect(readBeside(join(dir, 'x.yaml'), dir)('none.csv')).toEqual({
      reason: 'there is no such file or folder',
    });
  });
});
