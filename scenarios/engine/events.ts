import type { RequestDraft, ResponseDraft } from '../../stack/message/draft.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import type { ActorFault } from './program.ts';

/** What a timer of an actor is about: each has one of a kind. */
export type TimerOf = 'steps' | 'registration';

/** What happens to a run. */
export type Event =
  | { readonly kind: 'start' }
  /** `transaction` names it in `respond`; an ACK has none. */
  | {
      readonly kind: 'request';
      readonly actor: string;
      readonly message: SipMessage;
      readonly transaction: string | undefined;
    }
  /** `request`: the number of ours it answers; 0 for what was sent raw. */
  | {
      readonly kind: 'response';
      readonly actor: string;
      readonly message: SipMessage;
      readonly request: number;
    }
  /** A request of ours got no answer, or could not be sent. */
  | { readonly kind: 'unanswered'; readonly actor: string; readonly request: number; readonly reason: string }
  | { readonly kind: 'timer'; readonly actor: string; readonly of: TimerOf }
  /** A debugger lets an actor that is held do its step. */
  | { readonly kind: 'release'; readonly actor: string }
  /** A connection is gone that was open and that the actor has not cut. */
  | { readonly kind: 'disconnected'; readonly actor: string }
  /** Octets came that came before. Told only where a step asks for it. */
  | { readonly kind: 'repeated'; readonly actor: string; readonly message: SipMessage }
  /** A person gives it up. */
  | { readonly kind: 'stop' };

/** What a run sends. `stepId`: of the step that does it; undefined of what a run does by itself at its end. */
export type Sending =
  /** Opens a client transaction, but for an ACK, which is just sent. The runner adds the Via where there is none. */
  | {
      readonly kind: 'request';
      readonly actor: string;
      readonly request: number;
      readonly draft: RequestDraft;
      /** URI of where it goes. */
      readonly nextHop: string;
      /** Of CANCEL and the like: goes with the branch of this one. */
      readonly sameBranchAs?: number;
      readonly stepId?: string | undefined;
    }
  | {
      readonly kind: 'respond';
      readonly actor: string;
      readonly transaction: string;
      readonly draft: ResponseDraft;
      readonly stepId?: string | undefined;
    }
  | {
      readonly kind: 'raw';
      readonly actor: string;
      readonly text: string;
      readonly nextHop: string;
      /** Sent in pieces of so many octets, with a pause between them. */
      readonly pieceOctets: number | undefined;
      readonly pauseMs: number;
      readonly stepId?: string | undefined;
    };

/** What a run wants done. */
export type Action =
  | Sending
  /** A step has taken a message that came: for the record of the run. */
  | { readonly kind: 'taken'; readonly actor: string; readonly message: SipMessage; readonly stepId: string }
  | { readonly kind: 'disconnect'; readonly actor: string }
  /** The wire of an actor misbehaves from now on. */
  | { readonly kind: 'fault'; readonly actor: string; readonly fault: ActorFault }
  /** A timer of an actor: another one of the same replaces it, undefined stops it. */
  | {
      readonly kind: 'timer';
      readonly actor: string;
      readonly of: TimerOf;
      readonly delayMs: number | undefined;
    };
