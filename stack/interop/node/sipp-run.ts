import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onPath } from '../../../e2e/fixtures/programs.ts';
import type { Protocol } from '../../core/address.ts';

/** A run of sipp with a scenario of our own. */
export interface SippRun {
  /** Name of a file in `scenarios/`, without `.xml`. */
  readonly scenario: string;
  readonly protocol: Extract<Protocol, 'udp' | 'tcp'>;
  /** Where sipp sends; left out when it waits for requests. */
  readonly target?: string;
  /** Its own port. */
  readonly localPort: number;
  readonly calls: number;
  /** Words of the scenario, `[target]`, and what stands for them. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** How a run ended: 0 means that every call went by the scenario. */
export interface SippOutcome {
  readonly exitCode: number;
  /** What it says about messages it did not expect. */
  readonly errors: string;
}

/** Runs sipp until its calls are over, 60 seconds at most. */
export async function runSipp({
  scenario,
  protocol,
  target,
  localPort,
  calls,
  keys = {},
}: SippRun): Promise<SippOutcome> {
  const dir = await mkdtemp(join(tmpdir(), 'siphon-sipp-'));
  const file = fileURLToPath(new URL(`scenarios/${scenario}.xml`, import.meta.url));
  const args = [
    ...(target === undefined ? [] : [target]),
    ...['-sf', file, '-i', '127.0.0.1', '-p', String(localPort), '-t', protocol === 'udp' ? 'u1' : 't1'],
    ...[
      '-m',
      String(calls),
      '-l',
      String(calls),
      '-r',
      '20',
      '-nostdin',
      '-trace_err',
      '-error_file',
      'errors',
    ],
    ...['-timeout', '50', '-timeout_error'],
    ...Object.entries(keys).flatMap(([key, value]) => ['-key', key, value]),
  ];
  try {
    return await new Promise((resolve) => {
      execFile(
        onPath('sipp') ?? 'sipp',
        args,
        { cwd: dir, timeout: 60_000, maxBuffer: 1 << 26 },
        (error, stdout, stderr) => {
          const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
          resolve({ exitCode, errors: exitCode === 0 ? '' : `${stdout.slice(-1500)}${stderr.slice(-3000)}` });
        },
      );
    });
  } finally {
    await rm(dir, { recursive: true });
  }
}
