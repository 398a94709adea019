import { formatAddress } from '../../../stack/core/address.ts';
import type { Session } from '../../../stack/agent/session.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { Bridge } from '../../../stack/b2bua/bridge.ts';
import { ContractError } from '../../contract/errors.ts';
import { MAX_STATE_ROWS, type DialogRow, type NodeState } from '../../contract/state.ts';
import { wallOf } from './wall.ts';

/** The calls of an agent, and which of them a bridge has joined. */
export function dialogsOf(agent: UserAgent, bridge: Bridge | undefined): NodeState['dialogs'] {
  const { sessions } = agent;
  const others = joined(bridge);
  const rows = sessions.slice(0, MAX_STATE_ROWS).map((session) => rowOf(session, others.get(session)));
  return { total: sessions.length, rows };
}

/**
 * Ends a call: with what the RFC asks for at its stage, or without a word.
 * @throws ContractError 'gone' | 'conflict' when it is to be silent and a response is owed.
 */
export function endDialog(agent: UserAgent, id: string, how: 'bye' | 'silently'): void {
  const session = agent.sessions.find((each) => idOf(each) === id);
  if (session === undefined || session.isOver)
    throw new ContractError('gone', 'That dialog is over already.');
  if (how === 'silently') {
    if (session.state === 'early')
      throw new ContractError(
        'conflict',
        'The call is not answered yet: it can only be refused or cancelled.',
      );
    session.end({ by: 'local', reason: 'dropped here without a BYE' });
    return;
  }
  const call = session.role === 'uac' && session.state === 'early' ? agent.callOf(session) : undefined;
  if (call === undefined) session.hangUp();
  else call.hangUp();
}

function joined(bridge: Bridge | undefined): ReadonlyMap<Session, Session> {
  const others = new Map<Session, Session>();
  for (const call of bridge?.calls ?? []) {
    const { caller, callee } = call;
    if (caller === undefined || callee === undefined) continue;
    others.set(caller, callee);
    others.set(callee, caller);
  }
  return others;
}

/** Forks of a call share our tag, so both tags name the dialog. */
function idOf({ dialog: { callId, localTag, remoteTag } }: Session): string {
  return `${callId} ${localTag} ${remoteTag ?? ''}`;
}

function rowOf(session: Session, other: Session | undefined): DialogRow {
  const { dialog, flow, role, state, timer, context } = session;
  const { clock } = context;
  return {
    id: idOf(session),
    callId: dialog.callId,
    localTag: dialog.localTag,
    remoteTag: dialog.remoteTag ?? '',
    state: state === 'ended' ? 'ending' : state,
    role,
    localUri: dialog.localUri,
    remoteUri: dialog.remoteUri,
    remoteTarget: dialog.remoteTarget,
    routeSet: [...dialog.routeSet],
    protocol: flow.transport.protocol,
    peer: formatAddress(flow.target.address),
    startedAtMs: wallOf(clock, session.startMs),
    ...(timer === undefined
      ? {}
      : {
          sessionTimer: {
            expiresSec: timer.intervalSec,
            isRefresher: timer.isOurs,
            dueAtMs: wallOf(clock, timer.expiresMs),
          },
        }),
    ...(other === undefined ? {} : { bridgedTo: idOf(other) }),
  };
}
