import type { Direction, MediaSection, Sdp } from '../../sdp/sdp.ts';
import type { Dialog } from '../knowledge/dialog.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Seen } from '../seen.ts';
import { sdpLine } from '../spans.ts';

const body = (seen: Seen): ReturnType<typeof sdpLine> => sdpLine(seen, undefined);

/** A description that is judged once: where it was written. */
const isFirst = ({ isRepeat, isRelay }: Scene): boolean => !isRepeat && !isRelay;

/** Whose unanswered offer forbids this one; an offer of the peer may have crossed it on the way. @rfc 3264 §4 */
function rivalOffer({ seen, dialog, sdpRole }: Scene): Seen | undefined {
  const outstanding = dialog?.session.outstanding;
  if (sdpRole?.kind !== 'offer' || outstanding === undefined || outstanding.carrier?.request === seen)
    return undefined;
  const sender = seen.isRequest ? seen.fromTag : seen.toTag;
  const isOfSender = outstanding.by === sender;
  return isOfSender || seen.direction === 'out' ? outstanding.offer : undefined;
}

const O1: Rule = {
  id: 'O1',
  title: 'Every answer has an offer, and nobody makes an offer while another one is open.',
  severity: 'error',
  rfc: 'RFC 3264 §4, RFC 6337 §2',
  advice:
    'Wait for the answer, or refuse with 491 or 500, before the next offer; send SDP in ACK, PRACK or their responses only where an offer asks for it.',
  check: (scene, report) => {
    const { seen, sdpRole } = scene;
    if (!isFirst(scene)) return;
    const name = seen.isRequest ? seen.method : `${seen.status} to ${seen.method}`;
    if (sdpRole?.kind === 'stray')
      report({ message: `The ${name} carries an answer, but no offer is open.`, span: body(seen) });
    const rival = rivalOffer(scene);
    if (rival === undefined) return;
    report({
      message: `The ${name} carries an offer while another one is open.`,
      span: body(seen),
      relatedTo: rival,
    });
  },
};

/** An answer with its offer. */
function exchangeOf(
  scene: Scene,
): { readonly offer: Seen; readonly offered: Sdp; readonly answered: Sdp } | undefined {
  const { seen, sdpRole } = scene;
  if (!isFirst(scene) || sdpRole?.kind !== 'answer') return undefined;
  const { offer } = sdpRole;
  return offer.sdp === undefined || seen.sdp === undefined
    ? undefined
    : { offer, offered: offer.sdp, answered: seen.sdp };
}

/** The description that settled the streams before this offer. */
function agreedBefore({ sdpRole, dialog }: Scene): Seen | undefined {
  return sdpRole?.kind === 'offer' ? dialog?.session.agreed?.answer : undefined;
}

/** Where two lists of streams part; a stream given up (port 0) may be followed by another kind in its place. */
function differingStream(before: Sdp, after: Sdp): number | undefined {
  const { length } = before.media;
  if (after.media.length < length) return after.media.length;
  for (let i = 0; i < length; i++) {
    const [old, now] = [before.media[i], after.media[i]];
    if (old?.kind !== now?.kind && old?.port !== 0) return i;
  }
  return undefined;
}

const O2: Rule = {
  id: 'O2',
  title: 'The streams of a session keep their number and order.',
  severity: 'error',
  rfc: 'RFC 3264 §6, §8',
  advice:
    'Answer every m= line of an offer in its place, unwanted ones with port 0, and never take a line away later: set its port to 0.',
  check: (scene, report) => {
    const { seen } = scene;
    const exchange = exchangeOf(scene);
    const agreed = isFirst(scene) ? agreedBefore(scene) : undefined;
    const before = exchange?.offered ?? agreed?.sdp;
    if (before === undefined || seen.sdp === undefined) return;
    const at =
      differingStream(before, seen.sdp) ??
      (exchange !== undefined && seen.sdp.media.length > before.media.length
        ? before.media.length
        : undefined);
    if (at === undefined) return;
    const count = (sdp: Sdp): string =>
      `${sdp.media.length} ${sdp.media.length === 1 ? 'stream' : 'streams'}`;
    const isCount = seen.sdp.media.length !== before.media.length;
    const what = exchange === undefined ? 'session' : 'offer';
    report({
      message: isCount
        ? `The SDP has ${count(seen.sdp)}, the ${what} ${count(before)}.`
        : `Stream ${at + 1} is ${seen.sdp.media[at]?.kind ?? ''}, in the ${what} it is ${before.media[at]?.kind ?? ''}.`,
      span: sdpLine(seen, seen.sdp.media[at]?.lines[0]),
      relatedTo: exchange?.offer ?? agreed,
    });
  },
};

