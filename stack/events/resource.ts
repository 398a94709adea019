import { canonicalAor } from '../message/aor.ts';

/** The name under which the state of a URI is kept: that of its address of record, as a registrar has it; what is no SIP URI stays as it is. @rfc 3261 §10.3 */
export function resourceOf(uri: string): string {
  return canonicalAor(uri) ?? uri;
}
