import { execFile } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, sippCalls } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import {
  onFreePorts,
  SEED_CERTIFICATE,
  SEED_LINES,
  SEED_USERS,
  type SeedCommand,
  seedOptions,
  toCommand,
} from '../fixtures/seed-readme.ts';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

const run = promisify(execFile);
const hasOpenssl = onPath('openssl') !== undefined;
const noOpenssl = hasOpenssl ? '' : `, skipped: ${missing('openssl')}`;
const hasSipp = onPath('sipp') !== undefined;
const noSipp = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const LIMIT_MS = 60_000;

let dir: string;
let siphond: Siphond | undefined;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-seed-'));
  const commands = hasOpenssl ? [SEED_USERS, SEED_CERTIFICATE] : [SEED_USERS];
  for (const text of commands) await run('sh', ['-c', text], { cwd: dir });
}, LIMIT_MS);

afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
});

afterAll(async () => {
  await rm(dir, { recursive: true });
});

const start = async ({ args, env }: SeedCommand, listeners = 3): Promise<Siphond> => {
  siphond = await startSiphond(args, listeners, { cwd: dir, env });
  return siphond;
};

const portOf = (node: Siphond, protocol: string): number =>
  node.listeners.find((l) => l.protocol === protocol)?.port ?? 0;

/** What `nc -u` does, and a second socket where the answer goes: the Via names port 5070 and asks for no other. */
async function netcat(port: number): Promise<string> {
  const [sender, answered] = [createSocket('udp4'), createSocket('udp4')];
  try {
    answered.bind(0, '127.0.0.1');
    await once(answered, 'listening');
    const answer = once(answered, 'message', { signal: AbortSignal.timeout(LIMIT_MS / 2) });
    sender.send(seedOptions(port, answered.address().port), port, '127.0.0.1');
    const [octets] = (await answer) as [Buffer];
    return octets.toString('latin1');
  } finally {
    sender.close();
    answered.close();
  }
}

