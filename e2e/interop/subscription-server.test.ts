import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGES, PRESENCE } from '../fixtures/event-packages.ts';
import { freePort } from '../fixtures/peers.ts';
import { missing, onPath } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';
import { runSipp, type SippOutcome, type SippRun } from '../fixtures/sipp-run.ts';

/*
 * Verified: siphond as subscription-server of sipp, over UDP and TCP: every package it lists is subscribed to, refreshed and left; what is
 * published reaches those who watch. Nothing is left afterwards.
 */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const CALLS = 5;
const BY_SCENARIO: SippOutcome = { exitCode: 0, errors: '' };

let server: AskedSiphond;

beforeAll(async () => {
  if (hasSipp) server = await startAskedSiphond(['--mode', 'subscription-server']);
}, 60_000);

afterAll(async () => {
  if (hasSipp) expect((await server.siphond.stop()).exitCode).toBe(0);
});

const sipp = async (
  run: Pick<SippRun, 'scenario' | 'protocol' | 'keys'> & { readonly calls?: number },
): Promise<SippOutcome> =>
  runSipp({ calls: CALLS, ...run, target: server.target, localPort: await freePort() });

describe.skipIf(!hasSipp).each(['udp', 'tcp'] as const)(
  `siphond as subscription-server of sipp over %s${why}`,
  { timeout: 70_000 },
  (protocol) => {
    /** Nobody else is asked about in another test. */
    const userOf = (event: string, what: string): string => `${event}-${what}-${protocol}`;

    const publish = async (event: string, user: string, document: string): Promise<void> => {
      const args = ['publish', `sip:${user}@${server.target}`, '--transport', protocol, '--event', event];
      const { exitCode, stderr } = await command('sipctl', [...args, '--file', '-'], document);
      expect([exitCode, stderr]).toEqual([0, '']);
    };

    it('lists the packages that are tried here, and no others (RFC 6665 §8.2.2)', async () => {
      const listed = PACKAGES.map(({ event }) => event).join(', ');
      const keys = { method: 'OPTIONS', status: '200', header: 'Allow-Events', says: `^ *${listed}$` };
      expect(await sipp({ scenario: 'uac-request', protocol, keys })).toEqual(BY_SCENARIO);
    });

    it.each(PACKAGES)(
      '$event: uac-subscribe: notifies at once, after a refresh, and at the end (RFC 6665 §4.2)',
      async ({ event, accept, says: [first, second, last] }) => {
        const keys = { user: userOf(event, 'watched'), event, accept, first, second, last };
        expect(await sipp({ scenario: 'uac-subscribe', protocol, keys })).toEqual(BY_SCENARIO);
        await expect.poll(server.subscriptions).toEqual([]);
      },
    );

    const published = PACKAGES.flatMap(({ document, told, ...rest }) =>
      document === undefined || told === undefined ? [] : [{ ...rest, document, told }],
    );

    it.each(published)(
      '$event: uac-publish: publishes, refreshes, modifies, removes, and gets 412 for an old entity-tag (RFC 3903 §4, §6)',
      async ({ event, accept, document }) => {
        const documents = { first: document(1), second: document(2) };
        const keys = { user: userOf(event, 'published'), event, accept, expires: '600', ...documents };
        expect(await sipp({ scenario: 'uac-publish', protocol, keys })).toEqual(BY_SCENARIO);
      },
    );

    it.each(published)(
      '$event: uac-watch: tells those who watch what is published (RFC 3903 §6, RFC 6665 §4.2.2)',
      async ({ event, accept, document, told }) => {
        const user = userOf(event, 'told');
        const watching = sipp({
          scenario: 'uac-watch',
          protocol,
          keys: { user, event, accept, until: told(7) },
        });
        const told1 = { state: 'active', notifies: 1 };
        await expect
          .poll(server.subscriptions, { timeout: 20_000 })
          .toMatchObject(Array.from({ length: CALLS }, () => told1));
        const publish = [
          'publish',
          `sip:${user}@${server.target}`,
          '--transport',
          protocol,
          '--event',
          event,
        ];
        const { exitCode, stderr } = await command('sipctl', [...publish, '--file', '-'], document(7));
        expect([exitCode, stderr]).toEqual([0, '']);
        expect(await watching).toEqual(BY_SCENARIO);
        await expect.poll(server.subscriptions).toEqual([]);
      },
    );

    it('presence.winfo: uac-watch: tells who watches the presence of somebody (RFC 3857 §4)', async () => {
      const user = userOf('presence', 'watchers');
      const event = 'presence.winfo';
      const until = 'status=.active.*sip:sipp@';
      const accept = 'application/watcherinfo+xml';
      const watching = sipp({ scenario: 'uac-watch', protocol, keys: { user, event, accept, until } });
      await expect.poll(server.subscriptions, { timeout: 20_000 }).toHaveLength(CALLS);
      // It stays until something is published.
      const watched = sipp({
        scenario: 'uac-watch',
        protocol,
        keys: { user, event: PRESENCE.event, accept: PRESENCE.accept, until: PRESENCE.told(7) },
        calls: 1,
      });
      expect(await watching).toEqual(BY_SCENARIO);
      await publish(PRESENCE.event, user, PRESENCE.document(7));
      expect(await watched).toEqual(BY_SCENARIO);
    });

    it.each([
      [
        'a package that is none',
        { event: 'weather', expires: '600', status: '489', header: 'Allow-Events', says: 'presence' },
      ],
      [
        'too short a time',
        { event: 'presence', expires: '5', status: '423', header: 'Min-Expires', says: '60' },
      ],
      [
        'no document that it makes',
        { event: 'presence', expires: '600', status: '406', header: 'Accept', says: 'application/pidf.xml' },
      ],
    ])('uac-subscribe-refused: %s (RFC 6665 §4.2.1.1)', async (_what, refused) => {
      const accept = refused.status === '406' ? 'text/csv' : 'application/pidf+xml';
      const keys = { user: 'refused', accept, ...refused };
      expect(await sipp({ scenario: 'uac-subscribe-refused', protocol, keys })).toEqual(BY_SCENARIO);
    });
  },
);
