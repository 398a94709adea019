import type { LookupRow } from '../../../../app/contract/state.ts';
import { Tag } from '../../../ui/tag.tsx';
import { formatDuration, formatNumberOf, formatTimeOfDay } from '../../wire/index.ts';
import { code, none } from './cells.tsx';
import { defineTable } from './table.ts';

/** From the question to the last answer. */
export const lookupTookMs = ({ atMs, steps }: LookupRow): number => (steps.at(-1)?.atMs ?? atMs) - atMs;

export const lookups = defineTable({
  table: 'lookups',
  label: 'DNS',
  noun: 'search',
  plural: 'searches',
  sort: { by: 'time', descending: true },
  facts: (rows) => {
    const failed = rows.filter(({ hops }) => hops.length === 0).length;
    return `${formatNumberOf(rows.length, 'search', 'searches')}${failed > 0 ? `, ${failed} found nothing` : ''}`;
  },
  text: ({ target, steps, hops }) => [target, ...steps.map(({ text }) => text), ...hops].join(' '),
  describe: ({ target, hops }) =>
    `search for ${target}, ${hops.length === 0 ? 'nothing found' : `${formatNumberOf(hops.length, 'hop')}, first ${hops[0] ?? ''}`}`,
  columns: [
    {
      id: 'time',
      head: 'Time',
      track: '60px',
      value: ({ atMs }) => atMs,
      cell: ({ atMs }) => <span className="mid">{formatTimeOfDay(atMs)}</span>,
    },
    {
      id: 'target',
      head: 'Looked for',
      track: 'minmax(140px, 1.2fr)',
      value: ({ target }) => target,
      cell: ({ target }) => code(target, 'strong'),
    },
    {
      id: 'result',
      head: 'Result',
      track: '120px',
      value: ({ hops }) => hops.length,
      cell: ({ hops }) =>
        hops.length === 0 ? (
          <Tag tone="error" icon="cross">
            Nothing found
          </Tag>
        ) : (
          formatNumberOf(hops.length, 'hop')
        ),
    },
    {
      id: 'first',
      head: 'First hop',
      track: 'minmax(140px, 1fr)',
      value: ({ hops }) => hops[0] ?? '',
      cell: ({ hops }) => (hops[0] === undefined ? none() : code(hops[0], 'mid')),
    },
    {
      id: 'steps',
      head: 'Steps',
      track: '44px',
      isNumber: true,
      value: ({ steps }) => steps.length,
      cell: ({ steps }) => steps.length,
    },
    {
      id: 'took',
      head: 'Took',
      track: '64px',
      isNumber: true,
      value: lookupTookMs,
      cell: (row) => formatDuration(lookupTookMs(row)),
    },
  ],
});
