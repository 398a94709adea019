import { describe, expect, it } from 'vitest';
import type { Ids } from '../core/ids.ts';
import { createIds } from '../core/seeded-ids.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { createCallLab, leftOvers, OUR_SDP, PEER_SDP, SDP_LINE, type CallLab } from '../testing/call-lab.ts';

/*
 * Verified: calls of ours that fork, with reliable responses in and out of order, session timers, moved targets, 500 with Retry-After and
 * broken messages, in any order: every call ends, and nothing is left of it. A failing seed repeats itself.
 */

const STORMS = 30;
const STEPS = 100;
const TAGS = ['a', 'b', 'c', 'd'];

const pick = <T>(ids: Ids, items: readonly T[]): T => {
  const item = items[Math.floor(ids.chance() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

const dial = (lab: CallLab, ids: Ids): void => {
  const timer = ids.chance() < 0.5 ? { sessionTimer: { intervalSec: 90 } } : {};
  const made = lab.ua.call({
    target: 'sip:peer@10.0.0.9',
    ...(ids.chance() < 0.6 ? { sdp: OUR_SDP } : {}),
    ...timer,
    answer: () => (ids.chance() < 0.8 ? OUR_SDP : undefined),
    onReliable: (provisional) => {
      const chance = ids.chance();
      if (chance < 0.2) {
        const send = provisional.hold();
        lab.clock.after(ids.chance() * 3000, () => {
          send(ids.chance() < 0.3 ? OUR_SDP : undefined);
        });
      }
      return chance < 0.4 ? OUR_SDP : undefined;
    },
  });
  if (ids.chance() < 0.3)
    lab.clock.after(ids.chance() * 8000, () => {
      made.hangUp();
    });
  lab.clock.advance(0);
};

/** What a peer of many phones says to a request of ours. */
const respond = ({ peer }: CallLab, ids: Ids, rseqs: Map<string, number>): void => {
  const asked = peer.received.filter((m) => m.startLine.kind === 'request' && m.startLine.method !== 'ACK');
  if (asked.length === 0) return;
  const request = pick(ids, asked.slice(-8));
  const tag = pick(ids, TAGS);
  const isInvite = cseq(request)?.method === 'INVITE';
  const status = pick(ids, isInvite ? ['180 R', '183 P', '183 P', '200 OK', '486 B'] : ['200 OK', '481 C']);
  const lines = [`Contact: <sip:${tag}${Math.floor(ids.chance() * 3)}@10.0.0.9:5060>`];
  if (isInvite && status.startsWith('18') && ids.chance() < 0.7) {
    const key = `${callId(request)} ${tag}`;
    const next = (rseqs.get(key) ?? 0) + pick(ids, [0, 1, 1, 1, 2]);
    rseqs.set(key, next);
    lines.push('Require: 100rel', `RSeq: ${next}`);
  }
  if (ids.chance() < 0.3) lines.push(`Session-Expires: 90;refresher=${pick(ids, ['uac', 'uas'])}`);
  if (ids.chance() < 0.6) lines.push(SDP_LINE, PEER_SDP);
  if (ids.chance() < 0.1) peer.respond(request, '500 E', [`Retry-After: ${pick(ids, [0, 3, 10, 99])}`], tag);
  else peer.respond(request, status, lines, tag);
};

/** Requests of a fork, and octets that are no message. */
const ask = ({ peer }: CallLab, ids: Ids, n: number): void => {
  const known = peer.received.length === 0 ? undefined : pick(ids, peer.received.slice(-8));
  if (known === undefined) return;
  const text = peer.write({
    method: pick(ids, ['UPDATE', 'INVITE', 'BYE', 'PRACK', 'INFO', 'ACK']),
    callId: callId(known) ?? '',
    toTag: fromHeader(known)?.tag,
    fromTag: pick(ids, TAGS),
    cseq: n + 1,
    branch: `z9hG4bK-${n}`,
    lines: ids.chance() < 0.5 ? [SDP_LINE] : ['Supported: 100rel, timer', 'Session-Expires: 90'],
    ...(ids.chance() < 0.5 ? { body: PEER_SDP } : {}),
  });
  const at = Math.floor(ids.chance() * text.length);
  const broken = text.slice(0, at) + pick(ids, ['\r\n', '\0', '"', '>', '']) + text.slice(at + 1);
  peer.sendText(ids.chance() < 0.5 ? text : broken);
};

const own = ({ ua }: CallLab, ids: Ids): void => {
  const session = ua.sessions[Math.floor(ids.chance() * ua.sessions.length)];
  const method = pick(ids, ['INVITE', 'UPDATE', 'PRACK', 'INFO', 'BYE']);
  const body = ids.chance() < 0.6 ? { body: OUR_SDP, isSdpUnchecked: ids.chance() < 0.3 } : {};
  session?.send(method, body, { onResult: () => undefined });
};

/** What the storms have raised so far. */
const raised = new Set<string>();

describe('calls that fork in a storm (RFC 3261 §13.2.2.4, RFC 3262 §4, RFC 4028, RFC 6141)', () => {
  it.each(Array.from({ length: STORMS }, (_, n) => `forks ${n}`))('%s leaves nothing behind', (seed) => {
    const ids = createIds(seed);
    const lab = createCallLab((request) => {
      const status = pick(ids, [180, 200, 200, 488]);
      request.respond(status, { body: OUR_SDP, isReliable: ids.chance() < 0.5 });
    });
    lab.lint.stop('the user of the calls breaks rules at random, and so does the peer');
    const rseqs = new Map<string, number>();
    for (let n = 1; n <= STEPS; n++) {
      const chance = ids.chance();
      if (chance < 0.1) dial(lab, ids);
      else if (chance < 0.65) respond(lab, ids, rseqs);
      else if (chance < 0.8) ask(lab, ids, n);
      else if (chance < 0.9) own(lab, ids);
      else lab.clock.advance(ids.chance() * 10_000);
      if (new Set(lab.ua.sessions.map(({ dialog }) => dialog.callId)).size < lab.ua.sessions.length)
        raised.add('fork');
      if (lab.ua.sessions.some(({ timer }) => timer !== undefined)) raised.add('session timer');
    }
    void lab.ua.stop(200_000);
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
    for (const message of lab.peer.received) raised.add(cseq(message)?.method ?? '');
  });

  it('has forks, PRACK and session timers in it', () => {
    expect([...raised]).toEqual(
      expect.arrayContaining(['fork', 'session timer', 'PRACK', 'UPDATE', 'BYE', 'CANCEL']),
    );
  });
});
