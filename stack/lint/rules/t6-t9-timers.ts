import type { Transaction } from '../knowledge/transaction.ts';
import type { Facts } from '../options.ts';
import type { Expect, Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { startLine } from '../spans.ts';

const TOLERANCE_MS = 50;

const T6: Rule = {
  id: 'T6',
  title: 'Nothing is retransmitted over a reliable transport.',
  severity: 'error',
  rfc: 'RFC 3261 §17.1.1.2, §17.1.2.2',
  advice: 'Switch timers A, E and G off on TCP, TLS and WebSocket: the stream repeats what was lost.',
  check: ({ seen, isRepeat, transaction }, report) => {
    if (!isRepeat || !seen.isReliable || transaction === undefined) return;
    // The cores repeat a 2xx, its ACK and reliable provisional responses on every transport.
    const isOfCore = seen.isRequest
      ? seen.method === 'ACK'
      : !(seen.method === 'INVITE' && seen.status >= 300);
    if (isOfCore) return;
    const first = seen.isRequest ? transaction.request : transaction.earlier(seen);
    report({
      message: `The ${seen.isRequest ? seen.method : seen.status} was sent again over ${seen.protocol.toUpperCase()}.`,
      span: startLine(seen),
      relatedTo: first,
    });
  },
};

/**
 * How long to wait after that many transmissions. A provisional response changes the timer of other requests than INVITE when it fires next.
 * @rfc 3261 §17.1.1.2 (A), §17.1.2.2 (E)
 */
function intervalMs({ request, responses, requestTimes }: Transaction, { t1Ms, t2Ms }: Facts): number {
  const doubled = t1Ms * 2 ** (requestTimes.length - 1);
  if (request.method === 'INVITE') return doubled;
  const provisionalAtMs = responses.find((r) => r.isProvisional)?.atMs ?? Infinity;
  return provisionalAtMs < (requestTimes.at(-1) ?? 0) ? t2Ms : Math.min(t2Ms, doubled);
}

/** A stateless proxy passes on what comes, when it comes: the timer is that of the sender. @rfc 3261 §16.11 */
function isPassedOnAgain({ relayOf, requestTimes }: Transaction): boolean {
  if (relayOf === undefined) return false;
  const { requestTimes: received } = relayOf;
  return received.length > requestTimes.length || (received.at(-1) ?? 0) > (requestTimes.at(-1) ?? 0);
}

const T7: Rule = {
  id: 'T7',
  title: 'Retransmissions over UDP follow the timers: T1, doubling, for other requests than INVITE up to T2.',
  severity: 'warning',
  rfc: 'RFC 3261 §17.1.1.2, §17.1.2.2',
  advice:
    'Start timer A or E at T1 and double it each time; a provisional response ends it for INVITE and sets it to T2 for other requests.',
  check: ({ seen, isRepeat, transaction, facts }, report) => {
    if (!isRepeat || !seen.isRequest || seen.isReliable || transaction === undefined || seen.method === 'ACK')
      return;
    if (isPassedOnAgain(transaction)) return;
    const times = transaction.requestTimes;
    const gapMs = seen.atMs - (times.at(-1) ?? seen.atMs);
    const isOwn = seen.direction === 'out';
    // What was lost and what the network doubled is not known of a peer: nothing is early after T1.
    const dueMs = isOwn ? intervalMs(transaction, facts) : facts.t1Ms;
    // A copy made by the network comes at once; waits of the network stretch and shrink the interval at the receiver.
    const isEarly = isOwn ? gapMs < dueMs - TOLERANCE_MS : gapMs > TOLERANCE_MS && gapMs < dueMs / 2;
    const isPastProvisional = isOwn && seen.method === 'INVITE' && transaction.hasProvisional;
    if (!isEarly && !isPastProvisional) return;
    report({
      message: isPastProvisional
        ? 'The INVITE was sent again after a provisional response.'
        : `The ${seen.method} was sent again after ${Math.round(gapMs)} ms, where the timer says ${dueMs} ms.`,
      span: startLine(seen),
      relatedTo: transaction.request,
    });
  },
};

/** After so many intervals without anything the network cannot be the reason. */
const MISSED_OF_PEER = 8;

const T8: Rule = {
  id: 'T8',
  title: 'A 2xx to INVITE is repeated until its ACK comes.',
  severity: 'error',
  rfc: 'RFC 3261 §13.3.1.4',
  advice:
    'Send the 2xx again after T1, then at doubling intervals up to T2, on every transport, until the ACK is here or 64*T1 have passed.',
  expect: (scene, expect) => {
    const { seen, transaction, dialog, facts } = scene;
    if (
      seen.isRequest ||
      seen.method !== 'INVITE' ||
      !seen.isSuccess ||
      transaction === undefined ||
      transaction.isRelayed
    )
      return;
    const sent = transaction.successes;
    const isOwn = seen.direction === 'out';
    if (!isOwn && sent > 1) return;
    const gapMs = Math.min(facts.t2Ms, facts.t1Ms * 2 ** (sent - 1));
    const first = transaction.final?.atMs ?? seen.atMs;
    const dueAtMs = seen.atMs + (isOwn ? 2 * gapMs : MISSED_OF_PEER * facts.t1Ms);
    if (dueAtMs >= first + 64 * facts.t1Ms) return;
    expect(dueAtMs, () => {
      const isOver =
        transaction.acknowledged.has(seen.toTag) || transaction.successes > sent || dialog?.bye !== undefined;
      if (isOver) return undefined;
      return {
        message: `The ${seen.status} was not repeated although no ACK came.`,
        span: startLine(seen),
      };
    });
  },
};

/** What is late is late by more than the last transmission may take. */
const SLACK_MS = 1000;

function expectFinal(scene: Scene, expect: Expect): void {
  const { seen, transaction, facts, isRepeat } = scene;
  if (!seen.isRequest || isRepeat || seen.method === 'ACK' || transaction === undefined) return;
  expect(seen.atMs + 64 * facts.t1Ms + SLACK_MS, () => {
    const isInvite = seen.method === 'INVITE';
    const isAnswered = isInvite ? transaction.responses.length > 0 : transaction.final !== undefined;
    // A proxy has nothing to pass back where nobody answered, and no 408 of its own for these. @rfc 4320 §4.2
    const isPassedOn = !isInvite && transaction.relays.length > 0;
    if (isAnswered || (isPassedOn && transaction.relays.every((relay) => relay.final === undefined)))
      return undefined;
    return {
      message: isInvite
        ? 'The INVITE got no response within 64*T1.'
        : `The ${seen.method} got no final response within 64*T1.`,
      span: startLine(seen),
      by: seen.by === 'local' ? 'remote' : 'local',
    };
  });
}

const T9: Rule = {
  id: 'T9',
  title: 'Every request is answered within 64*T1.',
  severity: 'warning',
  rfc: 'RFC 3261 §17.1.1.2, §17.1.2.2',
  advice:
    'Check that the request reaches its receiver and that the response finds its way back; the receiver must answer everything but ACK.',
  expect: expectFinal,
};

export const TIMER_RULES: readonly Rule[] = [T6, T7, T8, T9];
