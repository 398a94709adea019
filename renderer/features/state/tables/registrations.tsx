import { classNames } from '../../../ui/class-names.ts';
import { formatNumberOf } from '../../wire/index.ts';
import { Expiry } from '../countdown.tsx';
import { bareUri, code, none, words } from './cells.tsx';
import { defineTable } from './table.ts';

export const registrations = defineTable({
  table: 'registrations',
  label: 'Registrations',
  noun: 'registration',
  sort: { by: 'aor', descending: false },
  facts: (rows) => {
    const addresses = new Set(rows.map(({ aor }) => aor)).size;
    return `${formatNumberOf(addresses, 'address', 'addresses')}, ${formatNumberOf(rows.length, 'contact')}`;
  },
  text: ({ aor, contact, protocol, source, userAgent = '', path, instance = '', callId }) =>
    [aor, contact, protocol, source, userAgent, ...path, instance, callId].join(' '),
  describe: ({ aor, contact, protocol }) => `${bareUri(aor)} at ${contact}, ${protocol}`,
  columns: [
    {
      id: 'aor',
      head: 'Address of record',
      track: 'minmax(110px, .9fr)',
      value: ({ aor }) => aor,
      cell: ({ aor }, { isRepeat }) => (
        <span className={classNames(isRepeat ? 'dim also' : 'semi')}>{words(bareUri(aor))}</span>
      ),
    },
    {
      id: 'contact',
      head: 'Contact',
      track: 'minmax(150px, 1.5fr)',
      value: ({ contact }) => contact,
      cell: ({ contact }) => code(contact),
    },
    {
      id: 'expires',
      head: 'Expires',
      track: '138px',
      value: ({ expiresAtMs }) => expiresAtMs,
      cell: ({ expiresAtMs, grantedSec }) => <Expiry atMs={expiresAtMs} grantedSec={grantedSec} />,
    },
    {
      id: 'q',
      head: 'q',
      track: '26px',
      isNumber: true,
      value: ({ q }) => q,
      cell: ({ q }) => <span className="mid">{q.toFixed(1)}</span>,
    },
    {
      id: 'protocol',
      head: 'Over',
      track: '36px',
      value: ({ protocol }) => protocol,
      cell: ({ protocol }) => <span className="mid">{protocol.toUpperCase()}</span>,
    },
    {
      id: 'userAgent',
      head: 'User agent',
      track: 'minmax(80px, .8fr)',
      value: ({ userAgent = '' }) => userAgent,
      cell: ({ userAgent }) => (userAgent === undefined ? none() : words(userAgent, 'mid')),
    },
    {
      id: 'source',
      head: 'Source',
      track: 'minmax(100px, .8fr)',
      value: ({ source }) => source,
      cell: ({ source }) => code(source, 'mid'),
    },
  ],
});
