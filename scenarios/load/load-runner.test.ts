import { describe, expect, it } from 'vitest';
import { createAgentLab, type AgentLab } from '../../stack/testing/agent-lab.ts';
import { loadInMemory } from '../testing/load-in-memory.ts';

/* Many runs of one scenario over one socket an actor, in virtual time: rates, limits, causes, and that nothing is left at the end. */

const pair = (bob: string, alice = '{ invite: {} }, { wait: 2 s }, { bye: {} }'): string => `
version: 1
name: pair
actors:
  alice:
    target: sip:bob@\${bob}
    steps: [${alice}]
  bob:
    steps: [${bob}]
`;
const GOOD_BOB = '{ ring: {} }, { answer: {} }, { expect: BYE }, { send: 200 }';
const ringing = (forTime: string): string => `{ ring: {} }, { wait: ${forTime} }, ${GOOD_BOB.slice(14)}`;

const at = (ratePerSec: number, limits = {}) => ({
  profile: { shape: 'constant', ratePerSec } as const,
  limits: { maxConcurrent: 1000, ...limits },
});

/** Counts what crosses the network by its first word: method or status. */
function counted(lab: AgentLab): Map<string, number> {
  const seen = new Map<string, number>();
  lab.network.dropIf(({ bytes }) => {
    const [first = '', second = ''] = Buffer.from(bytes).toString('latin1').split(' ', 2);
    const word = first === 'SIP/2.0' ? second : first;
    seen.set(word, (seen.get(word) ?? 0) + 1);
    return false;
  });
  return seen;
}

