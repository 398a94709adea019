import { fromHeader, toHeader } from '../../message/headers/name-addr.ts';
import { tokens } from '../../message/headers/token-list.ts';
import { equalUris } from '../../message/uri.ts';
import type { Rule } from '../rule.ts';
import { valueOf } from '../spans.ts';

const D6: Rule = {
  id: 'D6',
  title: 'Every new dialog or request outside dialogs has a From tag of its own.',
  severity: 'warning',
  rfc: 'RFC 3261 §19.3',
  advice: 'Draw a new random tag of at least 32 bits for each Call-ID instead of one for the whole client.',
  check: ({ seen, facts, isRepeat, isRelay }, report) => {
    if (isRepeat || isRelay || !facts.fromTags.isReused(seen.message, seen.direction)) return;
    report({
      message: `The From tag ${seen.fromTag} was used with another Call-ID before.`,
      span: valueOf(seen, 'From'),
    });
  },
};

const D7: Rule = {
  id: 'D7',
  title: 'Inside a dialog, From and To keep the URIs of the first request.',
  severity: 'warning',
  rfc: 'RFC 3261 §12.2.1.1',
  advice:
    'Keep the URIs of From and To with the dialog and repeat them, exchanged on the side of the callee; do not take them from the configuration.',
  check: ({ seen, dialog, isRepeat, isRelay }, report) => {
    if (!seen.isRequest || isRepeat || isRelay || dialog === undefined) return;
    // Those who agreed on it may tell a new identity. @rfc 4916 §4
    if (tokens(seen.message, 'Supported').includes('from-change')) return;
    const party = dialog.requester(seen);
    const ends = [
      ['From', fromHeader(seen.message)?.uri, party],
      ['To', toHeader(seen.message)?.uri, dialog.otherThan(party)],
    ] as const;
    for (const [name, uri, { uri: first, alias }] of ends) {
      if (uri === undefined || uri === first || uri === alias || equalUris(uri, first)) continue;
      report({
        message: `${name} of the ${seen.method} is ${uri}; the dialog began with ${first}.`,
        span: valueOf(seen, name),
        relatedTo: dialog.request,
      });
    }
  },
};

export const IDENTITY_RULES: readonly Rule[] = [D6, D7];
