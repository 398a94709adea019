import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Baresip, startBaresip } from '../fixtures/baresip.ts';
import { PRESENCE } from '../fixtures/event-packages.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { command, DEVELOPMENT_CA } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/*
 * Verified: baresip watches the presence of somebody at siphond as subscription-server, and as full-uas, where it registers, its mailbox too; over
 * UDP, TCP and TLS, until it ends.
 */

const hasBaresip = onPath('baresip') !== undefined;
const why = hasBaresip ? '' : `, skipped: ${missing('baresip')}`;

const CASES = (['subscription-server', 'full-uas'] as const).flatMap((mode) =>
  (['udp', 'tcp', 'tls'] as const).map((protocol) => ({ mode, protocol })),
);

const servers = new Map<string, AskedSiphond>();
let phone: Baresip | undefined;

beforeAll(async () => {
  if (!hasBaresip) return;
  for (const mode of ['subscription-server', 'full-uas'])
    servers.set(mode, await startAskedSiphond(['--mode', mode, '--sips-bind', '127.0.0.1:0'], 1));
}, 60_000);

afterAll(async () => {
  for (const { siphond } of servers.values()) expect((await siphond.stop()).exitCode).toBe(0);
});

afterEach(async () => {
  await phone?.stop();
  phone = undefined;
});

describe.skipIf(!hasBaresip)(
  `baresip watches (RFC 6665 §4.2, RFC 3856, RFC 3842)${why}`,
  { timeout: 60_000 },
  () => {
    it.each(CASES)(
      '$mode, $protocol: is told what is published, until it ends',
      async ({ mode, protocol }) => {
        const server = servers.get(mode);
        if (server === undefined) throw new Error(`${mode} was not started`);
        const { port } = server.siphond.listeners.find((one) => one.protocol === protocol) ?? server.siphond;
        const publish = async (user: string, event: string, document: string): Promise<void> => {
          const at = `sip:${user}@127.0.0.1:${port}`;
          const args = ['publish', at, '--transport', protocol, '--event', event, '--file', '-'];
          const { exitCode, stderr } = await command('sipctl', args, document);
          expect([exitCode, stderr]).toEqual([0, '']);
        };
        const [alice, room] = [`alice-${protocol}`, `room-${protocol}`];
        // It asks for its mailbox once it has registered.
        const hasMailbox = mode === 'full-uas';
        phone = await startBaresip({
          // It would ask for the mailbox over UDP, whatever the transport of the account.
          accounts: [
            `<sip:${alice}@127.0.0.1:${port};transport=${protocol}>;outbound="sip:127.0.0.1:${port};transport=${protocol}";auth_pass=;regint=${hasMailbox ? 60 : 0}`,
          ],
          contacts: [`"Room" <sip:${room}@127.0.0.1:${port};transport=${protocol}>;presence=p2p`],
          modules: ['presence', ...(hasMailbox ? ['mwi'] : [])],
          ...(protocol === 'tls' ? { ca: await readFile(DEVELOPMENT_CA, 'utf8') } : {}),
        });
        await phone.says(/<basic>closed</);
        await publish(room, PRESENCE.event, PRESENCE.document(7));
        await phone.says(/<basic>open</);
        if (hasMailbox) {
          await phone.says(/Messages-Waiting: no/);
          await publish(alice, 'message-summary', 'Messages-Waiting: yes\nVoice-Message: 3/0');
          await phone.says(/Voice-Message: 3\/0/);
        }
        expect(await server.subscriptions()).toHaveLength(hasMailbox ? 2 : 1);
        phone.command('quit');
        await expect.poll(server.subscriptions, { timeout: 10_000 }).toEqual([]);
      },
    );
  },
);
