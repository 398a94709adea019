import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runSipctl } from '../testing/run-sipctl.ts';

/* sipctl import and export: what is printed where, what is written, and the exit codes. */

let dir: string;
let file: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-import-'));
  file = join(dir, 'uas.xml');
  await writeFile(
    file,
    '<scenario name="Réponse">\n  <recv request="OPTIONS" crlf="true"/>\n  <send><![CDATA[\n  SIP/2.0 200 OK\n  [last_Via:]\n]]></send>\n</scenario>\n',
    'latin1',
  );
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

describe('sipctl import', () => {
  it('prints the scenario, and what it left out to standard error', async () => {
    const { exitCode, stdout, stderr } = await runSipctl(['import', file, '--listen', '127.0.0.1:5070']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('name: Réponse\n');
    expect(stdout).toContain('listen: 127.0.0.1:5070\n');
    expect(stdout).toContain('- expect: OPTIONS\n      - send: 200\n');
    expect(stderr).toBe(
      `${file}:2:3: warning: crlf of recv is for the statistics and the screen of sipp: it is left out\n`,
    );
  });

  it('writes a file that validate takes, and tells in JSON', async () => {
    const output = join(dir, 'uas.yaml');
    const ran = await runSipctl(['import', file, '--transport', 'tcp', '-o', output, '--json']);
    expect(ran.json()).toEqual([
      expect.objectContaining({ event: 'diagnostic', line: 2, column: 3, severity: 'warning' }),
      { event: 'imported', file, warnings: 1, output },
    ]);
    expect(await readFile(output, 'utf8')).toContain('transport: tcp');
    expect(await runSipctl(['validate', output])).toMatchObject({ exitCode: 0 });
  });

  it('ends with 2 when there is no scenario, and with 3 when it cannot write', async () => {
    await writeFile(file, '<scenario>\n<send>');
    const { exitCode, stderr, stdout } = await runSipctl(['import', file]);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${file}:2:`);
    expect(await runSipctl(['import', join(dir, 'none.xml')])).toMatchObject({ exitCode: 2 });
    expect(await runSipctl(['import', file, '--listen', 'here'])).toMatchObject({ exitCode: 2 });
    await writeFile(file, '<scenario name="x"/>');
    expect(await runSipctl(['import', file, '-o', join(dir, 'no', 'x.yaml')])).toMatchObject({ exitCode: 3 });
  });
});

describe('sipctl import of several files', () => {
  it('makes datasets of the files of fields, and tells what is in which file of a pair', async () => {
    const users = join(dir, 'users.csv');
    const calls = join(dir, 'calls.csv');
    const peer = join(dir, 'peer.xml');
    const said = '<nop><action><log message="[field0] [field0 file=&quot;calls.csv&quot;]"/></action></nop>';
    await writeFile(file, `<scenario name="x">\n${said}\n</scenario>`);
    await writeFile(peer, '<scenario name="y" odd="1">\n<recvCmd/>\n</scenario>');
    await writeFile(users, 'SEQUENTIAL\nalice\nbob\n');
    await writeFile(calls, 'RANDOM\n1\n');
    const args = ['import', file, '--fields', users, '--fields', calls, '--peer', peer];
    const { exitCode, stdout, stderr } = await runSipctl(args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      'datasets:\n  users:\n    rows:\n      - { field0: alice }\n      - { field0: bob }\n',
    );
    expect(stdout).toContain('- log: ${users.field0} ${calls.field0}\n');
    expect(stderr).toBe(
      `${peer}:1:1: warning: odd of scenario is not supported: it is left out\n${peer}:2:1: warning: recvCmd meets nothing in the other scenario: it is left out\n`,
    );
    await writeFile(peer, 'none');
    const refused = await runSipctl(args);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`${peer}:1:`);
  });
});

describe('sipctl export', () => {
  it('writes XML that import takes back, with warnings on standard error', async () => {
    const yaml = join(dir, 'call.yaml');
    const xml = join(dir, 'call.xml');
    await writeFile(
      yaml,
      'version: 1\nname: call\nactors:\n  a:\n    steps:\n      - invite: {}\n      - bye: {}\n',
    );
    const { exitCode, stdout, stderr } = await runSipctl(['export', yaml, '-o', xml]);
    expect([exitCode, stdout]).toEqual([0, '']);
    expect(stderr).toBe(`${yaml}:6:9: warning: sipp waits for one status: for 200 in place of 2xx\n`);
    expect(await runSipctl(['import', xml])).toMatchObject({ exitCode: 0 });
  });

  it('lists what SIPp cannot do and ends with 1, and writes nothing', async () => {
    const yaml = join(dir, 'call.yaml');
    await writeFile(
      yaml,
      'version: 1\nname: call\nactors:\n  a:\n    steps:\n      - raw: x\n      - none: 1 s\n',
    );
    expect(await runSipctl(['export', yaml])).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: `${yaml}:6:9: error: sipp has nothing like raw\n${yaml}:7:9: error: sipp has nothing like none\n`,
    });
    const ran = await runSipctl(['export', yaml, '--json']);
    expect(ran.exitCode).toBe(1);
    expect(ran.json()).toHaveLength(2);
  });
});
