import { Emitter } from '../../core/emitter.ts';
import type { EventPackage } from '../event-package.ts';

/** How far a referred request has come: its latest response. @rfc 3515 §2.4.5 */
export interface ReferProgress {
  readonly status: number;
  readonly reason: string;
}

export const SIPFRAG_TYPE = 'message/sipfrag;version=2.0';

/** The refer package with the progress of each referral, named by an id of its own. @rfc 3515 §3 */
export interface ReferPackage extends EventPackage<ReferProgress> {
  /** @param progress - undefined: nobody asks any more. */
  report(referral: string, progress: ReferProgress | undefined): void;
}

/** @returns a package whose subscriptions are made by REFER alone. */
export function referPackage(): ReferPackage {
  const referrals = new Map<string, ReferProgress>();
  const changed = new Emitter<string>();
  return {
    name: 'refer',
    contentTypes: [SIPFRAG_TYPE],
    defaultExpiresSec: 300,
    isImplicit: true,
    snapshot: (referral) => referrals.get(referral),
    format: ({ status, reason }) => `SIP/2.0 ${status} ${reason}\r\n`,
    onChanged: (listener) => changed.on(listener),
    report: (referral, progress) => {
      if (progress === undefined) referrals.delete(referral);
      else {
        referrals.set(referral, progress);
        changed.emit(referral);
      }
    },
  };
}
