import { type HeaderName, headerId } from '../header-names.ts';
import { cseq } from '../headers/cseq.ts';
import { assertedIdentities, preferredIdentities } from '../headers/asserted-identity.ts';
import { diversions } from '../headers/diversion.ts';
import { historyInfo } from '../headers/history-info.ts';
import {
  type NameAddr,
  contacts,
  fromHeader,
  recordRoutes,
  replyTo,
  routes,
  toHeader,
} from '../headers/name-addr.ts';
import { path, serviceRoute } from '../headers/path.ts';
import { referTo, referredBy } from '../headers/refer.ts';
import { expires } from '../headers/simple.ts';
import { vias } from '../headers/via.ts';
import type { SipMessage } from '../message.ts';
import { parseUri } from '../uri.ts';
import { INDEX_STRIDE } from '../scan.ts';
import { type Rule, valueSpan } from './report.ts';

const viaSyntax: Rule = (message, report) => {
  vias(message).forEach(({ problem, branch, span }, i) => {
    if (problem !== undefined) report('error', 'via-malformed', problem, 'RFC 3261 §20.42', span);
    else if (i === 0 && branch === undefined) {
      report('warning', 'branch-missing', 'The top Via carries no branch.', 'RFC 3261 §8.1.1.7', span);
    } else if (i === 0 && branch?.toLowerCase() === 'z9hg4bk') {
      report(
        'warning',
        'branch-empty',
        'The branch is the magic cookie alone and identifies nothing.',
        'RFC 3261 §8.1.1.7',
        span,
      );
    }
  });
};

const one =
  (read: (message: SipMessage) => NameAddr | undefined) =>
  (message: SipMessage): readonly NameAddr[] => {
    const value = read(message);
    return value === undefined ? [] : [value];
  };

/** Header fields made of name-addr values. */
const NAME_ADDRS: readonly (readonly [
  HeaderName,
  (message: SipMessage) => readonly NameAddr[],
  rfc: string,
])[] = [
  ['From', one(fromHeader), 'RFC 3261 §20.20'],
  ['To', one(toHeader), 'RFC 3261 §20.39'],
  ['Contact', contacts, 'RFC 3261 §20.10'],
  ['Route', routes, 'RFC 3261 §20.34'],
  ['Record-Route', recordRoutes, 'RFC 3261 §20.30'],
  ['Reply-To', one(replyTo), 'RFC 3261 §20.31'],
  ['Path', path, 'RFC 3327 §4'],
  ['Service-Route', serviceRoute, 'RFC 3608 §5'],
  ['P-Asserted-Identity', assertedIdentities, 'RFC 3325 §9.1'],
  ['P-Preferred-Identity', preferredIdentities, 'RFC 3325 §9.2'],
  ['History-Info', historyInfo, 'RFC 7044 §5'],
  ['Diversion', diversions, 'RFC 5806 §4'],
  ['Refer-To', one(referTo), 'RFC 3515 §2.1'],
  ['Referred-By', one(referredBy), 'RFC 3892 §3'],
];

const nameAddrSyntax: Rule = (message, report) => {
  for (const [name, read, rfc] of NAME_ADDRS) {
    for (const value of read(message)) {
      if (value.problem !== undefined)
        report('error', 'address-malformed', `${name}: ${value.problem}`, rfc, value.span);
      else if (!value.isWildcard) {
        const { problem } = parseUri(value.uri);
        if (problem !== undefined)
          report('error', 'uri-malformed', `${name}: ${problem}`, 'RFC 3261 §19.1.1', value.uriSpan);
      }
    }
  }
};

const DECIMAL_Q = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

const contactParams: Rule = (message, report) => {
  const line = message.startLine;
  const all = contacts(message);
  for (const contact of all) {
    const q = contact.params.get('q');
    if (contact.params.has('q') && !DECIMAL_Q.test(q ?? '')) {
      report(
        'warning',
        'q-malformed',
        'The q of a Contact is a number of 0 to 1 with at most three decimals.',
        'RFC 3261 §25.1',
        contact.span,
      );
    }
    const seconds = contact.params.get('expires');
    if (contact.params.has('expires') && !isNumberUpTo(seconds ?? '', MAX_DELTA)) {
      report(
        'warning',
        'expires-malformed',
        'The expires of a Contact is a number of 0 to 2^32-1.',
        'RFC 3261 §20.10',
        contact.span,
      );
    }
    if (
      contact.isWildcard &&
      (line.kind !== 'request' || line.method !== 'REGISTER' || all.length > 1 || expires(message) !== 0)
    ) {
      report(
        'error',
        'wildcard-contact',
        'Contact: * stands alone, in a REGISTER with Expires: 0.',
        'RFC 3261 §10.2.2',
        contact.span,
      );
    }
  }
};

