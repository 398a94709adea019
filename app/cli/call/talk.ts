import type { Session } from '../../../stack/agent/session.ts';
import type { AgentTools } from '../with-agent.ts';
import type { CallOffers } from '../call-offer.ts';
import type { CallFlags } from './call-flags.ts';

/** An answered call and what may be done in it. */
export interface Talk extends AgentTools {
  readonly session: Session;
  readonly flags: CallFlags;
  readonly offers: CallOffers;
  /** The call is over, whoever ended it. */
  readonly ended: Promise<void>;
  /** Something that was asked for did not come about. */
  fail(): void;
}

/** The call lives and nobody has interrupted us. */
export const goesOn = ({ session, signal }: Talk): boolean => !session.isOver && !signal.aborted;
