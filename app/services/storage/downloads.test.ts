import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../stack/testing/manual-clock.ts';
import { createDownloads } from './downloads.ts';

const clock = new ManualClock();
const downloads = createDownloads(clock);
const octets = (words: string): Uint8Array[] => words.split(' ').map((word) => Buffer.from(word));

afterEach(async () => {
  await downloads.dispose();
  expect(clock.pending).toBe(0);
});

describe('downloads', () => {
  it('are there once, and leave no file behind', async () => {
    const { key, sizeBytes } = await downloads.offer('a.pcapng', octets('one two'));
    expect([key.length >= 32, sizeBytes]).toEqual([true, 6]);
    const download = downloads.take(key);
    expect(download).toMatchObject({ fileName: 'a.pcapng', sizeBytes: 6 });
    expect(downloads.take(key)).toBeUndefined();
    if (download === undefined) throw new Error('not there');
    const folder = dirname(String(download.stream.path));
    expect(await text(download.stream)).toBe('onetwo');
    await expect.poll(() => existsSync(folder)).toBe(false);
  });

  it('expire after ten minutes', async () => {
    const { key } = await downloads.offer('a', octets('one'));
    clock.advance(10 * 60_000);
    expect(downloads.take(key)).toBeUndefined();
  });

  it('are few: the oldest go first', async () => {
    const offered = [];
    for (let i = 0; i < 10; i++) offered.push(await downloads.offer(`f${i}`, octets('x')));
    const names = offered.map(({ key }) => {
      const taken = downloads.take(key);
      taken?.stream.destroy();
      return taken?.fileName;
    });
    expect(names).toEqual([undefined, undefined, 'f2', 'f3', 'f4', 'f5', 'f6', 'f7', 'f8', 'f9']);
  });

  it('are gone with the workbench', async () => {
    const { key } = await downloads.offer('a', octets('one'));
    await downloads.dispose();
    expect(downloads.take(key)).toBeUndefined();
  });

  it('that cannot be made leave nothing behind', async () => {
    const broken = function* (): Generator<Uint8Array> {
      yield Buffer.from('one');
      throw new Error('dropped');
    };
    await expect(downloads.offer('a', broken())).rejects.toThrow('dropped');
  });
});
