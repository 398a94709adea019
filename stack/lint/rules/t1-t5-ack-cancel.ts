import { routes } from '../../message/headers/name-addr.ts';
import type { Transaction } from '../knowledge/transaction.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { linesOf, requestUri, startLine, topVia, valueOf } from '../spans.ts';

/** An ACK or CANCEL seen for the first time, of a sender that makes unique branches. */
function isFirst({ seen, isRepeat }: Scene, method: string): boolean {
  return seen.isRequest && seen.method === method && !isRepeat && seen.hasCookie;
}

const T1: Rule = {
  id: 'T1',
  title: 'The ACK to a failure has the branch of its INVITE.',
  severity: 'error',
  rfc: 'RFC 3261 §17.1.1.3',
  advice:
    'Let the transaction send the ACK to a 300 to 699: the top Via of the INVITE, its Request-URI and Route, and the To of the response.',
  check: (scene, report) => {
    const { seen, call } = scene;
    if (!isFirst(scene, 'ACK') || scene.isRelay || call.inviteByBranch(seen) !== undefined) return;
    const invite = call.inviteBySequence(seen);
    const { final, request } = invite ?? {};
    if (
      final === undefined ||
      final.status < 300 ||
      final.toTag !== seen.toTag ||
      request?.cseq !== seen.cseq
    )
      return;
    if (invite?.responses.some((r) => r.isSuccess && r.toTag === seen.toTag) === true) return;
    report({
      message: `The ACK to the ${final.status} has another branch than its INVITE.`,
      span: topVia(seen),
      relatedTo: request,
    });
  },
};

const T2: Rule = {
  id: 'T2',
  title: 'The ACK to a 2xx has a branch of its own.',
  severity: 'error',
  rfc: 'RFC 3261 §13.2.2.4, §17.1.1.3',
  advice:
    'Send the ACK to a 2xx from the dialog, as a request of its own with a new branch, not from the transaction of the INVITE.',
  check: (scene, report) => {
    const { seen, call } = scene;
    if (!isFirst(scene, 'ACK') || scene.isRelay) return;
    const invite = call.inviteByBranch(seen);
    if (invite?.final?.isSuccess !== true) return;
    report({
      message: `The ACK to the ${invite.final.status} reuses the branch of its INVITE.`,
      span: topVia(seen),
      relatedTo: invite.request,
    });
  },
};

const routeText = ({ request }: Transaction): string =>
  routes(request.message)
    .map((r) => r.uri)
    .join();

const T3: Rule = {
  id: 'T3',
  title: 'A CANCEL has branch, Request-URI, Route and CSeq number of its INVITE.',
  severity: 'error',
  rfc: 'RFC 3261 §9.1',
  advice:
    'Build the CANCEL from the INVITE as it was sent: same top Via, Request-URI, Route, From, To, Call-ID and CSeq number.',
  check: (scene, report) => {
    const { seen, call } = scene;
    if (!isFirst(scene, 'CANCEL')) return;
    const byBranch = call.inviteByBranch(seen);
    const invite = byBranch ?? call.inviteBySequence(seen);
    if (invite === undefined) return;
    const { request } = invite;
    const tell = (what: string, span: ReturnType<typeof topVia>): void => {
      report({ message: `The CANCEL has another ${what} than its INVITE.`, span, relatedTo: request });
    };
    if (byBranch === undefined) tell('branch', topVia(seen));
    if (request.cseq !== seen.cseq) tell('CSeq number', valueOf(seen, 'CSeq'));
    if (request.uri !== seen.uri) tell('Request-URI', requestUri(seen));
    if (
      routes(seen.message)
        .map((r) => r.uri)
        .join() !== routeText(invite)
    )
      tell('Route', linesOf(seen, 'Route'));
  },
};

const T4: Rule = {
  id: 'T4',
  title: 'A CANCEL waits for the first provisional response.',
  severity: 'error',
  rfc: 'RFC 3261 §9.1',
  advice: 'Remember that the user hung up and send the CANCEL when the first 1xx comes.',
  check: (scene, report) => {
    const { seen, call } = scene;
    if (!isFirst(scene, 'CANCEL') || scene.isRelay) return;
    const invite = call.inviteByBranch(seen) ?? call.inviteBySequence(seen);
    if (invite === undefined || invite.responses.length > 0) return;
    report({
      message: 'The CANCEL was sent before any response to its INVITE.',
      span: startLine(seen),
      relatedTo: invite.request,
    });
  },
};

const T5: Rule = {
  id: 'T5',
  title: 'An ACK is never answered.',
  severity: 'error',
  rfc: 'RFC 3261 §17.1.1.3, §17.2.1',
  advice: 'Drop an ACK that matches nothing; there is no transaction whose response could be sent.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    if (seen.isRequest || seen.method !== 'ACK' || isRepeat || isRelay) return;
    report({ message: `An ACK was answered ${seen.status}.`, span: startLine(seen) });
  },
};

export const ACK_RULES: readonly Rule[] = [T1, T2, T3, T4, T5];