describe('the command lines of siphon-rs', { timeout: LIMIT_MS }, () => {
  const needsFiles = (line: string): boolean => line.includes('cert.pem') && !hasOpenssl;

  it('are understood as they are, with its defaults', async () => {
    for (const line of SEED_LINES) {
      const { args, env } = toCommand(line);
      const shown = await command('siphond', [...args, '--print-config'], undefined, { cwd: dir, env });
      expect([shown.exitCode, shown.stderr], line).toEqual([0, '']);
      for (const [key, flag, usual] of [
        ['udpBind', '--udp-bind', '0.0.0.0:5060'],
        ['tcpBind', '--tcp-bind', '0.0.0.0:5060'],
        ['sipsBind', '--sips-bind', '0.0.0.0:5061'],
        ['mode', '--mode', 'minimal'],
      ] as const) {
        const value = args.includes(flag) ? args[args.indexOf(flag) + 1] : usual;
        expect(shown.stdout, line).toMatch(new RegExp(`^${key}: \\[?${value}\\]? +# `, 'm'));
      }
    }
  });

  /** The same on one line, for the title. */
  const titled = SEED_LINES.filter((line) => !needsFiles(line)).map((line) => line.replace(/\\\n\s*/g, ''));

  it.each(titled)('%s: listens, answers OPTIONS and ends with 0', async (line) => {
    const node = await start(onFreePorts(toCommand(line)));
    expect(node.listeners.map(({ protocol }) => protocol)).toEqual(['udp', 'tcp', 'tls']);
    // A proxy is asked for somebody, `siphond`, who has not registered: OPTIONS for itself has no user (RFC 3261 section 11).
    const status = line.includes('--mode proxy') ? '404 Not Found' : '200 OK';
    const [statusLine, via] = (await netcat(node.port)).split('\r\n');
    expect(statusLine).toBe(`SIP/2.0 ${status}`);
    expect(via).toMatch(/^Via: SIP\/2\.0\/UDP 127\.0\.0\.1:\d+;branch=z9hG4bK776asdhds/);
    const { exitCode } = await node.stop();
    siphond = undefined;
    expect(exitCode).toBe(0);
  });

  it('siphond without options takes 0.0.0.0:5060 and 0.0.0.0:5061, where they are free', async ({ skip }) => {
    const areFree = (await freePort(5060)) === 5060 && (await freePort(5061)) === 5061;
    if (!areFree) skip('port 5060 or 5061 is in use');
    const { listening } = await start(toCommand('siphond'));
    expect(listening).toEqual(['udp 0.0.0.0:5060', 'tcp 0.0.0.0:5060', 'tls 0.0.0.0:5061']);
    expect(await netcat(5060)).toMatch(/^SIP\/2\.0 200 OK/);
  });

  it('--help shows every option, --version the version', async () => {
    const help = await command('siphond', ['--help']);
    for (const flag of ['--mode', '--auto-accept-calls', '--auth-users', '--reg-min-expiry', '--sdp-profile'])
      expect(help.stdout).toContain(flag);
    expect((await command('siphond', ['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('what siphon-rs says of its commands', { timeout: LIMIT_MS }, () => {
  it.skipIf(!hasSipp)(`sipp -sn uac: a call is answered${noSipp}`, async () => {
    const node = await start(onFreePorts(toCommand('siphond --mode call-server')));
    expect(await sippCalls(`127.0.0.1:${node.port}`, 1, ['-s', 'test'])).toMatchObject({
      successful: 1,
      failed: 0,
    });
  });

  it('--auth with a users file takes who has a password, and nobody else', async () => {
    const node = await start(
      onFreePorts(
        toCommand('siphond --mode registrar --auth --auth-realm example.com --auth-users users.json'),
      ),
    );
    const register = (user: string, password: string): ReturnType<typeof command> =>
      command('sipctl', [
        'register',
        `sip:${user}@127.0.0.1:${node.port}`,
        '--user',
        user,
        '--password',
        password,
      ]);
    expect((await register('alice', 'secret123')).exitCode).toBe(0);
    expect((await register('bob', 'pass456')).exitCode).toBe(0);
    expect((await register('bob', 'secret123')).exitCode).toBe(1);
    expect((await register('carol', 'secret123')).exitCode).toBe(1);
  });

  it('--auth without a users file takes nobody, and says so', async () => {
    const node = await start(
      onFreePorts(toCommand('siphond --mode registrar --auth --auth-realm example.com')),
    );
    const alice = ['--user', 'alice', '--password', 'x'];
    const { exitCode } = await command('sipctl', ['register', `sip:alice@127.0.0.1:${node.port}`, ...alice]);
    expect(exitCode).toBe(1);
    const { stderr } = await node.stop();
    siphond = undefined;
    expect(stderr).toContain('nobody has one: name a users file');
  });

  it('without a certificate, one of the development CA is made and said', async () => {
    const node = await start(onFreePorts(toCommand('siphond --mode minimal')));
    const asked = await command('sipctl', [
      'options',
      `sip:localhost:${portOf(node, 'tls')}`,
      '--transport',
      'tls',
    ]);
    expect(asked.exitCode, asked.stderr).toBe(0);
    const { stderr } = await node.stop();
    siphond = undefined;
    expect(stderr).toMatch(/certificates of the development CA.*development-ca\.pem/);
  });

  it.skipIf(!hasOpenssl)(
    `openssl's certificate is shown, and OPTIONS answered over TLS 1.3${noOpenssl}`,
    async () => {
      const node = await start(
        onFreePorts(toCommand('siphond --mode full-uas --tls-cert cert.pem --tls-key key.pem')),
      );
      const shown = await throughOpenssl(portOf(node, 'tls'), []);
      expect(shown).toMatch(/subject=CN ?= ?siphond/);
      expect(shown).toMatch(/TLSv1\.3/);
      expect(shown).toMatch(/^SIP\/2\.0 200 OK/m);
    },
  );

  it.skipIf(!hasOpenssl)(`SIPHON_TLS12_ONLY=1 speaks TLS 1.2 and nothing newer${noOpenssl}`, async () => {
    const line = 'SIPHON_TLS12_ONLY=1 siphond --tls-cert cert.pem --tls-key key.pem';
    const node = await start(onFreePorts(toCommand(line)));
    const shown = await throughOpenssl(portOf(node, 'tls'), []);
    expect(shown).toMatch(/TLSv1\.2/);
    expect(shown).not.toMatch(/TLSv1\.3/);
    expect(shown).toMatch(/^SIP\/2\.0 200 OK/m);
    expect(await throughOpenssl(portOf(node, 'tls'), ['-tls1_3'])).toMatch(/protocol version/);
  });

  it('SIPHON_ID_SEED=42 gives identical octets twice, and other octets without', async () => {
    const ports = [await freePort(), await freePort()] as const;
    const bind = `127.0.0.1:${ports[0]}`;
    const binds = ['--udp-bind', bind, '--tcp-bind', bind, '--sips-bind', 'none'];
    const answers = async (line: string): Promise<readonly string[]> => {
      const { args, env } = toCommand(line);
      const node = await start({ env, args: [...args, ...binds] }, 2);
      const heard = await talk(node.port, ports[1]);
      await node.stop();
      siphond = undefined;
      return heard;
    };
    const first = await answers('SIPHON_ID_SEED=42 siphond --mode full-uas');
    expect(first.map((text) => text.split('\r\n')[0])).toEqual([
      'SIP/2.0 200 OK',
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
    ]);
    expect(await answers('SIPHON_ID_SEED=42 siphond --mode full-uas')).toEqual(first);
    expect(await answers('siphond --mode full-uas')).not.toEqual(first);
  });
});

/** Pipes the OPTIONS into `openssl s_client`, and returns all it shows. */
async function throughOpenssl(port: number, options: readonly string[]): Promise<string> {
  const args = ['s_client', '-connect', `127.0.0.1:${port}`, '-ign_eof', ...options];
  const child = run('openssl', args, { timeout: LIMIT_MS / 2 });
  child.child.stdin?.write(seedOptions(port, 5070).replaceAll('\n', '\r\n').replace('/UDP', '/TLS'));
  let shown = '';
  child.child.stdout?.on('data', (chunk: string) => {
    shown += chunk;
    if (/^SIP\/2\.0 \d{3}[^]*\r\n\r\n/m.test(shown)) child.child.kill();
  });
  const ended = await child.catch((error: { stderr?: string }) => error);
  return `${shown}${ended.stderr ?? ''}`;
}

/** A call from a socket at `from`: OPTIONS, INVITE, ACK, BYE, each after the final response to the one before. @returns the responses. */
async function talk(port: number, from: number): Promise<readonly string[]> {
  const socket: Socket = createSocket('udp4');
  socket.bind(from, '127.0.0.1');
  await once(socket, 'listening');
  const heard: string[] = [];
  let toTag = '';
  const send = (method: string, cseq: number): void => {
    const lines = [
      `${method} sip:bob@127.0.0.1:${port} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${from};branch=z9hG4bK-${method}`,
      'Max-Forwards: 70',
      'From: <sip:alice@127.0.0.1>;tag=a',
      `To: <sip:bob@127.0.0.1>${toTag}`,
      'Call-ID: seed@127.0.0.1',
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:alice@127.0.0.1:${from}>`,
      'Content-Length: 0',
      '',
      '',
    ];
    socket.send(lines.join('\r\n'), port, '127.0.0.1');
  };
  try {
    for (const [method, cseq] of [
      ['OPTIONS', 1],
      ['INVITE', 2],
      ['BYE', 3],
    ] as const) {
      const final = new Promise<void>((resolve) => {
        socket.on('message', (octets) => {
          const text = octets.toString('latin1');
          // A response that is sent again says nothing new.
          if (!heard.includes(text)) heard.push(text);
          if (!/^SIP\/2\.0 1/.test(text) && text.includes(`CSeq: ${cseq} `)) resolve();
        });
      });
      send(method, cseq);
      await final;
      socket.removeAllListeners('message');
      if (method !== 'INVITE') continue;
      toTag = /^To: [^;\r]*(;tag=[^\r;]+)/m.exec(heard.at(-1) ?? '')?.[1] ?? '';
      send('ACK', cseq);
    }
    return heard;
  } finally {
    socket.close();
  }
}
