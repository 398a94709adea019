import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { freePort } from '../fixtures/peers.ts';
import { ROOT } from '../fixtures/programs.ts';
import { command, startSiphond, type Siphond } from '../fixtures/siphond.ts';

/*
 * The library over real sockets: the built sipctl against the built siphond, and among the actors and nodes of a file. Left to virtual time are the
 * scenarios tagged `slow`, and those tagged `several-ports`, whose actors find one server at the default ports of several transports.
 */

const LIBRARY = join(ROOT, 'scenarios', 'library');
const HOST = '127.0.0.1';
const LEFT_OUT: readonly string[] = ['slow', 'several-ports'];

interface Scenario {
  readonly file: string;
  readonly counterpart: Readonly<Record<string, unknown>> | undefined;
  readonly expectedFailure: string | undefined;
  /** Of its first actor. */
  readonly transport: Transport;
}
type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
const BINDS = { udp: 'udpBind', tcp: 'tcpBind', tls: 'sipsBind', ws: 'wsBind', wss: 'wssBind' } as const;

async function scenarios(): Promise<readonly Scenario[]> {
  const files = readdirSync(LIBRARY, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.yaml'),
  );
  const read = await Promise.all(
    files.sort().map(async (name) => {
      const file = join(LIBRARY, name);
      const { counterpart, expectedFailure, tags, actors } = parse(await readFile(file, 'utf8')) as {
        counterpart?: Record<string, unknown>;
        expectedFailure?: string;
        tags?: readonly string[];
        actors: Record<string, { transport?: Transport }>;
      };
      const transport = Object.values(actors)[0]?.transport ?? 'udp';
      return { tags, scenario: { file, counterpart, expectedFailure, transport } };
    }),
  );
  return read
    .filter(({ tags = [] }) => !tags.some((tag) => LEFT_OUT.includes(tag)))
    .map(({ scenario }) => scenario);
}

interface Verdict {
  readonly file: string;
  readonly outcome: string;
  readonly reason?: string;
}

/** Runs files one after the other, as their users would. */
async function run(files: readonly string[], target?: string): Promise<readonly Verdict[]> {
  const to = target === undefined ? [] : ['--target', target];
  const { stdout } = await command('sipctl', ['run', ...files, ...to, '--json']);
  return stdout
    .split('\n')
    .filter((line) => line.includes('"event":"verdict"'))
    .map((line) => JSON.parse(line) as Verdict);
}

/** One server for all scenarios with the same counterpart over the same transport, in one siphond for all. */
interface Group {
  readonly port: number;
  readonly protocols: readonly Transport[];
  readonly config: Readonly<Record<string, unknown>>;
  readonly members: readonly Scenario[];
}

async function groupsOf(all: readonly Scenario[], usersFile: string): Promise<readonly Group[]> {
  const byKind = new Map<string, Scenario[]>();
  for (const scenario of all) {
    if (scenario.counterpart === undefined) continue;
    const kind = JSON.stringify([protocolsOf(scenario), scenario.counterpart]);
    byKind.set(kind, [...(byKind.get(kind) ?? []), scenario]);
  }
  return Promise.all(
    [...byKind.values()].map(async (members, i) => {
      const [first] = members;
      const { authUsers, ...rest } = first?.counterpart ?? {};
      const protocols = first === undefined ? [] : protocolsOf(first);
      const port = await freePort();
      const binds = Object.entries(BINDS).map(([protocol, key]) => [
        key,
        protocols.some((one) => one === protocol) ? [`${HOST}:${port}`] : ['none'],
      ]);
      const config = {
        name: `server-${i}`,
        ...rest,
        ...(Object.fromEntries(binds) as Record<string, string[]>),
        ...(authUsers !== undefined && { authUsers: usersFile }),
      };
      return { port, protocols, config, members };
    }),
  );
}

/** What its server listens on, at one port. */
const protocolsOf = ({ transport }: Scenario): readonly Transport[] =>
  transport === 'udp' || transport === 'tcp' ? ['udp', 'tcp'] : [transport];

let dir: string;
let all: readonly Scenario[];
let groups: readonly Group[];
let siphond: Siphond;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-library-'));
  const usersFile = join(dir, 'users.json');
  await writeFile(usersFile, JSON.stringify({ alice: 'secret' }));
  all = await scenarios();
  groups = await groupsOf(all, usersFile);
  const config = join(dir, 'servers.yaml');
  await writeFile(config, stringify({ servers: groups.map((group) => group.config) }));
  const listeners = groups.flatMap(({ protocols }) => protocols).length;
  siphond = await startSiphond(['--config', config], listeners);
}, 300_000);
afterAll(async () => {
  await siphond.stop();
  await rm(dir, { recursive: true });
});

/** What went otherwise than the file says. */
const wrong = (verdicts: readonly Verdict[], members: readonly Scenario[]): readonly string[] =>
  members.flatMap(({ file, expectedFailure }) => {
    const { outcome = 'not run', reason = '' } = verdicts.find((one) => one.file === file) ?? {};
    const isRight =
      expectedFailure === undefined
        ? outcome === 'pass'
        : outcome === 'fail' && reason.includes(expectedFailure);
    return isRight ? [] : [`${file}: ${outcome} ${reason}`];
  });

describe('the library over sockets', () => {
  it('goes by its files against the built siphond, over UDP, TCP, TLS, WebSocket and secure WebSocket', async () => {
    const waiting = [...groups];
    const failures: string[] = [];
    const work = async (): Promise<void> => {
      for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
        const { port, members } = group;
        const verdicts = await run(
          members.map(({ file }) => file),
          `sip:${HOST}:${port}`,
        );
        failures.push(...wrong(verdicts, members));
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(failures).toEqual([]);
    expect(new Set(groups.flatMap(({ protocols }) => protocols))).toEqual(new Set(Object.keys(BINDS)));
  }, 300_000);

  it('goes by its files among the actors and nodes of a file', async () => {
    const members = all.filter(({ counterpart }) => counterpart === undefined);
    const verdicts = await run(members.map(({ file }) => file));
    expect(wrong(verdicts, members)).toEqual([]);
    expect(members.filter(({ file }) => file.includes('/nodes/')).length).toBeGreaterThanOrEqual(5);
  }, 120_000);
});
