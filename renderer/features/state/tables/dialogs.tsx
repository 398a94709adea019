import type { DialogRow } from '../../../../app/contract/state.ts';
import { Tag } from '../../../ui/tag.tsx';
import { Expiry, Since } from '../countdown.tsx';
import { bareUri, code, identifier, none, words } from './cells.tsx';
import { defineTable } from './table.ts';

const LOOKS: Readonly<Record<DialogRow['state'], { readonly word: string; readonly sip: string }>> = {
  early: { word: 'Early', sip: 's1' },
  confirmed: { word: 'Confirmed', sip: 's2' },
  ending: { word: 'Ending', sip: 'BYE' },
};

export const dialogStateWord = (state: DialogRow['state']): string => LOOKS[state].word;

export const dialogs = defineTable({
  table: 'dialogs',
  label: 'Dialogs',
  noun: 'dialog',
  sort: { by: 'lasts', descending: false },
  facts: (rows) => {
    const early = rows.filter(({ state }) => state === 'early').length;
    const bridged = rows.filter(({ bridgedTo }) => bridgedTo !== undefined).length;
    return [
      `${rows.length - early} confirmed`,
      ...(early > 0 ? [`${early} early`] : []),
      ...(bridged > 0 ? [`${bridged} bridged`] : []),
    ].join(', ');
  },
  text: (row) =>
    [
      row.callId,
      row.localTag,
      row.remoteTag,
      row.state,
      row.role,
      row.localUri,
      row.remoteUri,
      row.remoteTarget,
      row.protocol,
      row.peer,
    ].join(' '),
  describe: (row) =>
    `${row.state} dialog with ${bareUri(row.remoteUri)}, as ${row.role}${row.bridgedTo === undefined ? '' : ', bridged'}`,
  columns: [
    {
      id: 'state',
      head: 'State',
      track: '80px',
      value: ({ state }) => state,
      cell: ({ state }) => <Tag sip={LOOKS[state].sip}>{LOOKS[state].word}</Tag>,
    },
    {
      id: 'role',
      head: 'As',
      track: '32px',
      value: ({ role }) => role,
      cell: ({ role }) => <span className="mid">{role.toUpperCase()}</span>,
    },
    {
      id: 'local',
      head: 'Local',
      track: 'minmax(100px, 1fr)',
      value: ({ localUri }) => localUri,
      cell: ({ localUri }) => words(bareUri(localUri)),
    },
    {
      id: 'remote',
      head: 'Remote',
      track: 'minmax(100px, 1fr)',
      value: ({ remoteUri }) => remoteUri,
      cell: ({ remoteUri }) => words(bareUri(remoteUri), 'semi'),
    },
    {
      id: 'peer',
      head: 'Peer',
      track: 'minmax(162px, .9fr)',
      value: ({ peer }) => peer,
      cell: ({ peer, protocol }) => (
        <>
          <span className="mid">{protocol.toUpperCase()}</span> {code(peer, 'mid')}
        </>
      ),
    },
    {
      id: 'lasts',
      head: 'For',
      track: '86px',
      isNumber: true,
      value: ({ startedAtMs }) => -startedAtMs,
      cell: ({ startedAtMs }) => <Since atMs={startedAtMs} />,
    },
    {
      id: 'session',
      head: 'Session timer',
      track: '112px',
      value: ({ sessionTimer }) => sessionTimer?.dueAtMs ?? Infinity,
      cell: ({ sessionTimer }) =>
        sessionTimer === undefined ? (
          none('not agreed')
        ) : (
          <Expiry atMs={sessionTimer.dueAtMs} grantedSec={sessionTimer.expiresSec} />
        ),
    },
    {
      id: 'callId',
      head: 'Call-ID',
      track: 'minmax(100px, 1.1fr)',
      value: ({ callId }) => callId,
      cell: ({ callId }) => identifier(callId),
    },
  ],
});
