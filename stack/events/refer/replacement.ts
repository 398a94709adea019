import type { OutgoingCall } from '../../agent/outgoing-call.ts';
import type { Session } from '../../agent/session.ts';
import type { UserAgent } from '../../agent/user-agent.ts';
import { isNamed } from '../../dialog/reference.ts';
import { replaces, type Replaces } from '../../message/headers/replaces.ts';
import type { SipMessage } from '../../message/message.ts';
import { EndedDialogs } from './ended-dialogs.ts';

/** What an INVITE with Replaces leads to. */
export type ReplacementVerdict =
  /** No Replaces. */
  | { readonly kind: 'none' }
  | { readonly kind: 'refuse'; readonly status: 400 | 481 | 486 | 603 }
  /** `end` hangs up the replaced call, once the new one is answered. */
  | { readonly kind: 'replace'; readonly session: Session; end(): void };

/** Finds the calls that INVITEs replace. Those that are over are remembered for a while. @rfc 3891 §3 */
export class Replacements {
  readonly #agent: Pick<UserAgent, 'sessions'>;
  readonly #ended: EndedDialogs;
  /** Calls of ours that are not answered, whose early dialogs end with CANCEL. */
  readonly #calling = new Map<string, OutgoingCall>();

  constructor(agent: Pick<UserAgent, 'context' | 'sessions' | 'onSession' | 'onCall'>) {
    this.#agent = agent;
    this.#ended = new EndedDialogs(agent.context.clock);
    agent.onSession((session) => {
      session.onEnded(() => {
        this.#ended.add(session.dialog);
      });
    });
    agent.onCall(({ call }) => {
      const key = keyOf(call.ids.callId, call.ids.fromTag);
      this.#calling.set(key, call);
      const drop = (): void => {
        this.#calling.delete(key);
      };
      call.onAnswered(drop);
      call.onFailed(drop);
    });
  }

  verdictOf(invite: SipMessage): ReplacementVerdict {
    const lines = invite.all('Replaces').length;
    if (lines === 0) return { kind: 'none' };
    const wanted = replaces(invite);
    if (lines > 1 || wanted === undefined || invite.first('Join') !== undefined) return refuse(400);
    const session = this.#agent.sessions.find(({ dialog }) => isNamed(dialog, wanted));
    if (session === undefined) return refuse(this.#ended.has(wanted) ? 603 : 481);
    return this.#judge(session, wanted);
  }

  #judge(session: Session, { earlyOnly }: Replaces): ReplacementVerdict {
    const { dialog } = session;
    if (session.isOver) return refuse(603);
    if (session.state === 'early') {
      // An early dialog can be replaced by the one who called only.
      if (session.role === 'uas') return refuse(481);
      const call = this.#calling.get(keyOf(dialog.callId, dialog.localTag));
      return {
        kind: 'replace',
        session,
        end: () => {
          call?.hangUp();
        },
      };
    }
    if (earlyOnly) return refuse(486);
    return {
      kind: 'replace',
      session,
      end: () => {
        session.hangUp();
      },
    };
  }
}

function refuse(status: 400 | 481 | 486 | 603): ReplacementVerdict {
  return { kind: 'refuse', status };
}

function keyOf(callId: string, localTag: string): string {
  return `${callId} ${localTag}`;
}
