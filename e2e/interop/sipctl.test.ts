import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

let dir: string;
let siphond: Siphond;
let tcpPort: number;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-sipctl-'));
  siphond = await startSiphond(
    ['udp', 'tcp', 'sips', 'ws', 'wss']
      .flatMap((name) => [`--${name}-bind`, '127.0.0.1:0'])
      .concat('--mode', 'full-uas', '--ring-ms', '50'),
    5,
  );
  tcpPort = Number(/:(\d+)$/.exec(siphond.listening[1] ?? '')?.[1] ?? 0);
});

afterAll(async () => {
  await siphond.stop();
  await rm(dir, { recursive: true });
});

const REQUEST = [
  'OPTIONS sip:siphon@127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-send;rport',
  'From: <sip:a@127.0.0.1>;tag=1',
  'To: <sip:siphon@127.0.0.1>',
  'Call-ID: send@127.0.0.1',
  'CSeq: 1 OPTIONS',
  'Max-Forwards: 70',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

describe('sipctl options', () => {
  it('pings over UDP and TCP', async () => {
    const udp = await command('sipctl', [
      'options',
      `sip:127.0.0.1:${siphond.port}`,
      '--count',
      '3',
      '--interval',
      '1',
    ]);
    expect(udp.stdout).toMatch(/^1 {2}200 OK {2}[\d.]+ ms$/m);
    expect(udp.stdout).toMatch(/^3 sent, 3 answered, 0 % lost, round trip /m);
    expect(udp.exitCode).toBe(0);
    const tcp = await command('sipctl', ['options', `127.0.0.1:${tcpPort}`, '--transport', 'tcp', '--json']);
    const [line = ''] = tcp.stdout.split('\n');
    expect(JSON.parse(line)).toMatchObject({ n: 1, outcome: 'response', status: 200 });
    expect((JSON.parse(line) as { allow: string[] }).allow).toEqual(
      expect.arrayContaining(['OPTIONS', 'INVITE', 'BYE']),
    );
    expect(tcp.exitCode).toBe(0);
  });

  it.each(['tls', 'ws', 'wss'])(
    'pings over %s, trusting the development CA of this machine',
    { timeout: 20_000 },
    async (protocol) => {
      const port = siphond.listeners.find((l) => l.protocol === protocol)?.port ?? 0;
      const run = await command('sipctl', ['options', `sip:localhost:${port}`, '--transport', protocol]);
      expect([run.stdout, run.stderr]).toEqual([expect.stringMatching(/^1 {2}200 OK/), '']);
      expect(run.exitCode).toBe(0);
    },
  );

  it.each([
    ['sip:127.0.0.1;transport=sctp', 2, 'SCTP is not served: Node has no SCTP sockets'],
    ['sip:no-such-host.invalid', 3, 'no-such-host.invalid cannot be found'],
  ])('says why %s leads nowhere', async (target, exitCode, why) => {
    const run = await command('sipctl', ['options', target]);
    expect([run.exitCode, run.stderr]).toEqual([exitCode, expect.stringContaining(why)]);
  });

  it('says no with 1 when nobody answers', async () => {
    const ended = await command('sipctl', ['options', 'sip:127.0.0.1:9', '--timeout', '200']);
    expect([ended.exitCode, /no final response/.test(ended.stdout)]).toEqual([1, true]);
  });
});

describe('sipctl call', () => {
  it.each([
    [['--duration', '20']],
    [['--duration', '20', '--no-sdp']],
    [['--duration', '20', '--transport', 'tcp']],
  ])('calls, talks, hangs up: %j', async (options) => {
    const port = options.includes('tcp') ? tcpPort : siphond.port;
    const ended = await command('sipctl', ['call', `sip:bob@127.0.0.1:${port}`, ...options]);
    expect(ended.stdout).toMatch(/180 Ringing[\s\S]*answered[\s\S]*ended {2}by local/);
    expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
  });

  it('cancels a call that rings too long, with 1', async () => {
    const ended = await command('sipctl', ['call', `sip:bob@127.0.0.1:${siphond.port}`, '--ring', '10']);
    expect(ended.stdout).toMatch(/cancelling[\s\S]*failed {2}487/);
    expect(ended.exitCode).toBe(1);
  });
});

describe('sipctl send', () => {
  it('sends a file octet for octet and shows the answer', async () => {
    const file = join(dir, 'options.sip');
    await writeFile(file, REQUEST);
    const ended = await command('sipctl', ['send', file, '--to', `127.0.0.1:${siphond.port}`]);
    expect(ended.stdout).toContain('SIP/2.0 200 OK');
    expect(ended.stdout).toContain('Call-ID: send@127.0.0.1');
    expect(ended.exitCode).toBe(0);
  });

  it('gets a 400 for a broken one, with 1', async () => {
    const ended = await command(
      'sipctl',
      ['send', '-', '--to', `127.0.0.1:${siphond.port}`],
      // Another branch: the same one would be a retransmission of the request before.
      REQUEST.replace('z9hG4bK-send', 'z9hG4bK-broken').replace('CSeq: 1 OPTIONS', 'CSeq: one OPTIONS'),
    );
    expect(ended.stdout).toContain('SIP/2.0 400');
    expect(ended.exitCode).toBe(1);
  });
});

describe('sipctl parse', () => {
  it('takes a message from standard input apart', async () => {
    const ended = await command('sipctl', ['parse'], REQUEST);
    expect(ended.stdout).toMatch(/branch +z9hG4bK-send/);
    expect(ended.exitCode).toBe(0);
    const json = await command('sipctl', ['parse', '--json'], REQUEST);
    expect(JSON.parse(json.stdout)).toMatchObject({ isValid: true, findings: [] });
  });

  it('names what is wrong, with 1', async () => {
    const ended = await command(
      'sipctl',
      ['parse'],
      REQUEST.replace('Content-Length: 0', 'Content-Length: many'),
    );
    expect(ended.stdout).toMatch(/^error [\w-]+ at \d+-\d+: .*\(RFC /m);
    expect(ended.exitCode).toBe(1);
  });
});

describe('sipctl refuses in one line', () => {
  it.each([
    [['options'], 2, /missing required argument 'uri'/],
    [['options', 'http://x'], 2, /is no SIP URI/],
    [['options', 'sip:a@127.0.0.1', '--transport', 'smoke'], 2, /Allowed choices are udp, tcp/],
    [['options', 'sip:a@127.0.0.1', '--count', '0'], 2, /expected a whole number from 1 to 100000/],
    [['optoins', 'x'], 2, /unknown command 'optoins' \(Did you mean options\?\)/],
    [['parse', '/no/such/file'], 2, /there is no such file/],
    [['options', 'sip:a@no-such-host.invalid'], 3, /no-such-host\.invalid cannot be found/],
  ] as const)('%j exits %i', async (args, exitCode, line) => {
    const ended = await command('sipctl', args);
    expect(ended.stderr).toMatch(line);
    expect([ended.exitCode, ended.stderr.trim().split('\n').length]).toEqual([exitCode, 1]);
  });
});
