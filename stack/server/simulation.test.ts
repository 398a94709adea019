import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createUserAgent, type UserAgent } from '../agent/user-agent.ts';
import type { Session } from '../agent/session.ts';
import type { Ids } from '../core/ids.ts';
import { createIds } from '../core/seeded-ids.ts';
import { hold, resume } from '../sdp/hold.ts';
import { makeOffer } from '../sdp/offer-answer.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { createLintWatch } from '../testing/lint-watch.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import type { CaptureSink } from '../transport/capture.ts';
import { tapped } from '../transport/tapped.ts';
import { compose } from './handler.ts';
import { call, type CallOptions } from './handlers/call.ts';
import { options } from './handlers/options.ts';
import { unsupported } from './handlers/unsupported.ts';
import { update } from './handlers/update.ts';

/*
 * Thousands of calls between our caller and our callee over a bad network, in virtual time.
 * Verified: every call is answered and ended in spite of the loss, nothing is left afterwards, and the same seed gives the same octets
 * at the same times. SIM_CALLS overrides the number of calls.
 */

const CALLS = Number(process.env['SIM_CALLS'] ?? 10_000);
const CALLEE = { host: '10.0.0.1', port: 5060 };
const CALLER = { host: '10.0.0.2', port: 5060 };
const OFFER = makeOffer({ host: CALLER.host, port: 4000, sessionId: '1', version: 1 });

interface Report {
  readonly hash: string;
  readonly answered: number;
  readonly endedByCaller: number;
  readonly endedByCallee: number;
  readonly failed: number;
  readonly retransmissions: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly left: readonly number[];
}

function agentAt(
  network: LoopNetwork,
  clock: ManualClock,
  ids: Ids,
  address: typeof CALLEE,
  sink: CaptureSink,
  dials: Partial<CallOptions> = {},
): UserAgent {
  const agent = createUserAgent({ clock, ids, identity: { product: '', contactUser: 'sim' } });
  const takes = { isAccepting: true, ringMs: 150, sdpProfile: 'audio-only', ...dials } as const;
  agent.serve(compose([options(), call(takes), update(takes), unsupported()]));
  const transport = network.bind('udp', address);
  tapped(transport, clock, sink);
  agent.addTransport(transport);
  return agent;
}

/** @param isLinted - looks at every message by the rules, which costs more than the calls themselves. */
function simulate(seed: string, calls: number, isLinted = false): Report {
  const clock = new ManualClock();
  const watch = isLinted ? createLintWatch({ clock }) : undefined;
  const network = new LoopNetwork({ clock, ids: createIds(`${seed}-network`) });
  network.impair({ delayMs: 10, jitterMs: 5, loss: 0.05, duplicate: 0.05, reorder: 0.05 });
  const hash = createHash('sha256');
  const listeners = [CALLEE, CALLER].map((address) => ({ protocol: 'udp', address }) as const);
  const watched = new Map(listeners.map((l) => [l.address.host, watch?.sinkFor(l.address.host, [l])]));
  const sink: CaptureSink = (message) => {
    const { atMs, direction, local, bytes } = message;
    watched.get(local.host)?.(message);
    hash.update(`${atMs} ${direction} ${local.host} ${bytes.length}\n`).update(bytes);
  };
  const chance = createIds(`${seed}-calls`);
  const callee = agentAt(network, clock, createIds(`${seed}-callee`), CALLEE, sink);
  const caller = agentAt(network, clock, createIds(`${seed}-caller`), CALLER, sink);
  const count = { answered: 0, endedByCaller: 0, endedByCallee: 0, failed: 0 };

  const makeCall = (): void => {
    const made = caller.call({ target: `sip:sim@${CALLEE.host}`, sdp: OFFER });
    made.onFailed(() => count.failed++);
    made.onEnded(({ by }) => (by === 'local' ? count.endedByCaller++ : count.endedByCallee++));
    made.onAnswered((session) => {
      count.answered++;
      const { callId } = session.dialog;
      const holdMs = 500 + chance.chance() * 5000;
      const isCallersTurn = chance.chance() < 0.5;
      clock.after(holdMs, () => {
        const side = isCallersTurn ? caller : callee;
        side.sessions.find((s) => s.dialog.callId === callId)?.hangUp();
      });
    });
  };
  for (let n = 0; n < calls; n++) clock.after(n * 10, makeCall);
  clock.runAll(calls * 10 + 300_000);

  const left = [caller, callee].flatMap(({ stats }) => [
    stats.activeCalls,
    stats.serverTransactions,
    stats.clientTransactions,
    stats.completedTransactions,
  ]);
  return {
    ...count,
    hash: hash.digest('hex'),
    retransmissions: caller.stats.retransmissionsSent + callee.stats.retransmissionsSent,
    lost: network.stats.lost,
    duplicated: network.stats.duplicated,
    left: [...left, clock.pending],
  };
}