describe('a load run', { timeout: 60_000 }, () => {
  it('begins calls at the rate it was given, and ends when the time is up and the last call is over', async () => {
    const { seconds, book, hasEnded } = await loadInMemory(pair(GOOD_BOB), at(20, { durationSec: 10 }));
    await seconds(15);
    expect(hasEnded()).toBe(true);
    const { attempts, answered, succeeded, failed, active, seconds: told } = book.figures;
    expect({ attempts, answered, succeeded, failed, active }).toEqual({
      attempts: 200,
      answered: 200,
      succeeded: 200,
      failed: 0,
      active: 0,
    });
    expect(told.slice(0, 10).every((second) => Math.abs(second.attempts - 20) <= 1)).toBe(true);
  });

  it('does not wait for a slow peer: the rate is kept, and the setup time is the whole wait', async () => {
    const { seconds, book } = await loadInMemory(pair(ringing('5 s')), at(20, { durationSec: 10 }));
    await seconds(8);
    const { seconds: told, active } = book.figures;
    expect(told.every((second) => Math.abs(second.attempts - 20) <= 1)).toBe(true);
    expect(active).toBeGreaterThan(120);
    await seconds(15);
    expect(book.figures).toMatchObject({ attempts: 200, succeeded: 200 });
    expect(book.figures.setup.p50Ms).toBeGreaterThan(4990);
    expect(book.figures.setup.maxMs).toBeLessThan(5100);
  });

  it('skips calls that are due while so many are on as may be, and counts them', async () => {
    const { seconds, book } = await loadInMemory(
      pair(ringing('5 s')),
      at(10, { maxConcurrent: 15, durationSec: 4 }),
    );
    await seconds(4);
    expect(book.figures).toMatchObject({ attempts: 15, skipped: 25, peakActive: 15 });
  });

  it('keeps users busy: each calls again when a call is over', async () => {
    const share = {
      profile: { shape: 'users', users: 5 } as const,
      limits: { maxConcurrent: 100, maxCalls: 40 },
    };
    const { seconds, book, hasEnded } = await loadInMemory(pair(GOOD_BOB), share);
    await seconds(10);
    expect(book.figures.peakActive).toBe(5);
    await seconds(10);
    expect(book.figures).toMatchObject({ attempts: 40, succeeded: 40 });
    expect(hasEnded()).toBe(true);
  });

  it('begins nothing while it is paused, and goes on at another rate where it was left', async () => {
    const { seconds, book, runner } = await loadInMemory(pair(GOOD_BOB), at(20));
    await seconds(2);
    runner.pause();
    await seconds(3);
    const { attempts } = book.figures;
    expect(Math.abs(attempts - 40)).toBeLessThanOrEqual(1);
    expect(book.figures.ratePerSec).toBe(0);
    runner.setRate(50);
    runner.resume();
    await seconds(2);
    expect(Math.abs(book.figures.attempts - attempts - 100)).toBeLessThanOrEqual(1);
  });

  it('drains: what is on ends as it should', async () => {
    const { seconds, book, runner, hasEnded } = await loadInMemory(pair(GOOD_BOB), at(20));
    await seconds(3);
    expect(book.figures.active).toBeGreaterThan(30);
    runner.drain();
    await seconds(4);
    expect(hasEnded()).toBe(true);
    const { attempts, succeeded } = book.figures;
    expect(succeeded).toBe(attempts);
  });

  it('stops: calls that ring are cancelled, calls that are answered are hung up, and none is counted as failed', async () => {
    const lab = createAgentLab();
    const seen = counted(lab);
    const { seconds, book, runner, hasEnded } = await loadInMemory(
      pair(ringing('1 s'), '{ invite: {} }, { wait: 1 h }'),
      at(20),
      {},
      lab,
    );
    await seconds(3);
    expect(book.figures.active).toBeGreaterThan(50);
    runner.stop();
    await seconds(4);
    expect(hasEnded()).toBe(true);
    expect(book.figures).toMatchObject({ active: 0, failed: 0 });
    const [invites, cancels, byes] = ['INVITE', 'CANCEL', 'BYE'].map((word) => seen.get(word) ?? 0);
    expect(cancels).toBeGreaterThan(10);
    expect((cancels ?? 0) + (byes ?? 0)).toBeGreaterThanOrEqual(invites ?? Infinity);
  });

  it('hangs up a call whose answer crosses the CANCEL of a stop', async () => {
    const lab = createAgentLab();
    const heard: string[] = [];
    const peer = lab.network.bind('udp', { host: '10.2.0.1', port: 5060 });
    let invite = '';
    peer.onReceived(({ bytes, from }) => {
      const text = Buffer.from(bytes).toString('latin1');
      const [method = ''] = text.split(' ', 1);
      heard.push(method);
      if (method === 'INVITE') invite = text;
      // It heeds no CANCEL, and answers when it comes.
      if (method !== 'CANCEL' && method !== 'BYE') return;
      const lines = (method === 'CANCEL' ? invite : text).split('\r\n').slice(1);
      const copied = lines.filter((line) => /^(Via|From|Call-ID|CSeq):/.test(line));
      const more = ['To: <sip:bob@10.2.0.1>;tag=1', 'Contact: <sip:10.2.0.1>', 'Content-Length: 0', '', ''];
      peer.send(Buffer.from(['SIP/2.0 200 OK', ...copied, ...more].join('\r\n')), { address: from });
    });
    const { seconds, runner, hasEnded } = await loadInMemory(
      'version: 1\nname: one\nactors: { alice: { target: "sip:bob@10.2.0.1", steps: [{ invite: {} }] } }',
      at(1, { maxCalls: 1 }),
      {},
      lab,
    );
    await seconds(1);
    runner.stop();
    await seconds(6);
    expect(hasEnded()).toBe(true);
    // Its CANCEL stays unanswered and comes again.
    expect([...new Set(heard)]).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
    expect(heard.filter((method) => method === 'BYE')).toHaveLength(1);
  });

  it('groups what failed by cause and step, each with the messages of its first call', async () => {
    const { seconds, book } = await loadInMemory(
      pair('{ expect: INVITE }, { send: 503 }'),
      at(10, { maxCalls: 30 }),
    );
    await seconds(5);
    const [group, ...others] = book.figures.failures;
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      signature: '503 Service Unavailable',
      calls: 30,
      step: 'alice, line 7, invite: expect 2xx (INVITE)',
    });
    const lines = group?.example.map(
      ({ direction, actor, text }) => `${actor} ${direction} ${text.split('\r\n', 1)[0] ?? ''}`,
    );
    expect(lines).toContain('alice in SIP/2.0 503 Service Unavailable');
    const bySecond = book.figures.seconds.map(({ causes }) => causes['503 Service Unavailable'] ?? 0);
    expect(bySecond.reduce((sum, calls) => sum + calls)).toBe(30);
    expect(bySecond.slice(0, 3).every((calls) => calls >= 9)).toBe(true);
  });

  it('tells a peer that says nothing from one that says something else', async () => {
    const lab = createAgentLab();
    lab.network.dropIf(() => true);
    const { seconds, book } = await loadInMemory(
      pair('{ wait: 1 ms }', '{ send: OPTIONS }, { expect: { status: 200, within: 3 s } }'),
      at(5, { maxCalls: 5 }),
      {},
      lab,
    );
    await seconds(8);
    expect(book.figures.failures).toMatchObject([
      { calls: 5, signature: 'expect 200: nothing came in time' },
    ]);
    expect(book.figures.retransmissions).toBeGreaterThan(10);
  });

  it.each([
    [
      { successBelowPercent: 50 },
      '{ expect: INVITE }, { send: 486 }',
      /^In the last 5 seconds 0.0 % of the calls succeeded/,
    ],
    [
      { p95SetupAboveMs: 500 },
      ringing('800 ms'),
      /^In the last 5 seconds the 95th percentile of the setup time was \d+ ms/,
    ],
  ])('stops by the rule %j', async (rules, bob, reason) => {
    const { seconds, hasEnded } = await loadInMemory(pair(bob), at(20), rules);
    expect(await seconds(20)).toMatch(reason);
    await seconds(4);
    expect(hasEnded()).toBe(true);
  });

  it('goes on under the same rules while the calls are good', async () => {
    const rules = { successBelowPercent: 99, p95SetupAboveMs: 500 };
    const { seconds } = await loadInMemory(pair(GOOD_BOB), at(20), rules);
    expect(await seconds(12)).toBeUndefined();
  });
});
