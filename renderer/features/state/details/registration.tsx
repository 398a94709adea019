import type { ReactNode } from 'react';
import type { RegistrationRow } from '../../../../app/contract/state.ts';
import { formatDuration } from '../../wire/index.ts';
import { Expiry } from '../countdown.tsx';
import { Fact, Facts, Value, Values } from './facts.tsx';

export function RegistrationDetails({
  row,
  isOver,
}: {
  readonly row: RegistrationRow;
  readonly isOver: boolean;
}): ReactNode {
  return (
    <Facts>
      <Fact name="Address">
        <Value text={row.aor} />
      </Fact>
      <Fact name="Contact">
        <Value text={row.contact} />
      </Fact>
      {!isOver && (
        <Fact name="Expires">
          <Expiry atMs={row.expiresAtMs} grantedSec={row.grantedSec} />
        </Fact>
      )}
      <Fact name="Granted">{formatDuration(row.grantedSec * 1000)}</Fact>
      <Fact name="q">{row.q.toFixed(3).replace(/0{1,2}$/, '')}</Fact>
      <Fact name="Reached at">
        {row.protocol.toUpperCase()} <Value text={row.source} />
      </Fact>
      <Fact name="User agent">
        {row.userAgent === undefined ? <span className="dim">not present</span> : <bdi>{row.userAgent}</bdi>}
      </Fact>
      <Fact name="Path">
        <Values of={row.path} />
      </Fact>
      {row.instance !== undefined && (
        <Fact name="Instance">
          <Value text={row.instance} />
        </Fact>
      )}
      {row.regId !== undefined && <Fact name="reg-id">{row.regId}</Fact>}
      <Fact name="Call-ID">
        <Value text={row.callId} />
      </Fact>
      <Fact name="CSeq">{row.cseq}</Fact>
    </Facts>
  );
}
