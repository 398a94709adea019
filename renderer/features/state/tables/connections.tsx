import type { ConnectionRow } from '../../../../app/contract/state.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Tag } from '../../../ui/tag.tsx';
import { formatNumberOf } from '../../wire/index.ts';
import { Since } from '../countdown.tsx';
import { code, none, words } from './cells.tsx';
import { defineTable } from './table.ts';

/** What is known of who is at the other end. */
export function trustOf({
  tls,
}: ConnectionRow): { readonly word: string; readonly tone: 'ok' | 'warning' | 'neutral' } | undefined {
  if (tls === undefined) return undefined;
  if (tls.peer === undefined) return { word: 'no certificate', tone: 'neutral' };
  return tls.peer.isTrusted ? { word: 'trusted', tone: 'ok' } : { word: 'not trusted', tone: 'warning' };
}

/** The common name of a distinguished name, or all of it. */
export const commonName = (subject: string): string =>
  /(?:^|,\s*|\n)CN=([^,\n]+)/.exec(subject)?.[1] ?? subject;

export const connections = defineTable({
  table: 'connections',
  label: 'Connections',
  noun: 'connection',
  sort: { by: 'open', descending: false },
  facts: (rows) => {
    const secure = rows.filter(({ tls }) => tls !== undefined).length;
    return `${formatNumberOf(rows.length, 'open', 'open')}${secure > 0 ? `, ${secure} encrypted` : ''}`;
  },
  text: (row) =>
    [
      row.protocol,
      row.local,
      row.remote,
      row.direction,
      row.tls?.version ?? '',
      row.tls?.cipher ?? '',
      row.tls?.serverName ?? '',
      row.tls?.peer?.subject ?? '',
      ...(row.tls?.peer?.names ?? []),
      trustOf(row)?.word ?? '',
    ].join(' '),
  describe: (row) =>
    `${row.protocol} connection ${row.direction === 'in' ? 'from' : 'to'} ${row.remote}${row.tls === undefined ? '' : `, ${row.tls.version}, ${trustOf(row)?.word ?? ''}`}`,
  columns: [
    {
      id: 'protocol',
      head: 'Over',
      track: '52px',
      value: ({ protocol }) => protocol,
      cell: ({ protocol, tls }) => (
        <span className="row stover">
          {protocol.toUpperCase()}
          {tls !== undefined && <Icon name="lock" size="xs" />}
        </span>
      ),
    },
    {
      id: 'direction',
      head: 'Opened by',
      track: '78px',
      value: ({ direction }) => direction,
      cell: ({ direction }) => <span className="mid">{direction === 'in' ? 'the peer' : 'this server'}</span>,
    },
    {
      id: 'remote',
      head: 'Peer',
      track: 'minmax(140px, 1fr)',
      value: ({ remote }) => remote,
      cell: ({ remote }) => code(remote, 'strong'),
    },
    {
      id: 'local',
      head: 'Local',
      track: 'minmax(120px, 1fr)',
      value: ({ local }) => local,
      cell: ({ local }) => code(local, 'mid'),
    },
    {
      id: 'open',
      head: 'Open for',
      track: '92px',
      isNumber: true,
      value: ({ openedAtMs }) => -openedAtMs,
      cell: ({ openedAtMs }) => <Since atMs={openedAtMs} />,
    },
    {
      id: 'tls',
      head: 'TLS',
      track: '58px',
      value: ({ tls }) => tls?.version ?? '',
      cell: ({ tls }) => (tls === undefined ? none() : tls.version.replace(/^TLSv/, 'TLS ')),
    },
    {
      id: 'peerName',
      head: 'Peer certificate',
      track: 'minmax(150px, 1.1fr)',
      value: ({ tls }) => tls?.peer?.subject ?? '',
      cell: (row) => {
        const trust = trustOf(row);
        if (trust === undefined) return none();
        const { peer } = row.tls ?? {};
        if (peer === undefined) return none(trust.word);
        return (
          <span className="row stpeer">
            <span className="el">{words(commonName(peer.subject))}</span>
            <Tag tone={trust.tone} icon={peer.isTrusted ? 'check' : 'warning'}>
              {trust.word}
            </Tag>
          </span>
        );
      },
    },
  ],
});
