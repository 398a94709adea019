import { describe, expect, it } from 'vitest';
import type { ServerRequest } from '../agent/handler.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { Ids } from '../core/ids.ts';
import { createIds } from '../core/seeded-ids.ts';
import {
  calleeUri,
  CALLEE_SDP,
  CALLER_SDP,
  createBridgeLab,
  type ScriptedPhone,
} from '../testing/bridge-lab.ts';

/*
 * Verified: whatever the phones on both legs do to their calls, in whatever order and over a network that loses and turns round, nothing
 * throws, every call ends on both legs, and no timer, transaction, dialog or call is left. A failing seed repeats itself.
 */

const STORMS = 40;
const STEPS = 80;
const METHODS = ['INVITE', 'UPDATE', 'INFO', 'MESSAGE', 'OPTIONS', 'REFER', 'NOTIFY', 'BYE'] as const;

const pick = <T>(ids: Ids, items: readonly T[]): T => {
  const item = items[Math.floor(ids.chance() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** Answers now, later, several times or never. */
const whim =
  (ids: Ids, sdp: string) =>
  (request: ServerRequest): void => {
    const answer = (): void => {
      const status = pick(ids, [180, 183, 200, 200, 200, 302, 404, 481, 486, 488, 491, 503, 603]);
      const body = ids.chance() < 0.6 ? { body: sdp } : {};
      const sessionTimer = ids.chance() < 0.3 ? { sessionTimer: { intervalSec: 90 } } : {};
      request.respond(status, { ...body, ...sessionTimer, isReliable: ids.chance() < 0.5 });
    };
    const times = Math.floor(ids.chance() * 4);
    for (let n = 0; n < times; n++) {
      if (ids.chance() < 0.5) answer();
      else request.clock.after(ids.chance() * 5000, answer);
    }
  };

describe('bridged calls in a storm (RFC 3261 §14, §15, RFC 3262, RFC 3311, RFC 4028, RFC 7092)', () => {
  it.each(Array.from({ length: STORMS }, (_, n) => `storm ${n}`))('%s leaves nothing behind', (seed) => {
    const ids = createIds(seed);
    const targets = [{ uri: calleeUri('udp', '10.0.0.2') }, { uri: calleeUri('udp', '10.0.0.3') }];
    const lab = createBridgeLab({
      route: () => ({
        targets: ids.chance() < 0.5 ? targets.slice(0, 1) : targets,
        forking: ids.chance() < 0.5 ? 'parallel' : 'sequential',
      }),
      ringMs: 20_000,
    });
    lab.lint.allow(
      ['E2', 'E6', 'O1', 'T9'],
      'the phones answer, keep silent and send descriptions at will, and the bridge passes it on',
    );
    const alice = lab.phone('10.0.0.9', whim(ids, CALLER_SDP));
    const callees = ['10.0.0.2', '10.0.0.3'].map((host) => lab.phone(host, whim(ids, CALLEE_SDP)));
    const phones: readonly ScriptedPhone[] = [alice, ...callees];
    lab.network.impair({ loss: 0.03, delayMs: 10, jitterMs: 40, reorder: 0.1, duplicate: 0.05 });
    const calls: OutgoingCall[] = [];
    for (let n = 0; n < STEPS; n++) {
      const chance = ids.chance();
      if (chance < 0.2)
        calls.push(
          lab.dial(alice, {
            ...(ids.chance() < 0.3 ? { require: ['100rel'] } : {}),
            ...(ids.chance() < 0.3 ? { sessionTimer: { intervalSec: 90 } } : {}),
          }),
        );
      else if (chance < 0.25)
        calls.push(alice.ua.call({ target: 'sip:bob@10.0.0.1', answer: () => CALLER_SDP }));
      else if (chance < 0.3) calls[Math.floor(ids.chance() * calls.length)]?.hangUp();
      else if (chance < 0.7) {
        const { sessions } = pick(ids, phones).ua;
        const session = sessions[Math.floor(ids.chance() * sessions.length)];
        const body = ids.chance() < 0.5 ? { body: session?.offers.lastSent ?? CALLER_SDP } : {};
        session?.send(pick(ids, METHODS), body, { onResult: () => undefined });
      } else lab.clock.advance(ids.chance() * 8000);
    }
    lab.clock.advance(10_000);
    for (const call of calls) call.hangUp();
    for (const phone of phones) for (const session of phone.ua.sessions) session.hangUp();
    lab.clock.advance(100_000);
    for (const { ua } of phones) void ua.stop(100_000);
    lab.clock.advance(400_000);
    expect(lab.hub.sessions).toEqual([]);
    lab.expectNothingLeft(...phones.map(({ ua }) => ua));
  });
});