/** Calls that are cancelled, changed by both sides at once, asked for this and that, and hung up at any moment. */
function disturb(seed: string, calls: number) {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds(`${seed}-network`) });
  network.impair({ delayMs: 10, jitterMs: 5, loss: 0.05, duplicate: 0.05, reorder: 0.05 });
  const ids = createIds(`${seed}-disturbance`);
  const nothing: CaptureSink = () => undefined;
  const callee = agentAt(network, clock, createIds(`${seed}-callee`), CALLEE, nothing);
  const caller = agentAt(network, clock, createIds(`${seed}-caller`), CALLER, nothing);
  const outcomes = new Map<string, number>();
  const note = (what: string): void => {
    outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
  };
  const later = (withinMs: number, act: () => void): void => {
    clock.after(ids.chance() * withinMs, act);
  };
  const change = (agent: UserAgent, callId: string): void => {
    const session = agent.sessions.find((s) => s.dialog.callId === callId);
    const method = ids.chance() < 0.6 ? 'INVITE' : 'OPTIONS';
    // The callee says what the caller said: one of many things that may happen.
    const body = method === 'INVITE' ? { body: OFFER, isSdpUnchecked: true } : {};
    session?.send(method, body, {
      onResult: (result) => {
        note(result.kind === 'response' ? `${method} ${result.status}` : `${method} ${result.kind}`);
      },
    });
  };
  for (let n = 0; n < calls; n++) {
    clock.after(n * 10, () => {
      const made = caller.call({ target: `sip:sim@${CALLEE.host}`, sdp: OFFER });
      made.onFailed((result) => {
        note(result.kind === 'response' ? `failed ${result.status}` : `failed ${result.kind}`);
      });
      made.onEnded(({ by }) => {
        note(`ended ${by}`);
      });
      const { callId } = made.ids;
      for (const agent of [caller, callee, caller, callee]) {
        later(3000, () => {
          change(agent, callId);
        });
      }
      later(4000, () => {
        made.hangUp();
      });
      later(6000, () => {
        callee.sessions.find((s) => s.dialog.callId === callId)?.hangUp();
      });
    });
  }
  clock.runAll(calls * 10 + 300_000);
  const left = [caller.stats.activeCalls, callee.stats.activeCalls, clock.pending];
  return { outcomes, left };
}

