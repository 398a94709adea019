import { Emitter } from '../../core/emitter.ts';
import { formatSipfrag } from '../../message/bodies/sipfrag.ts';
import type { EventPackage } from '../event-package.ts';

/** How far a referred request has come: its latest response. @rfc 3515 §2.4.5 */
export interface ReferProgress {
  readonly status: number;
  readonly reason: string;
}

const SIPFRAG_TYPE = 'message/sipfrag;version=2.0';

/** The refer package with the progress of each referral, named by an id of its own. @rfc 3515 §3 */
export interface ReferPackage extends EventPackage<ReferProgress> {
  /** Tells the watcher of a referral how far it is; undefined forgets the referral. */
  report(referral: string, progress: ReferProgress | undefined): void;
  /** Keeps the final progress for the last NOTIFY, which ends the subscription. */
  settle(referral: string, progress: ReferProgress): void;
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
    format: ({ status, reason }) => formatSipfrag({ startLine: `SIP/2.0 ${status} ${reason}` }),
    onChanged: (listener) => changed.on(listener),
    onGone: (referral) => referrals.delete(referral),
    report: (referral, progress) => {
      if (progress === undefined) {
        referrals.delete(referral);
        return;
      }
      referrals.set(referral, progress);
      changed.emit(referral);
    },
    settle: (referral, progress) => {
      referrals.set(referral, progress);
    },
  };
}
