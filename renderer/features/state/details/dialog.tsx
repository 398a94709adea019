import type { ReactNode } from 'react';
import type { DialogRow } from '../../../../app/contract/state.ts';
import { formatTimeOfDay, visibleString } from '../../wire/index.ts';
import { Expiry, Since } from '../countdown.tsx';
import { bareUri } from '../tables/cells.tsx';
import { dialogStateWord } from '../tables/dialogs.tsx';
import { Fact, Facts, Value, Values } from './facts.tsx';

export interface DialogDetailsProps {
  readonly row: DialogRow;
  readonly isOver: boolean;
  /** The other side of a bridge, while it lives. */
  readonly leg: DialogRow | undefined;
  readonly onLeg: (id: string) => void;
}

export function DialogDetails({ row, isOver, leg, onLeg }: DialogDetailsProps): ReactNode {
  const { sessionTimer, bridgedTo } = row;
  return (
    <Facts>
      <Fact name="State">
        {dialogStateWord(row.state)}, as {row.role.toUpperCase()}
      </Fact>
      <Fact name="Began">
        {formatTimeOfDay(row.startedAtMs)}{' '}
        {!isOver && (
          <>
            <span className="dim">for</span> <Since atMs={row.startedAtMs} />
          </>
        )}
      </Fact>
      {bridgedTo !== undefined && (
        <Fact name="Bridged with">
          {leg === undefined ? (
            <span className="dim">a leg that is gone</span>
          ) : (
            <button
              type="button"
              className="lnk"
              onClick={() => {
                onLeg(bridgedTo);
              }}
            >
              {visibleString(bareUri(leg.remoteUri))} at {leg.peer}
            </button>
          )}
        </Fact>
      )}
      <Fact name="Local URI">
        <Value text={row.localUri} />
      </Fact>
      <Fact name="Remote URI">
        <Value text={row.remoteUri} />
      </Fact>
      <Fact name="Remote target">
        <Value text={row.remoteTarget} />
      </Fact>
      <Fact name="Peer">
        {row.protocol.toUpperCase()} <Value text={row.peer} />
      </Fact>
      <Fact name="Route set">
        <Values of={row.routeSet} />
      </Fact>
      <Fact name="Session timer">
        {sessionTimer === undefined ? (
          <span className="dim">not agreed</span>
        ) : (
          <>
            {!isOver && <Expiry atMs={sessionTimer.dueAtMs} grantedSec={sessionTimer.expiresSec} />}
            <span className="dim">
              of {sessionTimer.expiresSec} s, refreshed by{' '}
              {sessionTimer.isRefresher ? 'this server' : 'the peer'}
            </span>
          </>
        )}
      </Fact>
      <Fact name="Call-ID">
        <Value text={row.callId} />
      </Fact>
      <Fact name="Local tag">
        <Value text={row.localTag} />
      </Fact>
      <Fact name="Remote tag">
        <Value text={row.remoteTag} />
      </Fact>
    </Facts>
  );
}
