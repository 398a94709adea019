import { afterEach, describe, expect, it } from 'vitest';
import { DATABASES, type Database } from '../fixtures/databases.ts';
import { missing } from '../fixtures/programs.ts';
import { startPhone, type RawPhone } from '../fixtures/raw-phone.ts';
import { command, type Siphond, startSiphond } from '../fixtures/siphond.ts';

/*
 * Two siphond on one store: processes of their own, as in a cluster. Verified: each serves the users that have registered at the other, over
 * UDP and TCP; a store that is killed loses nothing that was acknowledged, and is spoken of without its password.
 */

const LIMIT_MS = 240_000;
const SECRET = /not a secret|not%20a%20secret/;

let database: Database | undefined;
let nodes: Siphond[] = [];
let phones: RawPhone[] = [];

/** A proxy with registrar for lab.example. */
const start = async (location: string): Promise<Siphond> => {
  const binds = ['--udp-bind', '127.0.0.1:0', '--tcp-bind', '127.0.0.1:0', '--sips-bind', 'none'];
  const node = await startSiphond(
    ['--mode', 'proxy', '--domain', 'lab.example', '--location', location, ...binds],
    2,
  );
  nodes.push(node);
  return node;
};

const phone = async (protocol: 'udp' | 'tcp', user: string): Promise<RawPhone> => {
  const made = await startPhone(protocol, user);
  phones.push(made);
  return made;
};

const portOf = ({ listeners }: Siphond, protocol: string): number =>
  listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;

afterEach(async () => {
  for (const { close } of phones) close();
  await Promise.all(nodes.map((node) => node.stop()));
  await database?.stop();
  [phones, nodes, database] = [[], [], undefined];
}, LIMIT_MS);