/** Long calls with reliable provisional responses, early media, session timers and a hold by one side or the other. */
function converse(seed: string, calls: number) {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds(`${seed}-network`) });
  network.impair({ delayMs: 10, jitterMs: 5, loss: 0.05, duplicate: 0.05, reorder: 0.05 });
  const ids = createIds(`${seed}-conversation`);
  const seen = new Map<string, number>();
  const sink: CaptureSink = ({ direction, bytes }) => {
    const [method = ''] = new TextDecoder('latin1').decode(bytes.subarray(0, 12)).split(' ');
    if (direction === 'out') seen.set(method, (seen.get(method) ?? 0) + 1);
  };
  const dials = { reliability: 'on', hasEarlyMedia: true } as const;
  const callee = agentAt(network, clock, createIds(`${seed}-callee`), CALLEE, sink, dials);
  const caller = agentAt(network, clock, createIds(`${seed}-caller`), CALLER, sink, dials);
  const count = { answered: 0, hungUp: 0, failed: 0, changed: 0, findings: 0 };
  const change = (session: Session, isHeld: boolean): void => {
    const { localSdp } = session.offers;
    if (localSdp === undefined || session.isOver) return;
    const body = isHeld ? resume(localSdp) : hold(localSdp);
    session.send(
      isHeld ? 'UPDATE' : 'INVITE',
      { body },
      {
        onResult: (result) => {
          if (result.kind === 'response' && result.status === 200) count.changed++;
        },
      },
    );
  };
  for (let n = 0; n < calls; n++) {
    clock.after(n * 50, () => {
      const refresher = ids.chance() < 0.5 ? 'uac' : 'uas';
      const sessionTimer = { intervalSec: 90, refresher } as const;
      const made = caller.call({ target: `sip:sim@${CALLEE.host}`, sdp: OFFER, sessionTimer });
      made.onFailed(() => count.failed++);
      made.onAnswered((session) => {
        count.answered++;
        const { callId } = session.dialog;
        const other = callee.sessions.find((s) => s.dialog.callId === callId);
        const side = ids.chance() < 0.5 || other === undefined ? session : other;
        clock.after(20_000, () => {
          change(side, false);
        });
        clock.after(60_000, () => {
          change(side, true);
        });
        clock.after(200_000 + ids.chance() * 20_000, () => {
          count.findings += session.offers.findings.length + (other?.offers.findings.length ?? 0);
          session.hangUp();
        });
      });
      made.onEnded(({ by }) => {
        if (by === 'local') count.hungUp++;
      });
    });
  }
  clock.runAll(calls * 50 + 600_000);
  return { ...count, seen, left: [caller.stats.activeCalls, callee.stats.activeCalls, clock.pending] };
}

describe('calls over a network that loses, doubles and reorders', () => {
  it(
    `completes ${CALLS} calls, leaves nothing, and repeats itself octet for octet`,
    { timeout: 120_000 },
    () => {
      const first = simulate('siphon', CALLS);
      expect(first).toMatchObject({ answered: CALLS, failed: 0 });
      expect(first.endedByCaller + first.endedByCallee).toBe(CALLS);
      expect(first.left).toEqual(new Array(9).fill(0));
      expect(first.lost).toBeGreaterThan(CALLS * 0.3);
      expect(first.duplicated).toBeGreaterThan(CALLS * 0.3);
      expect(first.retransmissions).toBeGreaterThan(CALLS * 0.1);
      expect(simulate('siphon', CALLS).hash).toBe(first.hash);
    },
  );

  it(
    'keeps long calls alive: RFC 3262 PRACK, RFC 4028 refreshes by both sides, holds, no rule of RFC 6337 broken',
    { timeout: 120_000 },
    () => {
      const calls = 300;
      const { seen, left, ...count } = converse('siphon', calls);
      expect(count).toEqual({ answered: calls, hungUp: calls, failed: 0, changed: 2 * calls, findings: 0 });
      expect(left).toEqual([0, 0, 0]);
      expect(seen.get('PRACK')).toBeGreaterThanOrEqual(calls);
      // Refreshed every 45 s for 200 s or more; two of the changes count as one.
      expect(seen.get('UPDATE')).toBeGreaterThan(4 * calls);
    },
  );

  it('breaks no rule in hundreds of calls', { timeout: 60_000 }, () => {
    expect(simulate('linted', 400, true)).toMatchObject({ answered: 400, failed: 0 });
  });

  it('goes another way under another seed', () => {
    expect(simulate('one', 20).hash).not.toBe(simulate('two', 20).hash);
  });

  it('ends calls that both sides cancel, change and hang up at any moment', { timeout: 60_000 }, () => {
    const { outcomes, left } = disturb('siphon', 1000);
    expect(left).toEqual([0, 0, 0]);
    const count = (what: string): number => outcomes.get(what) ?? 0;
    const ends = ['failed 480', 'failed 487', 'ended local', 'ended remote', 'ended failure'];
    expect(ends.reduce((sum, end) => sum + count(end), 0)).toBe(1000);
    const all = ['failed 487', 'ended local', 'ended remote', 'INVITE 200', 'INVITE 491', 'OPTIONS 200'];
    expect(all.filter((outcome) => count(outcome) === 0)).toEqual([]);
  });
});
