import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort, sippCalls, tsharkField } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

const hasPeers = onPath('sipp') !== undefined && onPath('tshark') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('sipp or tshark')}`;

let dir: string;
let siphond: Siphond | undefined;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-interop-'));
});

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
  await rm(dir, { recursive: true });
});

const onLoopback = (port: number): readonly string[] => [
  '--udp-bind',
  `127.0.0.1:${port}`,
  '--tcp-bind',
  `127.0.0.1:${port}`,
  '--sips-bind',
  'none',
];

describe('siphond against sipp and tshark', () => {
  it.skipIf(!hasPeers)(
    `answers sipp's calls over UDP and TCP, and Wireshark reads the capture${why}`,
    { timeout: 90_000 },
    async () => {
      const calls = 500;
      const file = join(dir, 'calls.pcapng');
      const port = await freePort();
      siphond = await startSiphond(['--mode', 'full-uas', ...onLoopback(port), '--capture', file], 2);
      const options = ['-r', '200', '-l', '400'];
      const udp = await sippCalls(`127.0.0.1:${port}`, calls, options);
      const tcp = await sippCalls(`127.0.0.1:${port}`, calls, [...options, '-t', 't1']);
      const { exitCode, stderr } = await siphond.stop();
      siphond = undefined;

      for (const run of [udp, tcp])
        expect(
          [run.successful, run.failed, run.retransmissions, run.exitCode],
          run.output.slice(-2000),
        ).toEqual([calls, 0, 0, 0]);
      expect([exitCode, /error/i.test(stderr)]).toEqual([0, false]);
      // INVITE 100 180 200 ACK BYE 200 a call; what was sent again is in it twice.
      const said = ['sip.Call-ID', 'sip.CSeq', 'sip.Request-Line', 'sip.Status-Line'];
      const messages = new Set(await tsharkField(file, said));
      expect(messages.size).toBe(2 * calls * 7);
      expect(new Set([...messages].map((message) => message.split('\t')[0])).size).toBe(2 * calls);
      expect(await tsharkField(file, 'frame.number', '_ws.malformed')).toEqual([]);
    },
  );

  it.skipIf(!hasPeers)(
    `takes calls over TLS, WS and WSS, and Wireshark reads their capture${why}`,
    { timeout: 60_000 },
    async () => {
      const file = join(dir, 'secure.pcapng');
      const binds = ['udp', 'tcp', 'sips', 'ws', 'wss'].flatMap((name) => [
        `--${name}-bind`,
        name === 'udp' || name === 'tcp' ? 'none' : '127.0.0.1:0',
      ]);
      siphond = await startSiphond(['--mode', 'full-uas', ...binds, '--capture', file], 3);
      for (const { protocol, port } of siphond.listeners) {
        const target = `sip:bob@localhost:${port}`;
        const call = await command('sipctl', ['call', target, '--transport', protocol, '--duration', '10']);
        expect([call.exitCode, call.stderr], call.stdout).toEqual([0, '']);
      }
      await siphond.stop();
      siphond = undefined;
      const uris = await tsharkField(file, 'sip.Request-Line', 'sip.Method == "BYE"');
      expect(uris.map((line) => /transport=\w+/.exec(line)?.[0])).toEqual([
        'transport=tls',
        'transport=ws',
        'transport=ws',
      ]);
      expect(await tsharkField(file, 'sip.Call-ID')).toHaveLength(3 * 7);
      expect(await tsharkField(file, 'frame.number', '_ws.malformed')).toEqual([]);
    },
  );

  it('ends with 0 on SIGTERM and gives its ports back', async () => {
    const port = await freePort();
    for (let round = 0; round < 2; round++) {
      siphond = await startSiphond(onLoopback(port), 2);
      expect(siphond.listening).toEqual([`udp 127.0.0.1:${port}`, `tcp 127.0.0.1:${port}`]);
      expect((await siphond.stop()).exitCode).toBe(0);
    }
    siphond = undefined;
  });

  it('takes a free port for port 0, and IPv6', async () => {
    siphond = await startSiphond(['--udp-bind', '[::1]:0', '--tcp-bind', 'none', '--sips-bind', 'none'], 1);
    expect(siphond.listening[0]).toMatch(/^udp \[::1\]:[1-9]\d*$/);
  });
});

