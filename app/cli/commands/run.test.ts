import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call } from '../../../stack/server/handlers/call.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import { startAnsweringPeer, startLabPeer, type LabPeer } from '../testing/lab-peer.ts';
import { createDevCa } from '../../../stack/transport/node/dev-ca.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

/* sipctl run and validate over real sockets: what is printed, what is written, and the exit codes. */

let dir: string;
let peer: LabPeer;
let target: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-run-'));
  peer = await startAnsweringPeer();
  target = `sip:bob@127.0.0.1:${peer.port}`;
});
afterEach(async () => {
  await peer.close();
  await rm(dir, { recursive: true });
});

async function file(name: string, steps: string, actor = ''): Promise<string> {
  const path = join(dir, name);
  const lines = steps.trim().replaceAll('\n', '\n      ');
  await writeFile(path, `version: 1\nname: ${name}\nactors:\n  alice:\n${actor}    steps:\n      ${lines}\n`);
  return path;
}

const PING = '- send: OPTIONS\n- expect: { status: 200, within: 2 s }';

describe('sipctl run', () => {
  it('prints each step and the verdict, and ends with 0 when all passed', async () => {
    const paths = [await file('ping', PING), await file('call', '- invite: {}\n- wait: 50 ms\n- bye: {}')];
    const { exitCode, stdout } = await runSipctl(['run', ...paths, '--target', target]);
    expect(stdout).toMatch(/✓ alice: send OPTIONS\n.*✓ alice: expect 200\nPassed in /);
    expect(stdout).toMatch(/✓ alice: invite: expect 2xx \(INVITE\)/);
    expect(exitCode).toBe(0);
  });

  it('ends with 1 when one fails, says what came instead, and writes it into the report', async () => {
    const good = await file('good', PING);
    const bad = await file('bad', '- send: OPTIONS\n- expect: 404');
    const report = join(dir, 'report.xml');
    const ran = await runSipctl(['run', good, bad, '--target', target, '--json', '--junit', report]);
    expect(ran.exitCode).toBe(1);
    const verdicts = ran.json().filter(({ event }) => event === 'verdict');
    expect(verdicts).toMatchObject([
      { file: good, outcome: 'pass' },
      { file: bad, outcome: 'fail', reason: 'alice, line 7, expect 404: expected 404, got 200 OK (OPTIONS)' },
    ]);
    const xml = await readFile(report, 'utf8');
    expect(xml).toContain('tests="2" failures="1" errors="0"');
    expect(xml).toContain(
      '<failure message="alice, line 7, expect 404: expected 404, got 200 OK (OPTIONS)">',
    );
  });

  it('writes what crossed the wire as a page, as JSON and as a capture', async () => {
    const path = await file('ping', PING);
    const names = ['report.html', 'report.json', 'run.pcapng', 'report.xml'].map((name) => join(dir, name));
    const [html = '', json = '', pcap = '', junit = ''] = names;
    const flags = ['--html', html, '--report-json', json, '--pcap', pcap, '--junit', junit];
    await runSipctl(['run', path, '--target', target, ...flags]);
    expect(await readFile(html, 'utf8')).toContain('200 OK (OPTIONS)');
    expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
      totals: { runs: 1, passed: 1 },
      runs: [
        {
          outcome: 'pass',
          messages: [
            { actor: 'alice', direction: 'out', title: 'OPTIONS', stepId: 'actors.alice.steps[0]' },
            { actor: 'alice', direction: 'in', title: '200 OK (OPTIONS)', stepId: 'actors.alice.steps[1]' },
          ],
        },
      ],
    });
    expect(await readFile(junit, 'utf8')).toContain(`[[ATTACHMENT|${pcap}]]`);
    const traced = await runSipctl(['trace', pcap, '--json']);
    expect(traced.json().filter(({ event }) => event === 'message')).toMatchObject([
      { method: 'OPTIONS' },
      { status: 200 },
    ]);
    const refused = await runSipctl(['run', path, '--target', target, '--html', join(dir, 'no', 'such')]);
    expect(refused).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('no/such') as string });
  });

  it('saves golden ladders, passes while nothing changes, and tells what has', async () => {
    const path = await file('call', '- invite: {}\n- wait: 50 ms\n- bye: {}');
    const golden = join(dir, 'golden.yaml');
    const compared = ['run', path, '--target', target, '--golden', golden];
    expect(await runSipctl(compared)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--update-golden makes the file') as string,
    });
    expect(await runSipctl([...compared, '--update-golden'])).toMatchObject({ exitCode: 0 });
    expect(await runSipctl(compared)).toMatchObject({ exitCode: 0 });

    await peer.close();
    peer = await startLabPeer(() => [
      options(),
      call({ isAccepting: true, ringMs: 20, sdpProfile: 'audio-only', hasEarlyMedia: true }),
    ]);
    const report = join(dir, 'golden.xml');
    const target2 = ['--target', `sip:bob@127.0.0.1:${peer.port}`];
    const changed = await runSipctl(['run', path, ...target2, '--golden', golden, '--junit', report]);
    expect(changed.exitCode).toBe(1);
    const sentence =
      'alice gets 183 Session Progress (INVITE) from peer1, where it got 180 Ringing (INVITE) before (message 2).';
    expect(changed.stdout).toContain(`call: ${sentence}`);
    expect(await readFile(report, 'utf8')).toContain(
      `<failure message="the ladder is another one than the golden one: ${sentence}">`,
    );
    const failing = await file('bad', '- send: OPTIONS\n- expect: 404');
    const left = await readFile(golden, 'utf8');
    const refused = await runSipctl(['run', failing, ...target2, '--golden', golden, '--update-golden']);
    expect(refused.stderr).toContain('is left as it is: bad has not passed');
    expect(await readFile(golden, 'utf8')).toBe(left);
    expect(await runSipctl(['run', path, '--update-golden'])).toMatchObject({ exitCode: 2 });
    await writeFile(golden, 'version: 1\nladders: []\n');
    expect((await runSipctl(['run', path, ...target2, '--golden', golden])).stdout).toContain(
      'has no ladder of this run',
    );
  }, 60_000);

  it('never passes when the peer is silent', async () => {
    const path = await file('silent', '- send: OPTIONS\n- expect: { status: 200, within: 300 ms }');
    await peer.close();
    const { exitCode, stdout } = await runSipctl(['run', path, '--target', target]);
    expect(stdout).toMatch(/✗ alice: expect 200: /);
    expect(exitCode).toBe(1);
    peer = await startLabPeer(() => [options()]);
  });

  it('runs nothing and ends with 2 when a file is no scenario, or a variable no variable', async () => {
    const good = await file('good', PING);
    const bad = await file('bad', '- expct: 200');
    const { exitCode, stderr, stdout } = await runSipctl(['run', good, bad, '--target', target]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${bad}:6:9: error: unknown step expct; did you mean expect?`);
    expect(await runSipctl(['run', good, '--set', 'x'])).toMatchObject({ exitCode: 2 });
    expect(await runSipctl(['run', join(dir, 'none.yaml')])).toMatchObject({ exitCode: 2 });
  });

  it('ends with 3 when a socket cannot be had', async () => {
    const path = await file('taken', PING, `    listen: 127.0.0.1:${peer.port}\n`);
    const { exitCode, stderr } = await runSipctl(['run', path, '--target', target]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain(String(peer.port));
  });

  it('ends with 130 when it is interrupted, and hangs up first', async () => {
    const path = await file('long', '- invite: {}\n- wait: 1 h');
    const { exitCode, stdout } = await runSipctl(['run', path, '--target', target], {
      interruptAt: /expect 2xx/,
    });
    expect(exitCode).toBe(130);
    expect(stdout).toContain('Stopped');
    expect(peer.agent.stats.activeCalls).toBe(0);
  });

  it('says whether a failure is the one that the file tells of', async () => {
    const path = await file('failing', '- send: OPTIONS\n- expect: 404');
    const text = await readFile(path, 'utf8');
    await writeFile(path, `${text}expectedFailure: got 200 OK\n`);
    const told = await runSipctl(['run', path, '--target', target]);
    expect(told.stdout).toMatch(/^Failed in .* got 200 OK \(OPTIONS\) \(as its file says\)$/m);
    await writeFile(path, `${text}expectedFailure: got 500\n`);
    const other = await runSipctl(['run', path, '--target', target]);
    expect(other.stdout).toContain('got 200 OK (OPTIONS) (its file says: got 500)');
    expect([told.exitCode, other.exitCode]).toEqual([1, 1]);
  });

  it('shows the certificate of the files that an actor names, looked for beside the scenario', async () => {
    const ca = await createDevCa();
    const { certificate, key } = await ca.issue({ names: ['127.0.0.1'] });
    await writeFile(join(dir, 'ca.pem'), ca.pem.certificate);
    await writeFile(join(dir, 'own.pem'), certificate);
    await writeFile(join(dir, 'own.key'), key);
    const path = join(dir, 'tls.yaml');
    const actor = (tls: string, steps: string): string =>
      `{ transport: tls, target: 'sip:peer@\${bob}', tls: ${tls}, steps: [${steps}] }`;
    const scenario = (own: string): string => `version: 1
name: tls
actors:
  alice: ${actor('{ ca: ca.pem }', '{ send: OPTIONS }, { expect: 200 }')}
  bob: ${actor(own, '{ expect: OPTIONS }, { send: 200 }')}
`;
    await writeFile(path, scenario('{ certificate: own.pem, key: own.key }'));
    expect(await runSipctl(['run', path])).toMatchObject({ exitCode: 0 });
    await writeFile(path, scenario('{ certificate: none.pem, key: own.key }'));
    const missing = await runSipctl(['run', path]);
    expect(missing.exitCode).toBe(3);
    expect(missing.stderr).toContain('none.pem: ');
    await writeFile(path, scenario('{ certificate: own.pem }'));
    const half = await runSipctl(['run', path]);
    expect(half.exitCode).toBe(2);
    expect(half.stderr).toContain('a certificate and its key belong together');
  });

  it('fills variables from the command line', async () => {
    const path = await file(
      'set',
      '- send: { method: OPTIONS, headers: { X-Word: "${word}" } }\n- expect: 200\n- log: "said ${word}"',
    );
    const { stdout } = await runSipctl(['run', path, '--target', target, '--set', 'word=mirror=image']);
    expect(stdout).toContain('said mirror=image');
  });
});

describe('sipctl run of a scenario with a dataset', () => {
  const users = async (rows: string): Promise<string> => {
    await writeFile(join(dir, 'users.csv'), rows);
    const path = join(dir, 'users.yaml');
    await writeFile(
      path,
      `version: 1
name: users
datasets: { users: { file: users.csv } }
actors:
  alice:
    user: \${users.name}
    steps:
      - send: OPTIONS
      - expect: 200
      - check: users.name != 'ben'
`,
    );
    return path;
  };

  it('runs it once for each row when asked, tells of what failed with its row, and counts', async () => {
    const path = await users('name,age\nann,1\nben,2\ncat,3\n');
    const report = join(dir, 'rows.xml');
    const ran = await runSipctl(['run', path, '--target', target, '--runs', 'all', '--junit', report]);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toMatch(
      /^users\n.*✗ alice: check users.name != 'ben'.*\nFailed in .*; row 2 of users.csv: ben\n2 of 3 runs passed\n$/,
    );
    expect(await readFile(report, 'utf8')).toContain('<testcase name="users, row 3 of users.csv: cat"');
  });

  it('runs it once with the first row, else as often as it is told', async () => {
    const path = await users('name,age\nann,1\nben,2\n');
    const once = await runSipctl(['run', path, '--target', target, '--json']);
    expect(once.json().filter(({ event }) => event === 'verdict')).toMatchObject([
      { outcome: 'pass', rows: ['row 1 of users.csv: ann'] },
    ]);
    const thrice = await runSipctl(['run', path, '--target', target, '--runs', '3', '--json']);
    expect(thrice.json().filter(({ event }) => event === 'verdict')).toMatchObject([
      { rows: ['row 1 of users.csv: ann'] },
      { outcome: 'fail' },
      { rows: ['row 1 of users.csv: ann'] },
    ]);
  });

  it('refuses a file that is not there, a count that is none, and all rows of nothing', async () => {
    const path = await users('name\nann\n');
    await rm(join(dir, 'users.csv'));
    const missing = await runSipctl(['run', path, '--target', target]);
    expect(missing).toMatchObject({ exitCode: 2 });
    expect(missing.stderr).toContain('users.csv cannot be read: there is no such file or folder');
    const ping = await file('ping', PING);
    for (const [runs, expected] of [
      ['0', '--runs 0: expected all or a number from 1 to 1000000'],
      ['all', 'has no dataset whose rows could be counted'],
    ] as const) {
      const { exitCode, stderr } = await runSipctl(['run', ping, '--target', target, '--runs', runs]);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(expected);
    }
  });
});

describe('sipctl validate', () => {
  it('says what is wrong and where, and ends with 1; with 0 when nothing is', async () => {
    const good = await file('good', PING);
    const bad = await file('bad', '- goto: nowhere\n- check: "a =="');
    const { exitCode, stdout } = await runSipctl(['validate', good, bad]);
    expect(stdout).toBe(
      `${good}: good: alice\n${bad}:6:15: error: there is no label nowhere\n${bad}:7:16: error: this expression cannot be read: Unexpected token: EOF\n`,
    );
    expect(exitCode).toBe(1);
    expect(await runSipctl(['validate', good, '--json'])).toMatchObject({ exitCode: 0 });
  });

  it('prints the schema of the language', async () => {
    const { stdout } = await runSipctl(['validate', '--schema']);
    const schema = JSON.parse(stdout) as {
      properties: object;
      $defs: { step: { anyOf: { properties: object }[] } };
    };
    expect(Object.keys(schema.properties)).toEqual(
      expect.arrayContaining(['version', 'actors', 'variables']),
    );
    const words = schema.$defs.step.anyOf.flatMap(({ properties }) => Object.keys(properties));
    expect(words).toEqual(expect.arrayContaining(['send', 'expect', 'repeat', 'invite']));
  });
});
