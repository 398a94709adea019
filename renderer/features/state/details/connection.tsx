import type { ReactNode } from 'react';
import type { ConnectionRow } from '../../../../app/contract/state.ts';
import { Note } from '../../../ui/note.tsx';
import { Tag } from '../../../ui/tag.tsx';
import { formatDay, formatTimeOfDay } from '../../wire/index.ts';
import { Since } from '../countdown.tsx';
import { useServerNow } from '../now.tsx';
import { trustOf } from '../tables/connections.tsx';
import { Fact, Facts, Section, Value, Values } from './facts.tsx';

export function ConnectionDetails({
  row,
  isOver,
}: {
  readonly row: ConnectionRow;
  readonly isOver: boolean;
}): ReactNode {
  return (
    <>
      <Facts>
        <Fact name="Over">{row.protocol.toUpperCase()}</Fact>
        <Fact name="Opened by">{row.direction === 'in' ? 'the peer' : 'this server'}</Fact>
        <Fact name="Opened">
          {formatTimeOfDay(row.openedAtMs)}{' '}
          {!isOver && (
            <>
              <span className="dim">for</span> <Since atMs={row.openedAtMs} />
            </>
          )}
        </Fact>
        <Fact name="Peer">
          <Value text={row.remote} />
        </Fact>
        <Fact name="Local">
          <Value text={row.local} />
        </Fact>
      </Facts>
      {row.tls === undefined ? (
        <p className="dim stplain">Not encrypted.</p>
      ) : (
        <Tls row={row} tls={row.tls} />
      )}
    </>
  );
}

type TlsOf = NonNullable<ConnectionRow['tls']>;

function Tls({ row, tls }: { readonly row: ConnectionRow; readonly tls: TlsOf }): ReactNode {
  const { peer } = tls;
  return (
    <>
      <Section title="TLS">
        <Facts>
          <Fact name="Version">{tls.version.replace(/^TLSv/, 'TLS ')}</Fact>
          <Fact name="Cipher">
            <Value text={tls.cipher} />
          </Fact>
          <Fact name="Server name">
            {tls.serverName === undefined ? (
              <span className="dim">none was named (no SNI)</span>
            ) : (
              <Value text={tls.serverName} />
            )}
          </Fact>
        </Facts>
      </Section>
      <Section title="Peer certificate">
        {peer === undefined ? (
          <p className="dim">
            {row.direction === 'in'
              ? 'The peer sent none, as clients do unless they are asked.'
              : 'The peer sent none.'}
          </p>
        ) : (
          <Certificate row={row} peer={peer} />
        )}
      </Section>
    </>
  );
}

const capital = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1);

function Certificate(props: {
  readonly row: ConnectionRow;
  readonly peer: NonNullable<TlsOf['peer']>;
}): ReactNode {
  const { subject, issuer, names, validToMs, isTrusted, whyNot } = props.peer;
  const trust = trustOf(props.row);
  const isExpired = useServerNow() > (validToMs ?? Infinity);
  return (
    <>
      <Facts>
        <Fact name="Trust">
          {trust !== undefined && (
            <Tag tone={trust.tone} icon={isTrusted ? 'check' : 'warning'}>
              {trust.word}
            </Tag>
          )}
        </Fact>
        <Fact name="Subject">
          <Value text={subject} />
        </Fact>
        <Fact name="Issuer">
          <Value text={issuer} />
        </Fact>
        <Fact name="Names">
          <Values of={names} />
        </Fact>
        <Fact name="Valid to">
          <span className={isExpired ? 'err semi' : undefined}>
            {validToMs === undefined ? 'not readable' : formatDay(validToMs)}
            {isExpired && ', expired'}
          </span>
        </Fact>
      </Facts>
      {!isTrusted && (
        <Note kind="warning" title="This server does not trust the certificate.">
          {whyNot === undefined ? 'The reason is not known.' : `${capital(whyNot)}.`}
        </Note>
      )}
    </>
  );
}
