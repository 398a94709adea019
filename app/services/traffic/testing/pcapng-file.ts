import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why the tests against tshark do not run; undefined when they do. Under CI a missing tshark is a failure instead. */
export function tsharkMissing(): string | undefined {
  const found = spawnSync('tshark', ['--version'], { encoding: 'utf8' });
  if (found.status === 0) return undefined;
  if (process.env['CI'])
    throw new Error('tshark is missing: install it, CI reads every capture back with it');
  return 'tshark is not installed';
}

/** Runs tshark over the octets of a capture file: one row a line, one cell a field. */
export function tshark(
  file: Uint8Array,
  filter: string,
  fields: readonly string[],
  extra: readonly string[] = [],
): string[][] {
  const folder = mkdtempSync(join(tmpdir(), 'siphon-pcapng-'));
  try {
    const path = join(folder, 'test.pcapng');
    writeFileSync(path, file);
    const out = execFileSync(
      'tshark',
      [
        '-r',
        path,
        '-Y',
        filter,
        '-T',
        'fields',
        '-E',
        'separator=\t',
        ...fields.flatMap((f) => ['-e', f]),
        ...extra,
      ],
      { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 64 * 1024 * 1024 },
    );
    return out
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
