import { type HeaderName, headerId } from '../header-names.ts';
import { cseq } from '../headers/cseq.ts';
import { fromHeader, toHeader } from '../headers/name-addr.ts';
import type { ParsedMessage } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';
import { type Rule, startLineSpan } from './report.ts';

const MANDATORY: readonly HeaderName[] = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];

/** Header fields of which a message has at most one. @rfc 3261 §7.3.1, §20 */
const SINGLE: readonly HeaderName[] = [
  'Call-ID',
  'Content-Length',
  'Content-Type',
  'CSeq',
  'Date',
  'Event',
  'Expires',
  'From',
  'Max-Forwards',
  'MIME-Version',
  'Min-Expires',
  'Min-SE',
  'Organization',
  'Priority',
  'RAck',
  'Refer-To',
  'Referred-By',
  'Replaces',
  'Reply-To',
  'Retry-After',
  'RSeq',
  'Server',
  'Session-Expires',
  'Session-ID',
  'Subject',
  'Subscription-State',
  'Timestamp',
  'To',
  'User-Agent',
];

const has = (message: ParsedMessage, name: HeaderName): boolean => message.find(headerId(name)) >= 0;

const mandatory: Rule = (message, report) => {
  const kind = message.startLine.kind;
  if (kind === 'invalid') return;
  for (const name of MANDATORY) {
    if (has(message, name)) continue;
    report(
      'error',
      'header-missing',
      `The header field ${name} is missing.`,
      'RFC 3261 §8.1.1',
      startLineSpan(message),
    );
  }
  if (kind === 'request' && !has(message, 'Max-Forwards')) {
    report(
      'warning',
      'max-forwards-missing',
      'The header field Max-Forwards is missing.',
      'RFC 3261 §8.1.1.6',
      startLineSpan(message),
    );
  }
};

/** Requests and responses that set the remote target of a dialog. */
const contact: Rule = (message, report) => {
  const line = message.startLine;
  if (line.kind === 'invalid' || has(message, 'Contact')) return;
  const method = line.kind === 'request' ? line.method : cseq(message)?.method;
  const isAnswer = line.kind === 'response' && line.status >= 200 && line.status < 300;
  if ((line.kind === 'request' || isAnswer) && (method === 'INVITE' || method === 'SUBSCRIBE')) {
    report(
      'error',
      'contact-missing',
      `A Contact is mandatory in ${line.kind === 'request' ? `an ${method}` : `a 2xx to ${method}`}.`,
      'RFC 3261 §8.1.1.8, §12.1.1',
      startLineSpan(message),
    );
  }
};

const single: Rule = (message, report) => {
  for (const name of SINGLE) {
    const id = headerId(name);
    const first = message.find(id);
    if (first < 0) continue;
    for (let at = message.find(id, first + INDEX_STRIDE); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
      report(
        'error',
        'header-repeated',
        `There is more than one ${name}; only one is allowed.`,
        'RFC 3261 §7.3.1',
        { start: message.lineStart(at), end: message.lineEnd(at) },
      );
    }
  }
};

const tags: Rule = (message, report) => {
  const line = message.startLine;
  const from = fromHeader(message);
  if (from !== undefined && from.problem === undefined && from.tag === undefined) {
    report(
      'warning',
      'from-tag-missing',
      'From carries no tag, as in RFC 2543.',
      'RFC 3261 §8.1.1.3',
      from.span,
    );
  }
  const to = toHeader(message);
  if (
    line.kind === 'response' &&
    line.status > 100 &&
    to !== undefined &&
    to.problem === undefined &&
    to.tag === undefined
  ) {
    report(
      'warning',
      'to-tag-missing',
      'To carries no tag in a response above 100.',
      'RFC 3261 §8.2.6.2',
      to.span,
    );
  }
};

export const PRESENCE_RULES: readonly Rule[] = [mandatory, contact, single, tags];
