import { challengedBefore } from '../challenge.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Seen } from '../seen.ts';
import { valueOf } from '../spans.ts';

/** UDP lets a message overtake another that was sent so much earlier. */
const OVERTAKING_MS = 200;

/** A refresh made by a timer, not by the user. @rfc 4028 §7.4, RFC 6665 §4.1.2.2 */
function isRefresh({ method, message, toTag }: Seen): boolean {
  if (toTag === '') return false;
  return (
    method === 'SUBSCRIBE' ||
    ((method === 'INVITE' || method === 'UPDATE') && message.first('Session-Expires') !== undefined)
  );
}

/** The earlier request of the same sender whose number is not below that of this one. */
function rival(scene: Scene): Seen | undefined {
  const { seen, dialog, call, isRepeat, isRelay } = scene;
  if (!seen.isRequest || isRepeat || isRelay || seen.method === 'ACK' || seen.method === 'CANCEL')
    return undefined;
  // Of a request that is tried again with credentials another rule speaks.
  if (challengedBefore(scene) !== undefined) return undefined;
  const number = seen.cseq ?? 0;
  if (dialog === undefined) {
    const last = seen.method === 'REGISTER' ? call.outside.get(seen.fromTag) : undefined;
    const isOther =
      last !== undefined && last.originKey !== seen.originKey && last.direction === seen.direction;
    return isOther && number <= (last.cseq ?? 0) ? last : undefined;
  }
  const party = dialog.requester(seen);
  const { last } = party;
  if (last === undefined || number > (last.cseq ?? 0)) return undefined;
  const twin = party.requests.filter((r) => r.cseq === number && r.originKey !== seen.originKey).at(-1);
  if (twin !== undefined) return twin;
  if (party.requests.some((r) => r.originKey === seen.originKey)) return undefined;
  const mayHaveBeenOvertaken =
    seen.direction === 'in' && !seen.isReliable && seen.atMs - last.atMs <= OVERTAKING_MS;
  return mayHaveBeenOvertaken ? undefined : last;
}

/** One of two different requests with the same number comes from a timer. */
const isShared = (seen: Seen, other: Seen): boolean =>
  seen.cseq === other.cseq && isRefresh(seen) !== isRefresh(other);

const D2: Rule = {
  id: 'D2',
  title: 'The CSeq number rises with every new request of a sender in a dialog.',
  severity: 'error',
  rfc: 'RFC 3261 §12.2.1.1',
  advice:
    'Count the requests of a dialog in one place, each direction for itself, and add one for every request but ACK and CANCEL.',
  check: (scene, report) => {
    const { seen } = scene;
    const other = rival(scene);
    if (other === undefined || isShared(seen, other)) return;
    const isEqual = seen.cseq === other.cseq;
    report({
      message: isEqual
        ? `The ${seen.method} repeats the CSeq number ${seen.cseq ?? ''} of the ${other.method} before it.`
        : `The ${seen.method} has CSeq number ${seen.cseq ?? ''} after the ${other.cseq ?? ''} of a ${other.method}.`,
      span: valueOf(seen, 'CSeq'),
      relatedTo: other,
    });
  },
};

const D3: Rule = {
  id: 'D3',
  title: 'A refresh made by a timer and a request of the user never share a CSeq number.',
  severity: 'error',
  rfc: 'RFC 3261 §12.2.1.1, RFC 4028 §7.4',
  advice:
    'Let the session timer ask the dialog for its next number at the moment it sends, like everybody else, instead of keeping a number of its own.',
  check: (scene, report) => {
    const { seen } = scene;
    const other = rival(scene);
    if (other === undefined || !isShared(seen, other)) return;
    report({
      message: `The ${seen.method} and the ${other.method} share the CSeq number ${seen.cseq ?? ''}; one of them is a refresh.`,
      span: valueOf(seen, 'CSeq'),
      relatedTo: other,
    });
  },
};

export const SEQUENCE_RULES: readonly Rule[] = [D2, D3];
