import type { Rule } from '../rule.ts';
import { startLine } from '../spans.ts';

const T10: Rule = {
  id: 'T10',
  title: 'A proxy passes the ACK to a 2xx on once, to the one element that answered.',
  severity: 'error',
  rfc: 'RFC 3261 §16.6, §16.10',
  advice:
    'Route the ACK to a 2xx by its Request-URI and Route like any request inside a dialog, not along the branches of the INVITE.',
  check: ({ seen, call, isRepeat, relayOf }, report) => {
    if (seen.method !== 'ACK' || !seen.isRequest || isRepeat) return;
    // Here the copies go out; or they come in, more of them than there were 2xx to acknowledge.
    if (relayOf !== undefined) {
      if (relayOf.relays.length < relayOf.requestTimes.length) return;
      report({
        message: 'The ACK was passed on more than once.',
        span: startLine(seen),
        relatedTo: relayOf.relays[0]?.request,
      });
      return;
    }
    if (seen.direction !== 'in' || seen.viaCount < 2) return;
    const copies = call.where(
      ({ request }) =>
        request.method === 'ACK' && request.direction === 'in' && request.originKey === seen.originKey,
    );
    const invite = call.inviteBySequence(seen);
    if (invite?.final?.isSuccess !== true || copies.length < invite.successes) return;
    report({
      message: 'The same ACK came over several branches of a proxy.',
      span: startLine(seen),
      relatedTo: copies[0]?.request,
    });
  },
};

const T11: Rule = {
  id: 'T11',
  title: 'A proxy does not pass a 503 on unchanged.',
  severity: 'warning',
  rfc: 'RFC 3261 §16.7',
  advice: 'Answer 500 instead: a 503 tells the element before to avoid this proxy, not the server behind it.',
  check: ({ seen, transaction, isRepeat }, report) => {
    if (seen.isRequest || seen.status !== 503 || seen.direction !== 'out' || isRepeat) return;
    const source = transaction?.relays.map((r) => r.final).find((final) => final?.status === 503);
    if (source === undefined) return;
    report({
      message: 'A 503 of the next hop was passed on as it came.',
      span: startLine(seen),
      relatedTo: source,
    });
  },
};

const T12: Rule = {
  id: 'T12',
  title: 'Only an INVITE is answered 408.',
  severity: 'error',
  rfc: 'RFC 4320 §4.2',
  advice:
    'Send no response to another request once its time is over: its sender has given up by then, and the 408 hits its peers.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    if (seen.isRequest || seen.status !== 408 || seen.method === 'INVITE' || isRepeat || isRelay) return;
    report({ message: `The ${seen.method} was answered 408.`, span: startLine(seen) });
  },
};

export const RELAY_RULES: readonly Rule[] = [T10, T11, T12];
