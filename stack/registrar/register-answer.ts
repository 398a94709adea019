import { formatParam } from '../message/params.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { Gruus } from './gruu.ts';
import type { StoredBinding } from './location-store.ts';

/** Header lines that list the bindings, each with the time it has left. @rfc 3261 §10.3 step 8 */
export function contactLines(
  bindings: readonly StoredBinding[],
  wallMs: number,
  gruus: Gruus | undefined,
): HeaderLine[] {
  return bindings.map((binding) => ['Contact', contactValue(binding, wallMs, gruus)]);
}

/** What a quoted string holds with an escape or not at all. @rfc 3261 §25.1 (quoted-string) */
const NEEDS_CARE = /["\\\r\n]/;

function contactValue(binding: StoredBinding, wallMs: number, gruus: Gruus | undefined): string {
  const { aor, contactUri, q, instanceId, regId, callId, params } = binding;
  // A second that has begun counts whole: a client that is told 59 for its 60 may ask for 59 the next time, and be refused. 0 would mean that it is gone.
  const leftSec = Math.max(1, Math.ceil((binding.expiresAtMs - wallMs) / 1000));
  let value = `<${contactUri}>;expires=${leftSec}`;
  if (q !== 1) value += `;q=${q}`;
  if (instanceId !== undefined) {
    // Nearly every id may stand in quotes as it is; to ask a concatenated text is dear.
    value += NEEDS_CARE.test(instanceId)
      ? formatParam('+sip.instance', `<${instanceId}>`)
      : `;+sip.instance="<${instanceId}>"`;
    if (regId !== undefined) value += `;reg-id=${regId}`;
    if (gruus !== undefined) {
      value += formatParam('pub-gruu', gruus.publicGruu(aor, instanceId));
      value += formatParam('temp-gruu', gruus.temporaryGruu(aor, instanceId, callId));
    }
  }
  return value + params;
}
