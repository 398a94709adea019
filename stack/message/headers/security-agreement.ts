import { each, qualityOf, tokenWithParams } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** @rfc 3329 §2.2 */
export interface SecurityMechanism {
  /** In lower case: `digest`, `tls`, `ipsec-ike`, `ipsec-man`, `ipsec-3gpp`... */
  readonly mechanism: string;
  /** Preference of 0 to 1; 1 when not said. */
  readonly q: number;
  readonly params: Params;
}

function mechanism(reader: Reader): SecurityMechanism | undefined {
  const read = tokenWithParams(reader);
  const q = read === undefined ? undefined : qualityOf(read.params);
  return read === undefined || q === undefined
    ? undefined
    : { mechanism: read.value, q, params: read.params };
}

/** What the client can do. @rfc 3329 §2.2 */
export const securityClient = each('Security-Client', mechanism);
/** What the next hop can do. @rfc 3329 §2.2 */
export const securityServer = each('Security-Server', mechanism);
/** What the client saw the next hop offer. @rfc 3329 §2.2 */
export const securityVerify = each('Security-Verify', mechanism);