const cseqSyntax: Rule = (message, report) => {
  const at = message.find(headerId('CSeq'));
  if (at < 0) return;
  const value = cseq(message);
  const line = message.startLine;
  if (value === undefined) {
    report(
      'error',
      'cseq-malformed',
      'CSeq is a number below 2^31 and a method.',
      'RFC 3261 §8.1.1.5',
      valueSpan(message, at),
    );
  } else if (line.kind === 'request' && value.method !== line.method) {
    report(
      'error',
      'cseq-method-differs',
      `CSeq says ${value.method}, the request line ${line.method}.`,
      'RFC 3261 §8.1.1.5',
      valueSpan(message, at),
    );
  }
};

const MAX_DELTA = 2 ** 32 - 1;

function isNumberUpTo(text: string, limit: number): boolean {
  return /^\d+$/.test(text) && Number(text) <= limit;
}

/** Header fields that begin with a number, its largest value, and what may follow. */
const NUMBERS: readonly (readonly [HeaderName, limit: number, rest: '' | ';' | '(;', rfc: string])[] = [
  ['Max-Forwards', 255, '', 'RFC 3261 §20.22'],
  ['Expires', MAX_DELTA, '', 'RFC 3261 §20.19'],
  ['Min-Expires', MAX_DELTA, '', 'RFC 3261 §20.23'],
  ['Retry-After', MAX_DELTA, '(;', 'RFC 3261 §20.33'],
  ['Session-Expires', MAX_DELTA, ';', 'RFC 4028 §4'],
  ['Min-SE', MAX_DELTA, ';', 'RFC 4028 §5'],
  ['RSeq', MAX_DELTA, '', 'RFC 3262 §7.1'],
  ['Flow-Timer', MAX_DELTA, '', 'RFC 5626 §10'],
];

const numbers: Rule = (message, report) => {
  for (const [name, limit, rest, rfc] of NUMBERS) {
    const id = headerId(name);
    for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
      const value = message.valueOf(at);
      const digits = /^\d+/.exec(value)?.[0] ?? '';
      const next = value.substring(digits.length).trimStart().charAt(0);
      if (digits === '' || (next !== '' && !rest.includes(next))) {
        report('error', 'number-malformed', `${name} is not a number.`, rfc, valueSpan(message, at));
      } else if (Number(digits) > limit) {
        report('error', 'number-too-large', `${name} is larger than ${limit}.`, rfc, valueSpan(message, at));
      }
    }
  }
};

const DATE =
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}:\d{2} GMT$/i;

const date: Rule = (message, report) => {
  const at = message.find(headerId('Date'));
  if (at < 0 || DATE.test(message.valueOf(at))) return;
  report(
    'warning',
    'date-malformed',
    'The date is not of the form "Sat, 13 Nov 2010 23:29:00 GMT".',
    'RFC 3261 §20.17',
    valueSpan(message, at),
  );
};

const warning: Rule = (message, report) => {
  const id = headerId('Warning');
  for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
    if (/^\d{3} \S+ "/.test(message.valueOf(at))) continue;
    report(
      'warning',
      'warning-malformed',
      'A warning is a code of three digits, an agent and a quoted text.',
      'RFC 3261 §20.43',
      valueSpan(message, at),
    );
  }
};

const callIdSyntax: Rule = (message, report) => {
  const at = message.find(headerId('Call-ID'));
  if (at < 0) return;
  const value = message.valueOf(at);
  if (/^[^\s@]+(@[^\s@]+)?$/.test(value)) return;
  report(
    'error',
    'call-id-malformed',
    'A Call-ID is one word, or two joined by an @.',
    'RFC 3261 §20.8',
    valueSpan(message, at),
  );
};

export const HEADER_RULES: readonly Rule[] = [
  viaSyntax,
  nameAddrSyntax,
  contactParams,
  cseqSyntax,
  callIdSyntax,
  numbers,
  date,
  warning,
];
