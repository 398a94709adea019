import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Notifier } from '../../../stack/events/notifier/notifier.ts';
import { referPackage } from '../../../stack/events/packages/refer.ts';
import { Replacements } from '../../../stack/events/refer/replacement.ts';
import { Transferee } from '../../../stack/events/refer/transferee.ts';
import { makeOffer } from '../../../stack/sdp/offer-answer.ts';
import type { Handler } from '../../../stack/server/handler.ts';
import { call, type CallOptions } from '../../../stack/server/handlers/call.ts';
import { info } from '../../../stack/server/handlers/info.ts';
import { refer } from '../../../stack/server/handlers/refer.ts';
import { replaces } from '../../../stack/server/handlers/replaces.ts';
import { subscribe } from '../../../stack/server/handlers/subscribe.ts';
import { startLabPeer, type LabPeer } from '../testing/lab-peer.ts';
import { runSipctl } from '../testing/run-sipctl.ts';

const peers: LabPeer[] = [];

afterEach(async () => {
  const left = peers.map(({ agent }) => agent.stats.activeCalls);
  await Promise.all(peers.splice(0).map((peer) => peer.close()));
  expect(left.every((calls) => calls === 0)).toBe(true);
});

const DEFAULTS: CallOptions = { isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' };

/** Somebody who takes calls, and does what a REFER asks. */
async function phone(
  options: Partial<CallOptions> = {},
  where: Parameters<typeof startLabPeer>[1] = {},
): Promise<LabPeer> {
  const peer = await startLabPeer((agent): readonly Handler[] => {
    const progress = referPackage();
    const notifier = new Notifier(agent.context, [progress]);
    const transferee = new Transferee({
      agent,
      notifier,
      progress,
      allows: () => true,
      offer: ({ localHost: host }) => makeOffer({ host, port: 9, sessionId: '7', version: 1 }),
    });
    return [
      replaces({ replacements: new Replacements(agent), sdpProfile: 'none' }),
      call({ ...DEFAULTS, ...options }),
      info(),
      refer(transferee),
      subscribe(notifier),
    ];
  }, where);
  peers.push(peer);
  return peer;
}

const uriOf = (user: string, { port }: LabPeer): string => `sip:${user}@127.0.0.1:${port}`;
const events = (lines: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] =>
  lines.map(({ event }) => event);

describe('sipctl call', { timeout: 60_000 }, () => {
  it('presses keys by INFO, holds by re-INVITE, takes back, hangs up (RFC 3264 §8.4, RFC 6086)', async () => {
    const bob = await phone({ ringMs: 20 });
    const run = await runSipctl([
      'call',
      uriOf('bob', bob),
      ...['--dtmf', '1-#', '--hold', '20', '--duration', '0', '--json'],
    ]);
    const lines = run.json();
    expect(run.stderr).toBe('');
    expect(lines.filter(({ event }) => event === 'dtmf')).toMatchObject([
      { key: '1', status: 200 },
      { key: '#', status: 200 },
    ]);
    expect(events(lines)).toEqual([
      'calling',
      'progress',
      'progress',
      'answered',
      'dtmf',
      'dtmf',
      'hold',
      'resume',
      'ended',
    ]);
    expect(lines.find(({ event }) => event === 'answered')).toMatchObject({
      sdp: { codecs: 'PCMU, PCMA, telephone-event', direction: 'sendrecv' },
    });
    expect([run.exitCode, bob.requests]).toEqual([0, ['INVITE', 'INFO', 'INFO', 'INVITE', 'INVITE']]);
  });

  it('has early media acknowledged by PRACK where it is required (RFC 3262), and a session timer (RFC 4028)', async () => {
    const bob = await phone({ ringMs: 20, hasEarlyMedia: true });
    const run = await runSipctl([
      'call',
      uriOf('bob', bob),
      ...['--prack', 'required', '--session-timer', '120', '--duration', '0', '--json'],
    ]);
    const lines = run.json();
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'progress', status: 183, isReliable: true }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ event: 'answered', sessionTimerSec: 120 }));
    expect([run.exitCode, bob.requests]).toEqual([0, ['INVITE', 'PRACK']]);
  });

  it('refers the other side to somebody else and tells how far that comes (RFC 5589 §6)', async () => {
    const [bob, carol] = [await phone(), await phone()];
    const run = await runSipctl([
      'call',
      uriOf('bob', bob),
      ...['--transfer', uriOf('carol', carol), '--duration', '0', '--json'],
    ]);
    const lines = run.json();
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'referred', outcome: 'succeeded', status: 200 }),
    );
    expect([run.exitCode, carol.requests]).toEqual([0, ['INVITE']]);
    for (const session of carol.agent.sessions) session.hangUp();
    await carol.agent.stop(5000);
  });

  it('speaks with the target first in an attended transfer (RFC 5589 §7, RFC 3891)', async () => {
    const [bob, carol] = [await phone(), await phone()];
    const run = await runSipctl([
      'call',
      uriOf('bob', bob),
      ...['--transfer', uriOf('carol', carol), '--attended', '--duration', '0', '--json'],
    ]);
    const lines = run.json();
    expect(events(lines)).toEqual(
      expect.arrayContaining(['hold', 'consulting', 'consulted', 'referred', 'ended']),
    );
    expect(lines).toContainEqual(expect.objectContaining({ event: 'referred', outcome: 'succeeded' }));
    expect([run.exitCode, carol.requests]).toEqual([0, ['INVITE', 'INVITE']]);
    for (const session of carol.agent.sessions) session.hangUp();
    await carol.agent.stop(5000);
  });

  it('ends with 1 when the transfer leads nowhere', async () => {
    const bob = await phone();
    const run = await runSipctl([
      'call',
      uriOf('bob', bob),
      ...['--transfer', 'sip:nobody@127.0.0.1:9', '--duration', '0', '--json'],
    ]);
    expect(run.json()).toContainEqual(expect.objectContaining({ event: 'referred', outcome: 'failed' }));
    expect(run.exitCode).toBe(1);
  });

  it('hangs up when it is interrupted in a call, with 130 (RFC 3261 §15)', async () => {
    const bob = await phone();
    const ends: string[] = [];
    bob.agent.onSession((session) => {
      session.onEnded(({ by }) => {
        ends.push(by);
      });
    });
    const run = await runSipctl(['call', uriOf('bob', bob), '--duration', '60000'], {
      interruptAt: /answered/,
    });
    expect([run.exitCode, ends]).toEqual([130, ['remote']]);
  });

  it('cancels when it is interrupted while it rings, with 130 (RFC 3261 §9.1)', async () => {
    const bob = await phone({ ringMs: 60_000 });
    const run = await runSipctl(['call', uriOf('bob', bob), '--json'], { interruptAt: /"status":180/ });
    expect(run.json().at(-1)).toMatchObject({ event: 'failed', status: 487 });
    expect(run.exitCode).toBe(130);
  });

  it('offers what a file describes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'siphon-call-'));
    const file = join(dir, 'offer.sdp');
    await writeFile(file, makeOffer({ host: '192.0.2.1', port: 9, sessionId: '1', version: 1 }));
    const bob = await phone();
    const offers: (string | undefined)[] = [];
    bob.agent.onSession(({ offers: { remoteSdp, offered } }) => offers.push(remoteSdp ?? offered));
    const run = await runSipctl(['call', uriOf('bob', bob), '--sdp', file, '--duration', '0']);
    await rm(dir, { recursive: true });
    expect([run.exitCode, offers]).toEqual([0, [expect.stringContaining('c=IN IP4 192.0.2.1')]]);
  });

  it('calls over IPv6, TCP and WebSocket', async () => {
    const v6 = await phone({}, { host: '::1' });
    const tcp = await phone({}, { protocol: 'tcp' });
    const ws = await phone({}, { protocol: 'ws' });
    const runs = [
      await runSipctl(['call', `sip:bob@[::1]:${v6.port}`, '--duration', '0']),
      await runSipctl(['call', uriOf('bob', tcp), '--transport', 'tcp', '--duration', '0']),
      await runSipctl(['call', `${uriOf('bob', ws)};transport=ws`, '--duration', '0']),
    ];
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
  });
});

describe('sipctl call refuses in one line', () => {
  it.each([
    [['call', 'sip:a@127.0.0.1', '--attended'], /--attended says how to transfer: add --transfer/],
    [['call', 'sip:a@127.0.0.1', '--dtmf', 'x'], /expected keys of a telephone/],
    [['call', 'tel:+12025550100'], /a telephone number needs --proxy/],
    [['call', 'sip:a@127.0.0.1', '--sdp', '/no/such'], /there is no such file/],
  ] as const)('%j', async (argv, line) => {
    const run = await runSipctl(argv);
    expect(run.stderr).toMatch(line);
    expect([run.exitCode, run.stderr.trim().split('\n').length]).toEqual([2, 1]);
  });
});
