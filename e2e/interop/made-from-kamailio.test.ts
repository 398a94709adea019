import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { canCapture, startDumpcap } from '../fixtures/dumpcap.ts';
import { type Kamailio, startKamailio } from '../fixtures/kamailio.ts';
import { DIGEST_OPTIONS, digestScript, type Doorkeeper } from '../fixtures/kamailio-scripts.ts';
import { freePort, peer, tsharkField } from '../fixtures/peers.ts';
import { missing } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { runSipp } from '../fixtures/sipp-run.ts';
import { startSippScenario } from '../fixtures/sipp-uas.ts';

/*
 * A call that sipp has made through Kamailio, captured by dumpcap: registration after 401, INVITE after 407, hold by re-INVITE, REFER with its
 * NOTIFYs. One command makes a scenario of it, which passes against the same Kamailio and says what has changed of another.
 */

const hasPeers = canCapture && peer('sipp') !== undefined && peer('kamailio') !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('dumpcap (as root), sipp or kamailio')}`;
const DOMAIN = 'lab.example';
const DOOR: Doorkeeper = { domain: DOMAIN, password: 'secret' };

let dir: string;
let kamailio: Kamailio | undefined;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'siphon-kamailio-made-'));
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await kamailio?.stop();
  kamailio = undefined;
});

describe.skipIf(!hasPeers).each(['udp', 'tcp'] as const)(
  `a call through Kamailio with authentication, re-INVITE and transfer, %s${why}`,
  { timeout: 180_000 },
  (protocol) => {
    const open = async (port: number, door: Doorkeeper): Promise<Kamailio> => {
      kamailio = await startKamailio({
        ...DIGEST_OPTIONS,
        port,
        globals: [`alias="${DOMAIN}"`],
        routes: () => digestScript(door),
      });
      return kamailio;
    };
    /** Bob listens and is registered. */
    const bobIsThere = async (at: string, localPort: number, scenario: string): Promise<void> => {
      await startSippScenario(
        { scenario, protocol, calls: 1, localPort, keys: { status: '486', reason: 'Busy Here' } },
        closing,
      );
      const registered = await command('sipctl', [
        'register',
        `sip:bob@${DOMAIN}`,
        ...['--registrar', `sip:${at};transport=${protocol}`, '--user', 'bob', '--password', 'secret'],
        ...['--contact', `sip:bob@127.0.0.1:${localPort};transport=${protocol}`],
      ]);
      expect(registered, registered.stdout).toMatchObject({ exitCode: 0 });
    };
    const run = (file: string, password: string) =>
      command('sipctl', ['run', file, '--set', `password=${password}`]);

    /** Alice's call to Bob, as dumpcap has it. */
    const capturedCall = async (at: string, bobPort: number, alicePort: number): Promise<string> => {
      await bobIsThere(at, bobPort, 'uas-transferred');
      const capture = join(dir, `${protocol}-${alicePort}.pcapng`);
      const dumpcap = await startDumpcap(capture, [Number(at.split(':')[1]), bobPort]);
      const called = await runSipp({
        scenario: 'uac-registered-transfer',
        protocol,
        target: at,
        localPort: alicePort,
        calls: 1,
        keys: { domain: DOMAIN },
      });
      expect(called, called.errors).toMatchObject({ exitCode: 0 });
      // The last octets of the call are on the disk when tshark sees them.
      await expect
        .poll(() => tsharkField(capture, 'sip.CSeq.method').catch((): readonly string[] => []), {
          timeout: 20_000,
        })
        .toContain('BYE');
      await dumpcap.stop();
      return capture;
    };

    it('becomes a scenario that passes against it, and says what has changed', async () => {
      const port = await freePort();
      const at = `127.0.0.1:${port}`;
      const bobPort = await freePort();
      await open(port, DOOR);
      const capture = await capturedCall(at, bobPort, await freePort());

      const file = join(dir, `${protocol}.yaml`);
      const made = await command('sipctl', ['scenario-from', capture, '-o', file]);
      expect(made, made.stderr).toMatchObject({ exitCode: 0 });
      expect(made.stderr).toContain('The password of alice is not in a capture: set the variable password.');
      expect(made.stderr).toContain(`Requests go to ${at} first`);
      const yaml = await readFile(file, 'utf8');
      expect(yaml).toContain('send: { method: INVITE, sdp: sendonly }');
      expect(yaml).toContain('Refer-To: <sip:carol@lab.example>');
      // The challenge and what answers it are what credentials do.
      expect(yaml).not.toMatch(/status: 40[17]|nonce|response=/);
      expect(await command('sipctl', ['validate', file])).toMatchObject({ exitCode: 0 });

      await bobIsThere(at, bobPort, 'uas-transferred');
      const green = await run(file, 'secret');
      expect(green.stdout).toContain('Passed in');
      expect(green.exitCode).toBe(0);

      const red = async (password: string): Promise<string> => {
        const { exitCode, stdout } = await run(file, password);
        expect(exitCode, stdout).toBe(1);
        return stdout;
      };
      const refused =
        /expected 200 \(REGISTER\), got 401 Unauthorized \(REGISTER\)\. The peer challenged, and refused the credentials of the actor for the realm "lab\.example": check user and password/;
      expect(await red('guessed')).toMatch(refused);

      await bobIsThere(at, bobPort, 'uas-refuse');
      expect(await red('secret')).toContain('expected 180 (INVITE), got 486 Busy Here (INVITE)');

      await kamailio?.stop();
      await open(port, { ...DOOR, barredUser: 'alice' });
      expect(await red('secret')).toContain('expected 180 (INVITE), got 403 Not Allowed To Call (INVITE)');

      await kamailio?.stop();
      await open(port, { ...DOOR, password: 'changed' });
      expect(await red('secret')).toMatch(refused);
    });

    it('becomes a scenario with both phones as actors and Kamailio as the target', async () => {
      const port = await freePort();
      const at = `127.0.0.1:${port}`;
      const bobPort = await freePort();
      await open(port, DOOR);
      const capture = await capturedCall(at, bobPort, await freePort());
      const alice = (await command('sipctl', ['scenario-from', capture, '--lane', '127.0.0.1:1'])).stderr;
      const [, caller = ''] = /the lanes are (127\.0\.0\.1:\d+)/.exec(alice) ?? [];

      const file = join(dir, `${protocol}-both.yaml`);
      const lanes = ['--lane', caller, '--lane', `127.0.0.1:${bobPort}`];
      const made = await command('sipctl', ['scenario-from', capture, ...lanes, '-o', file]);
      expect(made, made.stderr).toMatchObject({ exitCode: 0 });
      expect(made.stderr).toContain(`The actor listens on 127.0.0.1:${bobPort} and waits to be called.`);
      expect(await command('sipctl', ['validate', file])).toMatchObject({ exitCode: 0 });
      const text = await readFile(file, 'utf8');

      // Nobody but Kamailio is there: Bob is an actor too.
      const green = await run(file, 'secret');
      expect(green.stdout, `${text}\n${green.stdout}`).toContain('Passed in');
      expect(green.stdout).toMatch(/bob: expect REFER/);
      expect(green.exitCode).toBe(0);
    });
  },
);
