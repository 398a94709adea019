import type { SubscriptionRow } from '../../../../app/contract/state.ts';
import { Tag } from '../../../ui/tag.tsx';
import { formatCount, visibleString } from '../../wire/index.ts';
import { ExpiryText } from '../countdown.tsx';
import { bareUri, identifier, none, words } from './cells.tsx';
import { defineTable } from './table.ts';

const LOOKS: Readonly<Record<SubscriptionRow['state'], { readonly word: string; readonly sip: string }>> = {
  pending: { word: 'Pending', sip: 's1' },
  active: { word: 'Active', sip: 's2' },
  terminated: { word: 'Terminated', sip: 'BYE' },
};

export const subscriptionStateWord = (state: SubscriptionRow['state']): string => LOOKS[state].word;

export const subscriptions = defineTable({
  table: 'subscriptions',
  label: 'Subscriptions',
  noun: 'subscription',
  sort: { by: 'resource', descending: false },
  facts: (rows) => {
    const ours = rows.filter(({ role }) => role === 'subscriber').length;
    return [
      `${rows.length - ours} notified by this server`,
      ...(ours > 0 ? [`${ours} of its own`] : []),
    ].join(', ');
  },
  text: (row) => [row.package, row.resource, row.watcher, row.role, row.state, row.callId].join(' '),
  describe: (row) =>
    `${row.package} of ${bareUri(row.resource)}, ${row.role === 'notifier' ? `watched by ${bareUri(row.watcher)}` : 'watched by this server'}, ${row.state}`,
  columns: [
    {
      id: 'package',
      head: 'Event',
      track: 'minmax(90px, .7fr)',
      value: ({ package: name }) => name,
      cell: ({ package: name }) => <span className="semi">{visibleString(name)}</span>,
    },
    {
      id: 'resource',
      head: 'Resource',
      track: 'minmax(110px, 1fr)',
      value: ({ resource }) => resource,
      cell: ({ resource }) => words(bareUri(resource)),
    },
    {
      id: 'watcher',
      head: 'Watcher',
      track: 'minmax(110px, 1fr)',
      value: ({ watcher, role }) => (role === 'subscriber' ? '' : watcher),
      cell: ({ watcher, role }) => (role === 'subscriber' ? none('this server') : words(bareUri(watcher))),
    },
    {
      id: 'role',
      head: 'As',
      track: '64px',
      value: ({ role }) => role,
      cell: ({ role }) => <span className="mid">{role}</span>,
    },
    {
      id: 'state',
      head: 'State',
      track: '86px',
      value: ({ state }) => state,
      cell: ({ state }) => <Tag sip={LOOKS[state].sip}>{LOOKS[state].word}</Tag>,
    },
    {
      id: 'expires',
      head: 'Expires',
      track: '112px',
      value: ({ expiresAtMs }) => expiresAtMs ?? Infinity,
      cell: ({ expiresAtMs, state }) =>
        state === 'terminated' || expiresAtMs === undefined ? none() : <ExpiryText atMs={expiresAtMs} />,
    },
    {
      id: 'notifies',
      head: 'NOTIFYs',
      track: '58px',
      isNumber: true,
      value: ({ notifies }) => notifies,
      cell: ({ notifies }) => formatCount(notifies),
    },
    {
      id: 'callId',
      head: 'Call-ID',
      track: 'minmax(90px, 1fr)',
      value: ({ callId }) => callId,
      cell: ({ callId }) => identifier(callId),
    },
  ],
});