for (const { name, program, start: startDatabase } of DATABASES) {
  const why = program === undefined ? `, skipped: ${missing(name)}` : '';

  describe.skipIf(program === undefined)(`two siphond on one ${name}${why}`, () => {
    it(
      'serve each other’s users over UDP and TCP (RFC 3261 §10.3, §16.5)',
      { timeout: LIMIT_MS },
      async () => {
        database = await startDatabase();
        const [a, b] = [await start(database.url), await start(database.url)];
        const alice = await phone('udp', 'alice');
        const bob = await phone('tcp', 'bob');
        expect((await alice.register(portOf(a, 'udp'))).status).toBe(200);
        expect((await bob.register(portOf(b, 'tcp'))).status).toBe(200);
        // Each calls the other by way of the node that does not know him.
        for (const [caller, callee, at] of [
          [alice, bob, portOf(a, 'udp')],
          [bob, alice, portOf(b, 'tcp')],
        ] as const) {
          const uri = `sip:${callee.user}@lab.example`;
          const { status } = await caller.send({ method: 'MESSAGE', uri, port: at });
          expect([status, callee.requests.at(-1)]).toEqual([200, `MESSAGE ${callee.contactUri} SIP/2.0`]);
        }
        // What one removes is gone at the other one, at once.
        const gone = { method: 'REGISTER', uri: 'sip:bob@lab.example', lines: ['Contact: *', 'Expires: 0'] };
        expect((await bob.send({ ...gone, port: portOf(a, 'tcp') })).status).toBe(200);
        const lost = await alice.send({
          method: 'MESSAGE',
          uri: 'sip:bob@lab.example',
          port: portOf(b, 'udp'),
        });
        expect([480, 404]).toContain(lost.status);
      },
    );

    it(
      'lose no acknowledged binding when it is killed, answer 503 meanwhile, and say so in one line each (RFC 3261 §21.5.4)',
      { timeout: LIMIT_MS },
      async () => {
        database = await startDatabase();
        const { url, kill, restart } = database;
        const [a, b] = [await start(url), await start(url)];
        const device = await phone('udp', 'device');
        const ports = [portOf(a, 'udp'), portOf(b, 'udp')];
        const acknowledged: string[] = [];
        let refused = 0;
        const register = async (n: number): Promise<void> => {
          const user = `user${n}`;
          const { status, text } = await device.register(ports[n % 2] ?? 0, user);
          if (status === 200) acknowledged.push(user);
          else {
            refused++;
            expect([status, /^Retry-After: \d+/m.test(text)]).toEqual([503, true]);
          }
        };
        let users = 0;
        /** Ten at a time, so that some are on their way when it happens. */
        const registerUntil = async (isEnough: () => boolean): Promise<void> => {
          while (!isEnough()) await Promise.all(Array.from({ length: 10 }, () => register(users++)));
        };
        await registerUntil(() => acknowledged.length >= 100);
        const killing = kill();
        await registerUntil(() => refused >= 20);
        await killing;
        const call = await device.send({
          method: 'MESSAGE',
          uri: 'sip:user0@lab.example',
          port: ports[0] ?? 0,
        });
        expect([call.status, /^Retry-After: \d+/m.test(call.text)]).toEqual([503, true]);
        const before = acknowledged.length;
        await restart();
        await registerUntil(() => acknowledged.length >= before + 20);
        for (const user of acknowledged)
          for (const port of ports) {
            const ask = { method: 'REGISTER', uri: `sip:${user}@lab.example`, port };
            let found = await device.send(ask);
            // Each node finds the store again in its own time.
            while (found.status === 503) found = await device.send(ask);
            expect([found.status, found.text.includes(`<${device.contactUri}>`)], user).toEqual([200, true]);
          }
        const logs = await Promise.all(nodes.map((node) => node.stop()));
        nodes = [];
        for (const { stderr, exitCode } of logs) {
          expect(exitCode).toBe(0);
          // A machine that stands still for seconds loses it once more, and finds it again.
          const told = stderr.match(/location store (lost|back)/g) ?? [];
          expect(told.slice(0, 2)).toEqual(['location store lost', 'location store back']);
          expect(told.length % 2).toBe(0);
          expect(stderr).not.toMatch(SECRET);
        }
      },
    );

    it(
      'know the temporary GRUUs that the other has given out (RFC 5627 §5.4)',
      { timeout: LIMIT_MS },
      async () => {
        database = await startDatabase();
        const [a, b] = [await start(database.url), await start(database.url)];
        const [alice, bob] = [await phone('udp', 'alice'), await phone('tcp', 'bob')];
        const instance = '+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>"';
        const { status, text } = await bob.send({
          method: 'REGISTER',
          uri: 'sip:bob@lab.example',
          port: portOf(a, 'tcp'),
          lines: [`Contact: <${bob.contactUri}>;${instance}`, 'Supported: gruu', 'Expires: 600'],
        });
        const [, gruu = ''] = /temp-gruu="([^"]+)"/.exec(text) ?? [];
        expect([status, gruu]).toEqual([200, expect.stringMatching(/^sip:tgruu\./)]);
        for (const node of [a, b]) {
          const asked = await alice.send({ method: 'MESSAGE', uri: gruu, port: portOf(node, 'udp') });
          expect([asked.status, bob.requests.at(-1)]).toEqual([200, `MESSAGE ${bob.contactUri} SIP/2.0`]);
        }
        expect(bob.requests).toHaveLength(2);
      },
    );

    it('refuse to start without it, in one line without the password', { timeout: LIMIT_MS }, async () => {
      database = await startDatabase();
      const { url } = database;
      await database.kill();
      const { exitCode, stderr } = await command('siphond', [
        ...['--mode', 'registrar', '--location', url, '--udp-bind', '127.0.0.1:0', '--tcp-bind', 'none'],
        ...['--sips-bind', 'none'],
      ]);
      expect([exitCode, stderr.trim().split('\n').length], stderr).toEqual([3, 1]);
      expect(stderr).toMatch(/cannot be used as the location store: .*ECONNREFUSED/);
      expect(stderr).not.toMatch(SECRET);
    });
  });
}
