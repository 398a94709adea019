import { requestDefect } from '../message/request-defect.ts';
import { accept } from '../message/headers/accept.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { contentType } from '../message/headers/simple.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import { SDP_TYPE } from './body.ts';
import { acceptsMediaType, type Capabilities } from './capabilities.ts';
import type { Refusal } from './refusal.ts';

/** A request about to be served. */
export interface Candidate {
  readonly message: SipMessage;
  readonly method: string;
  readonly uri: string;
  readonly capabilities: Capabilities;
}

/** One step of the inspection: why the request cannot be served, or undefined to go on. */
interface InspectionRule {
  readonly rfc: string;
  check(candidate: Candidate): Refusal | undefined;
}

/** Methods that have a specification; a method outside of the list is unknown (501) rather than not allowed (405). */
const KNOWN_METHODS = new Set([
  'INVITE',
  'ACK',
  'CANCEL',
  'BYE',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'INFO',
  'REFER',
  'MESSAGE',
  'UPDATE',
]);

/** How a method that is not served is refused. @rfc 3261 §8.2.1, §21.5.2 */
export function refuseMethod(method: string, capabilities: Capabilities): Refusal {
  // Where nothing is served, an empty list says so: a 405 without Allow is none.
  return KNOWN_METHODS.has(method)
    ? { status: 405, headers: [['Allow', capabilities.allow ?? '']] }
    : { status: 501, headers: capabilities.allow === undefined ? [] : [['Allow', capabilities.allow]] };
}

/**
 * What a user agent server looks at before it serves a request, in the order of section 8.2. The first refusal counts.
 * Merged requests (8.2.2.2) have met the transaction layer's 482 before.
 */
const INSPECTION: readonly InspectionRule[] = [
  {
    rfc: 'RFC 3261 §21.5.6, §21.4.1',
    check: ({ message }) => {
      const defect = requestDefect(message);
      // The scheme has its turn after the method.
      return defect === undefined || defect.status === 416 ? undefined : defect;
    },
  },
  {
    rfc: 'RFC 3261 §8.2.1',
    check: ({ method, capabilities }) =>
      capabilities.methods.has(method) ? undefined : refuseMethod(method, capabilities),
  },
  {
    rfc: 'RFC 3261 §8.2.2.1',
    check: ({ uri, capabilities }) => (isUnderstood(uri, capabilities) ? undefined : { status: 416 }),
  },
  {
    rfc: 'RFC 3261 §8.2.2.3',
    check: ({ message, capabilities }) => {
      if (message.first('Require') === undefined) return undefined;
      const unknown = tokens(message, 'Require').filter((tag) => !capabilities.supported.has(tag));
      return unknown.length === 0
        ? undefined
        : { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
    },
  },
  { rfc: 'RFC 3261 §8.2.3', check: bodyRefusal },
  { rfc: 'RFC 3261 §20.1, §21.4.7', check: answerRefusal },
];

/** Runs the table. */
export function inspect(candidate: Candidate): Refusal | undefined {
  for (const rule of INSPECTION) {
    const refusal = rule.check(candidate);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The To tag makes a request one of a dialog. @rfc 3261 §12.2.2 */
export function isInDialog(message: SipMessage): boolean {
  return toHeader(message)?.tag !== undefined;
}

function bodyRefusal({ message, method, capabilities }: Candidate): Refusal | undefined {
  if (message.body.start === message.body.end) return undefined;
  const accepted = capabilities.acceptFor(method);
  if (accepted === undefined || isOptionalBody(message)) return undefined;
  const encoding = message.first('Content-Encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return { status: 415, headers: [['Accept-Encoding', 'identity']] };
  }
  const mediaType = contentType(message);
  if (mediaType !== undefined && acceptsMediaType(accepted, mediaType)) return undefined;
  return { status: 415, headers: [['Accept', accepted.join(', ')]] };
}

/** An INVITE is answered with SDP: one whose Accept leaves that out gets nothing it can read. */
function answerRefusal({ message, method, capabilities }: Candidate): Refusal | undefined {
  if (method !== 'INVITE' || message.first('Accept') === undefined) return undefined;
  if (capabilities.acceptFor(method)?.includes(SDP_TYPE) !== true) return undefined;
  const ranges = accept(message)
    .filter(({ q }) => q > 0)
    .map(({ value }) => value);
  return acceptsMediaType(ranges, SDP_TYPE) ? undefined : { status: 406 };
}

/** @rfc 3261 §20.11 (handling=optional) */
function isOptionalBody(message: SipMessage): boolean {
  const disposition = message.first('Content-Disposition');
  return disposition !== undefined && /;\s*handling\s*=\s*optional\s*(;|$)/i.test(disposition);
}

function isUnderstood(uri: string, { schemes }: Capabilities): boolean {
  const scheme = uri.slice(0, Math.max(uri.indexOf(':'), 0)).toLowerCase();
  return scheme === 'sip' || scheme === 'sips' || schemes.has(scheme);
}
