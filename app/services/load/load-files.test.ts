import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { call } from '../../../stack/server/handlers/call.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { startLabPeer, type LabPeer } from '../../cli/testing/lab-peer.ts';
import type { LoadRun, LoadStart } from '../../contract/load.ts';
import { openDevCa } from '../../servers/dev-ca-file.ts';
import { createWorkbench, type RunningWorkbench } from '../../workbench.ts';

/* Load runs of the workbench whose scenario names files beside it: over real sockets, in threads of their own. */

// A thread from source is compiled first.
vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
let peer: LabPeer;
let running: RunningWorkbench;
const clock = createSystemClock();

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'siphon-load-'));
  await mkdir(join(dataDir, 'scenarios', 'calls'), { recursive: true });
  peer = await startLabPeer(() => [
    options(),
    call({ isAccepting: true, ringMs: 10, sdpProfile: 'audio-only' }),
  ]);
  running = await createWorkbench({ dataDir, clock, log: silentLogger, face: 'browser', version: '1.2.3' });
});
afterEach(async () => {
  await running.dispose(0);
  await peer.close();
  await rm(dataDir, { recursive: true });
});

const write = (name: string, text: string): Promise<void> =>
  writeFile(join(dataDir, 'scenarios', 'calls', name), text);

/** Runs three calls of a text that stands in the folder `calls`, and waits for the end. */
async function threeCalls(text: string, change: Partial<LoadStart> = {}): Promise<LoadRun> {
  const { id } = await running.handlers['load.start']({
    text,
    origin: { kind: 'file', path: 'calls/users.yaml' },
    target: `sip:bob@127.0.0.1:${peer.port}`,
    variables: {},
    ownsTarget: false,
    plan: {
      profile: { shape: 'constant', ratePerSec: 20 },
      limits: { maxConcurrent: 10, maxCalls: 3 },
      stopWhen: {},
      workers: 1,
    },
    ...change,
  });
  const read = async (): Promise<LoadRun | undefined> =>
    (await running.handlers['load.read']({})).runs.find((run) => run.id === id);
  await expect.poll(async () => (await read())?.state, { timeout: 30_000 }).toBe('ended');
  const run = await read();
  if (run === undefined) throw new Error('it has gone');
  return run;
}

it('uses the rows of a CSV file, the steps of another file, and names the row of a call that failed', async () => {
  await write('users.csv', 'name,status\nalice,200\nbob,200\ncarol,486\n');
  await write(
    'hello.yaml',
    'version: 1\nname: hello\nactors:\n  a:\n    steps: [{ send: OPTIONS }, { expect: 200 }]\n',
  );
  const run = await threeCalls(`version: 1
name: users
datasets: { users: { file: users.csv, use: unique } }
actors:
  caller:
    target: \${target}
    user: \${users.name}
    steps:
      - call: hello.yaml
      - check: users.status == '200'
`);
  expect(run).toMatchObject({ attempts: 3, succeeded: 2, failed: 1 });
  expect(run.failures).toMatchObject([{ calls: 1, row: 'row 3 of users.csv: carol' }]);
  expect(run.failures[0]?.example[0]?.text).toContain('sip:carol@');
  expect(run.problem).toBeUndefined();
});

it('runs a shipped scenario with the file beside it', async () => {
  const origin = { kind: 'template', path: 'registration/thousand-users.yaml' } as const;
  const { text } = await running.handlers['scenarios.template'](origin);
  const run = await threeCalls(text, { origin });
  // Nobody is a registrar here; the REGISTER of a refused call shows that the rows were read.
  expect(run).toMatchObject({ attempts: 3, failed: 3 });
  expect(run.failures[0]?.row).toMatch(/^row \d of users\.csv: quinn000\d$/);
  expect(run.failures[0]?.example[0]?.text).toMatch(/^REGISTER [^]*sip:quinn000\d@/);
});

it('takes certificates from the folder of the scenario', async () => {
  const text = `version: 1
name: tls
actors:
  caller:
    transport: tls
    target: \${target};transport=tls
    tls: { certificate: caller.pem, key: caller.key }
    steps: [{ send: OPTIONS }, { expect: 200 }]
`;
  expect((await threeCalls(text)).problem).toMatch(/caller\.pem/);
  const { ca } = await openDevCa(dataDir);
  const { certificate, key } = await ca.issue({ names: ['127.0.0.1'] });
  await write('caller.pem', certificate);
  await write('caller.key', key);
  const run = await threeCalls(text);
  // Its socket opened; that nobody speaks TLS at the other end is what the calls tell.
  expect(run.problem).toBeUndefined();
  expect(run).toMatchObject({ attempts: 3, failed: 3 });
});
