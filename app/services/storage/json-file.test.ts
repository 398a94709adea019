import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createJsonFile, type JsonFile } from './json-file.ts';

let dir = '';
let path = '';
let file: JsonFile<number[]>;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-json-'));
  path = join(dir, 'deep', 'numbers.json');
  file = createJsonFile({ path, check: (v) => z.array(z.number()).parse(v), wallMs: () => 17 });
});
afterEach(() => rm(dir, { recursive: true }));

const names = async (): Promise<string[]> => (await readdir(join(dir, 'deep'))).sort();

describe('JSON file', () => {
  it('is no news when it is missing', async () => {
    expect(await file.load()).toEqual({ value: undefined, notice: undefined });
  });

  it('comes back as saved, with the version before beside it', async () => {
    await file.save([1]);
    await file.save([1, 2]);
    expect(await file.load()).toEqual({ value: [1, 2], notice: undefined });
    expect(await names()).toEqual(['numbers.json', 'numbers.json.bak']);
    expect(JSON.parse(await readFile(`${path}.bak`, 'utf8'))).toEqual([1]);
  });

  it('writes the latest of many values, in order', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, n) => file.save([n])));
    expect((await file.load()).value).toEqual([49]);
  });

  it.each([
    ['cut short', '[1, 2'],
    ['empty', ''],
    ['of the wrong type', '{"a": 1}'],
    ['not text', '\u0000\u0001\u0002'],
  ])('that is %s is kept aside, and the version before it is read', async (_case, text) => {
    await file.save([1]);
    await file.save([1, 2]);
    await writeFile(path, text);
    const { value, notice } = await file.load();
    expect(value).toEqual([1]);
    expect(notice).toMatch(
      /^numbers\.json is damaged \(.+\); it is kept as numbers\.damaged-17\.json\. The version/s,
    );
    expect(await readFile(join(dir, 'deep', 'numbers.damaged-17.json'), 'utf8')).toBe(text);
    await file.save([3]);
    expect(await names()).toEqual(['numbers.damaged-17.json', 'numbers.json', 'numbers.json.bak']);
  });

  it('says so when the version before it is damaged too', async () => {
    await file.save([1]);
    await writeFile(path, 'x');
    await writeFile(`${path}.bak`, 'y');
    expect(await file.load()).toMatchObject({
      value: undefined,
      notice: expect.stringMatching(/Nothing was read/) as string,
    });
  });

  it('that vanished between two starts is replaced by the version before it', async () => {
    await file.save([1]);
    await file.save([2]);
    await rm(path);
    expect(await file.load()).toEqual({
      value: [1],
      notice: 'numbers.json was gone; the version before it was read.',
    });
  });

  it('rejects what cannot be written, and goes on', async () => {
    await writeFile(join(dir, 'deep'), 'a file where the folder should be');
    await expect(file.save([1])).rejects.toThrow(/EEXIST|ENOTDIR/);
    await rm(join(dir, 'deep'));
    await file.save([2]);
    expect((await file.load()).value).toEqual([2]);
  });
});
