import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { options } from '../../../stack/server/handlers/options.ts';
import { type LabPeer, startLabPeer } from '../testing/lab-peer.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

/* --env of sipctl run and load: variables of a file beside the scenario or above it. */

let dir: string;
let peer: LabPeer;
let scenario: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-env-'));
  peer = await startLabPeer(() => [options()]);
  await mkdir(join(dir, 'calls'));
  scenario = join(dir, 'calls', 'ping.yaml');
  await writeFile(
    scenario,
    `version: 1
name: ping
variables: { user: nobody }
actors:
  alice:
    user: \${user}
    steps:
      - send: { method: OPTIONS, headers: { X-User: "\${user}" } }
      - expect: 200
`,
  );
});
afterEach(async () => {
  await peer.close();
  await rm(dir, { recursive: true });
});

const environments = (text: string): Promise<void> => writeFile(join(dir, '.environments.yaml'), text);
const lab = (): Promise<void> =>
  environments(`lab:\n  target: sip:bob@127.0.0.1:${peer.port}\n  user: lisa\nother:\n  user: otto\n`);

describe('--env', () => {
  it('sets the variables and the target of a run; --set wins', async () => {
    await lab();
    const userOf = async (...more: readonly string[]): Promise<unknown> => {
      const ran = await runSipctl(['run', scenario, '--env', 'lab', '--json', ...more]);
      expect(ran.exitCode).toBe(0);
      const [verdict] = ran.json().filter(({ event }) => event === 'verdict');
      return (verdict?.['variables'] as { readonly user: string }).user;
    };
    expect(await userOf()).toBe('lisa');
    expect(await userOf('--set', 'user=mona')).toBe('mona');
  });

  it('does the same for a load', async () => {
    await lab();
    const ran = await runSipctl(['load', scenario, '--env', 'lab', '--calls', '3', '--json']);
    expect(ran.exitCode).toBe(0);
    expect(ran.json().at(-1)).toMatchObject({ event: 'report', succeeded: 3 });
  });

  it.each([
    [undefined, 'lab', 'there is no .environments.yaml beside'],
    ['lab: {}\n', 'lba', '.environments.yaml has no such environment; did you mean lab?'],
    ['lab:\n  target: [1]\n', 'lab', /\.environments\.yaml:2:11: error: .+/],
  ])('says in one sentence what is wrong: %j', async (text, name, sentence) => {
    if (text !== undefined) await environments(text);
    const ran = await runSipctl(['run', scenario, '--env', name]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(sentence);
    expect(ran.stdout).toBe('');
  });
});
