import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createUserAgent, type UserAgent } from '../agent/user-agent.ts';
import { createIds } from '../core/seeded-ids.ts';
import type { SipMessage } from '../message/message.ts';
import { makeOffer } from '../sdp/offer-answer.ts';
import { compose } from '../server/handler.ts';
import { call } from '../server/handlers/call.ts';
import { options } from '../server/handlers/options.ts';
import { createForkLab, expectNothingLeft } from '../testing/fork-lab.ts';
import { createProxyLab, type ProxyLab } from '../testing/proxy-lab.ts';

/*
 * Verified: a thousand calls through the proxy over a network that loses, doubles and overtakes, forked and not, all end and nothing is left; and
 * whatever callees and callers say in whatever order, the proxy comes to rest with nothing pending.
 */

const CALLS = 1000;
const PROXY = '10.0.0.1';
const OFFER = makeOffer({ host: '10.0.0.8', port: 4000, sessionId: '1', version: 1 });
/** The last call, its 64*T1, what its transactions linger after that, and timer C of a call whose CANCEL was lost. */
const LONGEST_MS = 400_000;

const phone = (lab: ProxyLab, host: string, ringMs: number): UserAgent => {
  const agent = createUserAgent({
    clock: lab.clock,
    ids: createIds(host),
    identity: { product: '', contactUser: 'phone' },
  });
  agent.addTransport(lab.lint.tap(lab.network.bind('udp', { host, port: 5060 })));
  agent.serve(compose([options(), call({ isAccepting: true, ringMs, sdpProfile: 'audio-only' })]));
  return agent;
};

const run = async (seed: string, calls: number) => {
  const lab = createProxyLab(seed);
  lab.network.impair({ delayMs: 10, jitterMs: 5, loss: 0.05, duplicate: 0.05, reorder: 0.05 });
  const { agent, proxy } = lab.node(PROXY, {
    policy: { domains: ['example.com'] },
  });
  const caller = phone(lab, '10.0.0.8', 100);
  const callees = [phone(lab, '10.0.0.11', 100), phone(lab, '10.0.0.12', 150), phone(lab, '10.0.0.13', 100)];
  lab.locations.bind('sip:one@example.com', 'sip:phone@10.0.0.11');
  // Two ring at the same time: the slower one is cancelled, or has answered as well.
  lab.locations.bind('sip:two@example.com', 'sip:phone@10.0.0.12');
  lab.locations.bind('sip:two@example.com', 'sip:phone@10.0.0.13');
  const count = { answered: 0, ended: 0, failed: 0 };
  const chance = createIds(`${seed}-calls`);
  for (let n = 0; n < calls; n++)
    lab.clock.after(n * 20, () => {
      const target = chance.chance() < 0.5 ? 'sip:one@example.com' : 'sip:two@example.com';
      const made = caller.call({ target, nextHop: `sip:${PROXY}`, sdp: OFFER });
      made.onFailed(() => count.failed++);
      made.onEnded(() => count.ended++);
      made.onAnswered((session) => {
        count.answered++;
        const { callId } = session.dialog;
        const side = chance.chance() < 0.5 ? [caller] : callees;
        lab.clock.after(500 + chance.chance() * 3000, () => {
          for (const { sessions } of side)
            for (const own of sessions)
              if (own.dialog.callId === callId && own.state === 'confirmed') own.hangUp();
        });
      });
    });
  const advance = async (ms: number, stepMs: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += stepMs) {
      lab.clock.advance(stepMs);
      await Promise.resolve();
    }
  };
  // Look-ups need a turn between the steps; when nobody calls any more, steps may be longer.
  await advance(calls * 20 + 10_000, 5);
  await advance(LONGEST_MS, 500);
  const left = [agent, caller, ...callees].map(({ stats }) => [
    stats.activeCalls,
    stats.serverTransactions,
    stats.clientTransactions,
    stats.completedTransactions,
  ]);
  return {
    ...count,
    left: left.flat(),
    faults: lab.lint.faults(),
    open: proxy.stats.open,
    pending: lab.clock.pending,
    lost: lab.network.stats.lost,
  };
};

describe('a thousand calls through the proxy over 5 % loss (RFC 3261 §16)', () => {
  it(
    'are all answered and ended without breaking a rule, and nothing is left anywhere',
    { timeout: 120_000 },
    async () => {
      const { answered, ended, failed, faults, left, open, pending, lost } = await run('calls', CALLS);
      expect({ answered, failed }).toEqual({ answered: CALLS, failed: 0 });
      expect(ended).toBe(CALLS);
      expect([...new Set(left)]).toEqual([0]);
      expect({ open, pending }).toEqual({ open: 0, pending: 0 });
      expect(lost).toBeGreaterThan(0);
      expect(faults.slice(0, 3)).toEqual([]);
    },
  );
});

describe('any sequence of messages (RFC 3261 §16.7)', () => {
  const step = fc.oneof(
    fc.record({
      place: fc.nat({ max: 2 }),
      status: fc.constantFrom(
        '100 Trying',
        '180 Ringing',
        '183 Progress',
        '200 OK',
        '302 Moved',
        '401 Unauthorized',
        '408 Timeout',
        '486 Busy',
        '487 Terminated',
        '503 Overload',
        '603 Decline',
      ),
    }),
    fc.constant('cancel' as const),
    fc.constant('again' as const),
    fc.record({ waitMs: fc.constantFrom(10, 300, 2000) }),
  );

  it('gives the caller one final failure at most, none after a 2xx, and leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 14 }),
        fc.constantFrom<readonly number[]>([1, 1, 1], [1, 0.5, 0.2], [1, 1, 0.5]),
        fc.boolean(),
        async (steps, qs, recursesRedirects) => {
          const it_ = createForkLab(qs, { recursesRedirects });
          await it_.request();
          for (const what of steps) {
            if (what === 'cancel') await it_.cancel();
            else if (what === 'again') await it_.request();
            else if ('waitMs' in what) await it_.pass(what.waitMs);
            else if (it_.bob(what.place).received.length > 0)
              await it_.answer(what.place, what.status, ['Contact: <sip:bob@10.0.0.13>']);
          }
          await it_.pass(250_000);
          expectNothingLeft(it_);
          const finals = it_.alice.received.filter(isFinalOfInvite);
          const classes = finals.map(({ startLine }) =>
            startLine.kind === 'response' ? Math.floor(startLine.status / 100) : 0,
          );
          const firstAnswer = classes.indexOf(2);
          const failures = new Set(
            finals.filter((_, place) => classes[place] !== 2).map((message) => message.first('To')),
          );
          expect(finals.length).toBeGreaterThan(0);
          expect(failures.size).toBeLessThanOrEqual(1);
          if (firstAnswer >= 0) expect(classes.every((one) => one === 2)).toBe(true);
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

function isFinalOfInvite(message: SipMessage): boolean {
  const { startLine } = message;
  return (
    startLine.kind === 'response' &&
    startLine.status >= 200 &&
    message.first('CSeq')?.endsWith('INVITE') === true
  );
}