describe('siphond refuses in one line', () => {
  const refusals: readonly [args: readonly string[], exitCode: number, line: RegExp][] = [
    [['--mode', 'proxxy'], 2, /^siphond: .*--mode.*minimal.*full-uas/],
    [['--udp-bnd', 'x'], 2, /^siphond: unknown option '--udp-bnd' \(Did you mean --udp-bind\?\)/],
    [['--udp-bind', '5060'], 2, /^siphond: --udp-bind: expected HOST:PORT/],
    [['--ring-ms', 'soon'], 2, /^siphond: --ring-ms: expected a whole number from 0 to 180000/],
    [
      ['--udp-bind', 'none', '--tcp-bind', 'none', '--sips-bind', '127.0.0.1:0', '--tls-cert', 'x.pem'],
      2,
      /^siphond: --tls-key: there is a certificate without its private key; give both/,
    ],
    [['--auto-accept-calls=perhaps'], 2, /^siphond: --auto-accept-calls takes true or false, not perhaps/],
    [
      ['--config', '/no/such/file.yaml'],
      2,
      /^siphond: --config \/no\/such\/file.yaml: there is no such file/,
    ],
    [['--capture', '/no/such/folder/x.pcapng'], 2, /^siphond: --capture .*: there is no such/],
    [['--udp-bind', 'none', '--tcp-bind', 'none', '--sips-bind', 'none'], 2, /^siphond: .*listener/],
    [
      ['--udp-bind', '192.0.2.77:5060', '--tcp-bind', 'none', '--sips-bind', 'none'],
      3,
      /^siphond: .*192\.0\.2\.77/,
    ],
    [['surplus'], 2, /^siphond: too many arguments/],
  ];

  it.each(refusals)('%j exits %i', async (args, exitCode, line) => {
    const ended = await command('siphond', args);
    expect([ended.exitCode, ended.stdout]).toEqual([exitCode, '']);
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it('a port in use, with exit code 3, and nothing starts half', async () => {
    const holder = createSocket('udp4');
    await new Promise<void>((resolve) => holder.bind(0, '127.0.0.1', resolve));
    const { port } = holder.address();
    const ended = await command('siphond', [
      '--udp-bind',
      `127.0.0.1:${port}`,
      '--tcp-bind',
      '127.0.0.1:0',
      '--sips-bind',
      'none',
    ]);
    holder.close();
    expect(ended.exitCode).toBe(3);
    expect(ended.stderr).toMatch(new RegExp(`^siphond: .*127\\.0\\.0\\.1:${port}.*in use`));
  });

  it('bad YAML, with file, line and column', async () => {
    const file = join(dir, 'bad.yaml');
    await writeFile(file, 'mode: full-uas\nudpBind: [127.0.0.1:5060\n');
    const ended = await command('siphond', ['--config', file]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toMatch(/^siphond: .*bad\.yaml:\d+:\d+: /);
  });
});

describe('siphond explains itself', () => {
  it('shows every option with its origin, as a configuration file that gives the same', async () => {
    const file = join(dir, 'server.yaml');
    const first = await command('siphond', ['--mode', 'fulluas', '--ring-ms', '20', '--print-config']);
    expect(first.exitCode).toBe(0);
    expect(first.stdout).toMatch(/^mode: full-uas +# flag$/m);
    expect(first.stdout).toMatch(/^t1Ms: 500 +# default$/m);
    await writeFile(file, first.stdout);
    const second = await command('siphond', ['--config', file, '--print-config']);
    const values = (text: string): string => text.replace(/ +# \w+$/gm, '');
    expect(values(second.stdout)).toBe(values(first.stdout));
    expect(await readFile(file, 'utf8')).toContain('# flag');
  });

  it('shows no password', async () => {
    const location = 'postgres://siphon:p@ss:word@db.example/siphon';
    const { stdout } = await command('siphond', ['--location', location, '--print-config']);
    expect(stdout).toMatch(/^location: postgres:\/\/siphon:\*\*\*@db\.example\/siphon +# flag$/m);
  });

  it('says what each handler does', async () => {
    const { stdout } = await command('siphond', ['--mode', 'full-uas', '--explain']);
    expect(stdout).toMatch(/^OPTIONS/m);
    expect(stdout).toMatch(/^INVITE/m);
    expect(stdout).toMatch(/501/);
  });
});