/** The live streams of an answer with what was offered in their place. */
function liveStreams(offered: Sdp, answered: Sdp): readonly (readonly [MediaSection, MediaSection])[] {
  return answered.media.flatMap((answer, i) => {
    const offer = offered.media[i];
    return offer === undefined || answer.port === 0 || offer.port === 0 ? [] : [[offer, answer] as const];
  });
}

const O3: Rule = {
  id: 'O3',
  title: 'An answer takes at least one of the formats offered.',
  severity: 'error',
  rfc: 'RFC 3264 §6.1',
  advice:
    'Answer with payload types of the offer, by their numbers there; refuse the stream with port 0 when none of them fits.',
  check: (scene, report) => {
    const { seen } = scene;
    const exchange = exchangeOf(scene);
    if (exchange === undefined) return;
    for (const [offer, answer] of liveStreams(exchange.offered, exchange.answered)) {
      const added = answer.formats.filter((f) => !offer.formats.includes(f));
      if (added.length === 0) continue;
      const isNone = added.length === answer.formats.length;
      report({
        message: isNone
          ? `None of the formats ${answer.formats.join(' ')} was offered for ${answer.kind}.`
          : `The ${answer.kind} formats ${added.join(' ')} of the answer were not offered.`,
        span: sdpLine(seen, answer.lines[0]),
        relatedTo: exchange.offer,
        ...(isNone ? {} : { severity: 'info' }),
      });
    }
  },
};

/** `o=` split: username, session id, version and address. @rfc 8866 §5.2 */
function origin(
  sdp: Sdp,
): { readonly line: Sdp['session'][number]; readonly session: string; readonly version: bigint } | undefined {
  const line = sdp.session.find((l) => l.type === 'o');
  const [user = '', id = '', version = '', ...address] = line?.value.split(' ') ?? [];
  if (line === undefined || !/^\d{1,40}$/.test(version)) return undefined;
  return { line, session: [user, id, ...address].join(' '), version: BigInt(version) };
}

const isSameText = (a: Seen, b: Seen): boolean => a.bodyText === b.bodyText;

function formerSdp(dialog: Dialog | undefined, seen: Seen): Seen | undefined {
  return dialog?.sender(seen).sdp;
}

const O4: Rule = {
  id: 'O4',
  title: 'A changed session description has the same o= line with a version one higher.',
  severity: 'error',
  rfc: 'RFC 3264 §8',
  advice: 'Keep the o= line of the session, add one to its version with every change and only then.',
  check: (scene, report) => {
    const { seen, dialog, sdpRole } = scene;
    if (!isFirst(scene) || (sdpRole?.kind !== 'offer' && sdpRole?.kind !== 'answer')) return;
    const former = formerSdp(dialog, seen);
    if (former?.sdp === undefined || seen.sdp === undefined || former === seen || isSameText(former, seen))
      return;
    const [before, now] = [origin(former.sdp), origin(seen.sdp)];
    if (before === undefined || now === undefined) return;
    const span = sdpLine(seen, now.line);
    if (before.session !== now.session) {
      report({
        message: 'The o= line names another session than the description before.',
        span,
        relatedTo: former,
      });
      return;
    }
    if (now.version === before.version + 1n) return;
    report({
      message: `The description changed, but its version went from ${before.version} to ${now.version}.`,
      span,
      relatedTo: former,
    });
  },
};

/** @rfc 3264 §6.1 */
const ALLOWED: Readonly<Record<Direction, readonly Direction[]>> = {
  sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
  sendonly: ['recvonly', 'inactive'],
  recvonly: ['sendonly', 'inactive'],
  inactive: ['inactive'],
};

const O5: Rule = {
  id: 'O5',
  title: 'The direction of an answer fits the offer.',
  severity: 'error',
  rfc: 'RFC 3264 §6.1',
  advice:
    'Answer sendonly with recvonly, recvonly with sendonly, and inactive with inactive; inactive fits every offer.',
  check: (scene, report) => {
    const { seen } = scene;
    const exchange = exchangeOf(scene);
    if (exchange === undefined) return;
    for (const [offer, answer] of liveStreams(exchange.offered, exchange.answered)) {
      if (ALLOWED[offer.direction].includes(answer.direction)) continue;
      const line =
        answer.lines.find((l) => l.type === 'a' && l.value === answer.direction) ?? answer.lines[0];
      report({
        message: `The ${answer.kind} stream offered as ${offer.direction} was answered ${answer.direction}.`,
        span: sdpLine(seen, line),
        relatedTo: exchange.offer,
      });
    }
  },
};

export const OFFER_RULES: readonly Rule[] = [O1, O2, O3, O4, O5];
