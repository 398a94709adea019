import type { Refusal } from '../agent/refusal.ts';
import { maxForwards } from '../message/headers/simple.ts';
import { maxBreadth } from '../message/headers/texts.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import { requestDefect } from '../message/request-defect.ts';
import { isLoop } from './loop-hash.ts';

/** A request about to be relayed. */
export interface Candidate {
  readonly message: SipMessage;
  /** Of this request at this proxy; undefined when loops are not looked for. */
  readonly hash: string | undefined;
  /** Option tags of Proxy-Require that this proxy serves. */
  readonly supported: readonly string[];
}

interface ValidationRule {
  readonly rfc: string;
  check(candidate: Candidate): Refusal | undefined;
}

/** What a proxy looks at before it relays a request, in the order of section 16.3; the first refusal counts. */
const VALIDATION: readonly ValidationRule[] = [
  { rfc: 'RFC 3261 §16.3 steps 1, 2', check: ({ message }) => requestDefect(message) },
  {
    rfc: 'RFC 3261 §16.3 step 3',
    check: ({ message }) => (maxForwards(message) === 0 ? { status: 483 } : undefined),
  },
  {
    rfc: 'RFC 5393 §5.3.3',
    check: ({ message }) => (maxBreadth(message) === 0 ? { status: 440 } : undefined),
  },
  {
    rfc: 'RFC 3261 §16.3 step 4',
    check: ({ message, hash }) => (hash !== undefined && isLoop(message, hash) ? { status: 482 } : undefined),
  },
  {
    rfc: 'RFC 3261 §16.3 step 5',
    check: ({ message, supported }) => {
      if (message.first('Proxy-Require') === undefined) return undefined;
      const unknown = tokens(message, 'Proxy-Require').filter(
        (tag) => !supported.includes(tag.toLowerCase()),
      );
      return unknown.length === 0
        ? undefined
        : { status: 420, headers: [['Unsupported', unknown.join(', ')]] };
    },
  },
];

/** Runs the table. */
export function validate(candidate: Candidate): Refusal | undefined {
  for (const rule of VALIDATION) {
    const refusal = rule.check(candidate);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
