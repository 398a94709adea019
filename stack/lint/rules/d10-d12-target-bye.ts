import { routes } from '../../message/headers/name-addr.ts';
import { equalUris, parseUri } from '../../message/uri.ts';
import type { Rule } from '../rule.ts';
import { requestUri, startLine, valueOf } from '../spans.ts';

/** How long a new target may be on its way to the peer. */
const ON_THE_WAY_MS = 2000;

/** A Request-URI has neither headers nor method. @rfc 3261 §19.1.1 */
function isSameTarget(uri: string, contact: string): boolean {
  if (uri === contact || equalUris(uri, contact)) return true;
  const question = contact.indexOf('?');
  return question >= 0 && equalUris(uri, contact.slice(0, question));
}

const D10: Rule = {
  id: 'D10',
  title: 'A request inside a dialog goes to the Contact its peer gave last.',
  severity: 'error',
  rfc: 'RFC 3261 §12.2.1.2',
  advice:
    'Replace the remote target by the Contact of every 2xx or reliable 1xx to a re-INVITE or UPDATE, and of every such request answered so.',
  check: ({ seen, dialog, call, isRepeat, isRelay }, report) => {
    if (!seen.isRequest || isRepeat || isRelay || dialog === undefined || seen.method === 'CANCEL') return;
    if (seen.method === 'ACK' && call.inviteByBranch(seen) !== undefined) return;
    const party = dialog.requester(seen);
    const first = party.routeSet?.[0];
    // A strict router stands in the Request-URI itself.
    if (first !== undefined && !parseUri(first).params.has('lr')) return;
    if (routes(seen.message).some((r) => !parseUri(r.uri).params.has('lr'))) return;
    const peer = dialog.otherThan(party);
    const { target } = peer;
    if (target === undefined || isSameTarget(seen.uri, target.uri)) return;
    if (seen.direction === 'in' && seen.atMs - target.sinceMs < ON_THE_WAY_MS) return;
    const isStale = peer.targets.some((t) => isSameTarget(seen.uri, t.uri));
    if (!isStale && seen.viaCount > 1) return;
    report({
      message: isStale
        ? `The ${seen.method} goes to a Contact that was replaced by ${target.uri}.`
        : `The ${seen.method} does not go to the Contact of its peer, ${target.uri}.`,
      span: requestUri(seen),
      relatedTo: dialog.confirmedBy,
    });
  },
};

const D11: Rule = {
  id: 'D11',
  title: 'The callee sends no BYE before the ACK to its 2xx has come or has been given up.',
  severity: 'error',
  rfc: 'RFC 3261 §15',
  advice: 'Hold the BYE back until the ACK is here or 64*T1 have passed since the 2xx.',
  check: ({ seen, dialog, call, facts, isRepeat, isRelay }, report) => {
    if (seen.method !== 'BYE' || !seen.isRequest || isRepeat || isRelay || dialog === undefined) return;
    if (dialog.requester(seen) !== dialog.callee || dialog.request.method !== 'INVITE') return;
    const invite = call.where(({ request }) => request === dialog.request)[0];
    const success = dialog.confirmedBy;
    if (invite === undefined) return;
    const isAcknowledged = invite.acknowledged.has(dialog.callee.tag);
    const isGivenUp = success !== undefined && seen.atMs - success.atMs >= 64 * facts.t1Ms - 1;
    // The 2xx of a peer may have been lost.
    const mayBeLost = success === undefined && seen.direction === 'in';
    if (isAcknowledged || isGivenUp || mayBeLost) return;
    report({
      message:
        success === undefined
          ? 'The callee sends a BYE before it has answered.'
          : 'The callee sends a BYE before its 2xx was acknowledged.',
      span: startLine(seen),
      relatedTo: success,
    });
  },
};

const D12: Rule = {
  id: 'D12',
  title: 'A BYE carries the To tag of its dialog.',
  severity: 'error',
  rfc: 'RFC 3261 §15.1.1',
  advice: 'Build the BYE from the dialog; to end a call that has no dialog yet, send a CANCEL.',
  check: ({ seen, dialog, isRepeat, isRelay }, report) => {
    if (seen.method !== 'BYE' || !seen.isRequest || isRepeat || isRelay || seen.toTag !== '') return;
    if (dialog !== undefined) return;
    report({ message: 'The BYE has no To tag and so belongs to no dialog.', span: valueOf(seen, 'To') });
  },
};

export const END_RULES: readonly Rule[] = [D10, D11, D12];
