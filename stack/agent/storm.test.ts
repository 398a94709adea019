import { describe, expect, it } from 'vitest';
import type { ServerRequest } from './handler.ts';
import type { Ids } from '../core/ids.ts';
import { createIds } from '../core/seeded-ids.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import {
  createCallLab,
  leftOvers,
  OUR_SDP,
  PEER_CONTACT,
  PEER_SDP,
  SDP_LINE,
  type CallLab,
} from '../testing/call-lab.ts';

/*
 * Verified: whatever a peer and a handler do to calls, in whatever order, nothing throws, each dialog's requests of ours count up, every
 * call ends, and no timer, transaction or call is left. A failing seed repeats itself.
 */

const STORMS = 30;
const STEPS = 120;

const METHODS = ['INVITE', 'ACK', 'BYE', 'PRACK', 'UPDATE', 'INFO', 'OPTIONS', 'MESSAGE', 'CANCEL', 'FLY'];
const ANSWERS = [
  '100 T',
  '180 R',
  '183 P',
  '200 OK',
  '200 OK',
  '302 M',
  '404 N',
  '422 S',
  '481 C',
  '486 B',
  '491 P',
  '500 E',
];

const pick = <T>(ids: Ids, items: readonly T[]): T => {
  const item = items[Math.floor(ids.chance() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

/** What the handler does with a request: now, later, several times, or never. */
const whim =
  (ids: Ids) =>
  (request: ServerRequest): void => {
    const answer = (): void => {
      const status = pick(ids, [100, 180, 183, 183, 200, 200, 200, 404, 486, 488, 500]);
      const { start, end } = request.message.body;
      const isAnswer = request.method !== 'UPDATE' || (end > start && request.session !== undefined);
      const body = ids.chance() < 0.5 && isAnswer ? { body: OUR_SDP } : {};
      const sessionTimer = ids.chance() < 0.3 ? { sessionTimer: { intervalSec: 90 } } : {};
      request.respond(status, { ...body, ...sessionTimer, isReliable: ids.chance() < 0.5 });
    };
    const times = Math.floor(ids.chance() * 4);
    for (let n = 0; n < times; n++) {
      if (ids.chance() < 0.5) answer();
      else request.clock.after(ids.chance() * 5000, answer);
    }
  };

interface Heard {
  readonly callId: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** A dialog the peer knows of from any message of ours. */
const dialogOf = (message: SipMessage): Heard => {
  const isRequest = message.startLine.kind === 'request';
  const [from, to] = [fromHeader(message)?.tag, toHeader(message)?.tag];
  return { callId: callId(message) ?? '', ours: isRequest ? from : to, theirs: isRequest ? to : from };
};

const lines = (ids: Ids): { readonly lines: string[]; readonly body?: string } => {
  const extra: string[] = [];
  if (ids.chance() < 0.6) extra.push('Supported: 100rel, timer');
  if (ids.chance() < 0.2) extra.push('Require: 100rel');
  if (ids.chance() < 0.3)
    extra.push(`Session-Expires: ${pick(ids, [60, 90, 200])};refresher=${pick(ids, ['uac', 'uas', 'x'])}`);
  if (ids.chance() < 0.3) extra.push(`RAck: ${Math.floor(ids.chance() * 5)} 1 INVITE`);
  return ids.chance() < 0.4 ? { lines: [...extra, SDP_LINE], body: PEER_SDP } : { lines: extra };
};

const step = (lab: CallLab, ids: Ids, n: number): void => {
  const { peer, ua, clock } = lab;
  const known = peer.received.length > 0 ? pick(ids, peer.received.slice(-12)) : undefined;
  const chance = ids.chance();
  if (chance < 0.12)
    lab.dial(ids.chance() < 0.7 ? {} : { answer: () => OUR_SDP, sessionTimer: { intervalSec: 90 } });
  else if (chance < 0.25) lab.invite({ callId: `storm-${n}`, branch: `z9hG4bK-${n}`, ...lines(ids) });
  else if (chance < 0.55 && known !== undefined) {
    const { callId: id, ours, theirs } = dialogOf(known);
    const acked = known.first('RSeq');
    const { lines: extra, ...body } = lines(ids);
    peer.send({
      method: pick(ids, METHODS),
      callId: id,
      toTag: ours,
      fromTag: theirs ?? 'p',
      cseq: ids.chance() < 0.8 ? n + 2 : 1,
      branch: ids.chance() < 0.8 ? `z9hG4bK-${n}` : `z9hG4bK-${Math.floor(ids.chance() * n)}`,
      lines: acked === undefined ? extra : [...extra, `RAck: ${acked} 1 INVITE`],
      ...body,
    });
  } else if (chance < 0.85) {
    const asked = peer.received.filter((m) => m.startLine.kind === 'request' && m.startLine.method !== 'ACK');
    const request = asked.length === 0 ? undefined : pick(ids, asked.slice(-6));
    if (request === undefined) return;
    const reliable =
      ids.chance() < 0.4 ? ['Require: 100rel', `RSeq: ${Math.floor(ids.chance() * 4) + 1}`] : [];
    const timer = ids.chance() < 0.2 ? ['Session-Expires: 90;refresher=uac', 'Min-SE: 95'] : [];
    const sdp = ids.chance() < 0.5 ? [SDP_LINE, PEER_SDP] : [];
    peer.respond(
      request,
      pick(ids, ANSWERS),
      [PEER_CONTACT, ...reliable, ...timer, ...sdp],
      pick(ids, ['a', 'b']),
    );
  } else if (chance < 0.92) {
    const session = ua.sessions[Math.floor(ids.chance() * ua.sessions.length)];
    const method = pick(ids, ['INVITE', 'UPDATE', 'INFO', 'BYE', 'OPTIONS']);
    session?.send(method, ids.chance() < 0.5 ? { body: OUR_SDP } : {}, { onResult: () => undefined });
  } else clock.advance(ids.chance() * 20_000);
};

/** Numbers of our requests, by dialog, that do not count up. */
const repeated = ({ peer }: CallLab): readonly string[] => {
  const last = new Map<string, number>();
  const seen = new Set<string>();
  const wrong: string[] = [];
  for (const message of peer.received) {
    const sequence = cseq(message);
    const { startLine } = message;
    if (startLine.kind !== 'request' || sequence === undefined) continue;
    if (startLine.method === 'ACK' || startLine.method === 'CANCEL') continue;
    const { callId: id, ours, theirs } = dialogOf(message);
    const branch = message.first('Via') ?? '';
    if (seen.has(branch)) continue;
    seen.add(branch);
    const key = `${id} ${ours} ${theirs}`;
    if (sequence.number <= (last.get(key) ?? 0)) wrong.push(`${key} ${startLine.method} ${sequence.number}`);
    last.set(key, sequence.number);
  }
  return wrong;
};

describe('calls in a storm of messages (RFC 3261 §12, §13, RFC 3262, RFC 3311, RFC 4028)', () => {
  it.each(Array.from({ length: STORMS }, (_, n) => `storm ${n}`))('%s leaves nothing behind', (seed) => {
    const ids = createIds(seed);
    const lab = createCallLab(whim(ids));
    lab.lint.allow(
      ['T9'],
      'the handler leaves requests alone, and the peer gives new ones the branch of old ones',
    );
    for (let n = 1; n <= STEPS; n++) step(lab, ids, n);
    lab.clock.advance(10_000);
    for (const session of lab.ua.sessions) session.hangUp();
    void lab.ua.stop(200_000);
    expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
    expect(repeated(lab)).toEqual([]);
  });
});
