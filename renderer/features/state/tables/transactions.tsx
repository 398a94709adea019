import { Tag } from '../../../ui/tag.tsx';
import { methodClass, visibleString } from '../../wire/index.ts';
import { Since, TimerBar, TimerText } from '../countdown.tsx';
import { timerPurpose } from '../transaction-words.ts';
import { code, identifier, none } from './cells.tsx';
import { defineTable } from './table.ts';

/** What is under way is blue-grey, what has its final response is green; the word says which state it is. */
const DONE: ReadonlySet<string> = new Set(['accepted', 'completed', 'confirmed']);

const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

export const transactions = defineTable({
  table: 'transactions',
  label: 'Transactions',
  noun: 'transaction',
  sort: { by: 'age', descending: false },
  facts: (rows) => {
    const working = rows.filter(({ state }) => !DONE.has(state)).length;
    return `${working} under way, ${rows.length - working} answered`;
  },
  text: ({ method, side, state, branch, callId, protocol, peer, timers }) =>
    [method, side, state, branch, callId, protocol, peer, ...timers.map(({ name }) => `timer ${name}`)].join(
      ' ',
    ),
  describe: ({ method, side, state, peer, timers }) =>
    `${method} ${side} transaction with ${peer}, ${state}${
      timers.length === 0
        ? ', no timer'
        : `, timer${timers.length === 1 ? '' : 's'} ${timers.map(({ name }) => name).join(' and ')}`
    }`,
  columns: [
    {
      id: 'method',
      head: 'Transaction',
      track: 'minmax(112px, .6fr)',
      value: ({ method, side }) => `${method} ${side}`,
      cell: ({ method, side }) => (
        <>
          <b className={`mname ${methodClass(method)}`}>{visibleString(method)}</b>{' '}
          <span className="mid">{side}</span>
        </>
      ),
    },
    {
      id: 'state',
      head: 'State',
      track: '86px',
      value: ({ state }) => state,
      cell: ({ state }) => <Tag sip={DONE.has(state) ? 's2' : 's1'}>{capital(state)}</Tag>,
    },
    {
      id: 'peer',
      head: 'With',
      track: 'minmax(146px, .8fr)',
      value: ({ peer }) => peer,
      cell: ({ peer, protocol }) => (
        <>
          <span className="mid">{protocol.toUpperCase()}</span> {code(peer, 'mid')}
        </>
      ),
    },
    {
      id: 'timers',
      head: 'Timers',
      track: 'minmax(216px, 1.4fr)',
      value: ({ timers }) => Math.min(...timers.map(({ dueAtMs }) => dueAtMs)),
      cell: ({ timers }) =>
        timers.length === 0 ? (
          none('none armed')
        ) : (
          <span className="row sttimers">
            {timers.map((timer) => (
              <span
                key={timer.name}
                className="sttimer"
                title={`Timer ${timer.name}: ${timerPurpose(timer.name)}`}
              >
                <b className="semi">{timer.name}</b>
                <TimerBar timer={timer} />
                <TimerText timer={timer} />
              </span>
            ))}
          </span>
        ),
    },
    {
      id: 'age',
      head: 'For',
      track: '74px',
      isNumber: true,
      value: ({ startedAtMs }) => -startedAtMs,
      cell: ({ startedAtMs }) => <Since atMs={startedAtMs} />,
    },
    {
      id: 'branch',
      head: 'Branch',
      track: 'minmax(110px, 1fr)',
      value: ({ branch }) => branch,
      cell: ({ branch }) => identifier(branch),
    },
  ],
});
