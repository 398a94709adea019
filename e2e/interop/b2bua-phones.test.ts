import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBaresip, type Baresip } from '../fixtures/baresip.ts';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { startRouter, type Router } from '../fixtures/routed.ts';
import { DEVELOPMENT_CA } from '../fixtures/siphond.ts';

/*
 * Verified: baresip phones on UDP, TCP and TLS, registered at siphond --mode b2bua, call each other through it, hold, hang up and transfer: each
 * leg is over the transport of its phone.
 */

const hasBaresip = onPath('baresip') !== undefined;
const why = hasBaresip ? '' : `, skipped: ${missing('baresip')}`;
type Protocol = 'udp' | 'tcp' | 'tls';

let router: Router;
let phones: Baresip[] = [];

// Phones that are killed do not unregister.
beforeEach(async () => {
  if (hasBaresip)
    router = await startRouter(await freePort(), [
      ...['--mode', 'b2bua', '--domain', 'lab.example', '--sips-bind', '127.0.0.1:0'],
    ]);
}, 60_000);

afterEach(async () => {
  for (const phone of phones) await phone.stop();
  phones = [];
  if (hasBaresip) expect((await router.siphond.stop()).exitCode).toBe(0);
});

/** A phone that has registered `sip:user@lab.example`. It answers by itself. */
const phone = async (user: string, protocol: Protocol): Promise<Baresip> => {
  const port = router.siphond.listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;
  const made = await startBaresip({
    accounts: [
      `<sip:${user}@lab.example;transport=${protocol}>;outbound="sip:127.0.0.1:${port};transport=${protocol}";auth_pass=;regint=60;answermode=auto`,
    ],
    ...(protocol === 'tls' ? { ca: await readFile(DEVELOPMENT_CA, 'utf8') } : {}),
  });
  phones.push(made);
  await made.says(/200 OK .*\[1 binding\]/);
  return made;
};

describe.skipIf(!hasBaresip)(`baresip at siphond --mode b2bua${why}`, { timeout: 60_000 }, () => {
  it.each([
    ['udp', 'tls'],
    ['tls', 'udp'],
    ['tls', 'tcp'],
    ['tcp', 'tls'],
  ] as const)(
    '%s calls %s: held and resumed by either side, hung up by either side (RFC 7092 §3.2)',
    async (from, to) => {
      const [alice, bob] = [await phone('alice', from), await phone('bob', to)];
      for (const who of [alice, bob]) {
        alice.forget();
        bob.forget();
        alice.command('dial', 'sip:bob@lab.example');
        await Promise.all([alice.event('CALL_ESTABLISHED'), bob.event('CALL_ESTABLISHED')]);
        await alice.holdsAndResumes(bob);
        await bob.holdsAndResumes(alice);
        who.command('hangup');
        await Promise.all([alice.event('CALL_CLOSED'), bob.event('CALL_CLOSED')]);
      }
    },
  );

  it('a transfer crosses to the other phone, which calls the third one (RFC 3515, RFC 5589 §6)', async () => {
    const [alice, bob, carol] = [
      await phone('alice', 'udp'),
      await phone('bob', 'tls'),
      await phone('carol', 'tcp'),
    ];
    alice.command('dial', 'sip:bob@lab.example');
    await Promise.all([alice.event('CALL_ESTABLISHED'), bob.event('CALL_ESTABLISHED')]);
    bob.forget();
    alice.command('transfer', 'sip:carol@lab.example');
    await carol.event('CALL_ESTABLISHED');
    await bob.event('CALL_ESTABLISHED');
    await alice.event('CALL_CLOSED');
    expect(alice.output).toMatch(/NOTIFY [^]*SIP\/2\.0 200/);
    carol.command('hangup');
    await bob.event('CALL_CLOSED');
  });
});
