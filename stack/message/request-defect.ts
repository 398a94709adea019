import { type HeaderName, headerId } from './header-names.ts';
import { cseq } from './headers/cseq.ts';
import { contacts, fromHeader, toHeader } from './headers/name-addr.ts';
import { requestUri } from './headers/request-uri.ts';
import { maxForwards } from './headers/simple.ts';
import { vias } from './headers/via.ts';
import type { SipMessage } from './message.ts';
import { type ParsedMessage, asParsed, declaredLength } from './parsed-message.ts';
import { ANOMALY, INDEX_STRIDE } from './scan.ts';

/** Why a request cannot be processed, as the status and reason phrase of the answer. */
export interface RequestDefect {
  readonly status: 400 | 416 | 505;
  /** Names the problem, as §21.4.1 wishes. */
  readonly reason: string;
}

/** Header fields without which, or with two of which, a request cannot be answered or matched. @rfc 3261 §8.1.1 */
const MANDATORY: readonly HeaderName[] = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
const SINGLE: readonly HeaderName[] = ['From', 'To', 'Call-ID', 'CSeq', 'Max-Forwards'];

const MANDATORY_IDS = MANDATORY.map((name) => ({ name, id: headerId(name) }));
const SINGLE_IDS = SINGLE.map((name) => ({ name, id: headerId(name) }));
const CONTACT = headerId('Contact');
const CONTENT_LENGTH = headerId('Content-Length');
const MAX_FORWARDS = headerId('Max-Forwards');

/** Schemes a SIP element can do something with. */
const SCHEMES: readonly string[] = ['sip', 'sips', 'tel'];

/**
 * The cheap test of a request before anything else is done with it: can it be processed at all? What only some elements care about (a bad Date,
 * an unknown body) is left to them and to `checkMessage`.
 * @returns undefined for a request that is fine, and for what is, or was meant as, a response.
 * @rfc 3261 §8.2.2, §16.3, §18.3; the choices are those of RFC 4475
 */
export function requestDefect(message: SipMessage): RequestDefect | undefined {
  const parsed = asParsed(message);
  const { line, problem } = parsed.scannedStartLine;
  if (line.kind === 'response') return undefined;
  if (line.kind === 'invalid') return isStatusLine(line.text) ? undefined : bad(problem ?? 'Bad start line');
  if (line.version !== 'SIP/2.0' && line.version.toUpperCase() !== 'SIP/2.0') {
    return { status: 505, reason: 'Version Not Supported' };
  }
  if (problem !== undefined) return bad(problem);
  return headerDefect(parsed) ?? syntaxDefect(parsed, line.method) ?? uriDefect(parsed);
}

/** Whether a broken line was meant as a status line: responses are never answered. */
function isStatusLine(text: string): boolean {
  return /^SIP\//i.test(text);
}

/** A sentence as a reason phrase: without its full stop. */
function bad(problem: string): RequestDefect {
  return { status: 400, reason: problem.endsWith('.') ? problem.slice(0, -1) : problem };
}

function headerDefect(message: ParsedMessage): RequestDefect | undefined {
  if (message.scan.anomalies & ANOMALY.noBlankLine) return bad('Missing empty line after the header fields');
  for (const { name, id } of MANDATORY_IDS) {
    if (message.find(id) < 0) return bad(`Missing ${name} header field`);
  }
  for (const { name, id } of SINGLE_IDS) {
    const first = message.find(id);
    if (first >= 0 && message.find(id, first + INDEX_STRIDE) >= 0)
      return bad(`More than one ${name} header field`);
  }
  return undefined;
}

function syntaxDefect(message: ParsedMessage, method: string): RequestDefect | undefined {
  const sequence = cseq(message);
  if (sequence === undefined) return bad('Bad CSeq header field');
  if (sequence.method !== method) return bad('CSeq method differs from the request method');
  const broken =
    named('From', fromHeader(message)?.problem) ??
    named('To', toHeader(message)?.problem) ??
    named('Via', vias(message).find((via) => via.problem !== undefined)?.problem) ??
    (message.find(CONTACT) < 0
      ? undefined
      : named('Contact', contacts(message).find((contact) => contact.problem !== undefined)?.problem));
  return broken ?? numberDefect(message) ?? lengthDefect(message);
}

function named(name: string, problem: string | undefined): RequestDefect | undefined {
  return problem === undefined ? undefined : bad(`Bad ${name} header field: ${problem}`);
}

function numberDefect(message: ParsedMessage): RequestDefect | undefined {
  if (message.find(MAX_FORWARDS) < 0) return undefined;
  const hops = maxForwards(message);
  return hops === undefined || hops > 255 ? bad('Bad Max-Forwards header field') : undefined;
}

function lengthDefect(message: ParsedMessage): RequestDefect | undefined {
  const at = message.find(CONTENT_LENGTH);
  if (at < 0) return undefined;
  const declared = declaredLength(message);
  if (declared === undefined) return bad('Bad Content-Length header field');
  const again = message.find(CONTENT_LENGTH, at + INDEX_STRIDE);
  if (again >= 0) return bad('More than one Content-Length header field');
  return declared > message.bytes.length - message.scan.bodyStart
    ? bad('Content-Length is larger than the body')
    : undefined;
}

function uriDefect(message: ParsedMessage): RequestDefect | undefined {
  const uri = requestUri(message);
  if (uri === undefined) return undefined;
  if (uri.scheme !== '' && !SCHEMES.includes(uri.scheme))
    return { status: 416, reason: 'Unsupported URI Scheme' };
  if (uri.problem !== undefined) return bad(`Bad Request-URI: ${uri.problem}`);
  return uri.headers === '' ? undefined : bad('Bad Request-URI: it carries header fields');
}
