import { memo, type ReactNode, useState } from 'react';
import type { LoadRun } from '../../../app/contract/load.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/field.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { type Chart, chartsOf, clockText, inReadingOrder, plain } from './chart-model.ts';
import { LoadChart } from './load-chart.tsx';

export interface LoadChartsProps {
  readonly run: LoadRun;
}

/** Earlier seconds are forgotten: see app/contract/load.ts. */
const KEPT_SECONDS = 300;

type View = 'charts' | 'table';

/** How the run went second by second, as drawings with one crosshair or as a table. */
export const LoadCharts = memo(function LoadCharts({ run }: LoadChartsProps): ReactNode {
  const [view, setView] = useState<View>('charts');
  const [cursorSec, setCursorSec] = useState<number>();
  const copy = useCopy();
  const charts = chartsOf(run);
  return (
    <section className="ldsection" aria-label="Charts">
      <div className="ldbar">
        <h3>Second by second</h3>
        {run.seconds.length >= KEPT_SECONDS && <span className="dim">the last 5 minutes</span>}
        <span className="grow" />
        {view === 'table' && run.seconds.length > 0 && (
          <Button
            size="s"
            kind="quiet"
            icon="copy"
            onClick={() => {
              copy('table', csvOf(run, charts));
            }}
          >
            Copy as CSV
          </Button>
        )}
        <Segments
          aria-label="Charts as"
          value={view}
          options={[
            { value: 'charts', label: 'Charts' },
            { value: 'table', label: 'Table' },
          ]}
          onChange={setView}
        />
      </div>
      {view === 'charts' ? (
        <div className="ldgrid">
          {charts.map((chart) => (
            <LoadChart
              key={chart.id}
              chart={chart}
              seconds={run.seconds}
              cursorSec={cursorSec}
              onCursor={setCursorSec}
            />
          ))}
        </div>
      ) : (
        <SecondsTable run={run} charts={charts} />
      )}
    </section>
  );
}, sameSeconds);

/** A run is told four times a second, and draws once. */
function sameSeconds({ run: a }: LoadChartsProps, { run: b }: LoadChartsProps): boolean {
  return (
    a.id === b.id &&
    a.state === b.state &&
    a.seconds.length === b.seconds.length &&
    a.seconds.at(-1)?.atSec === b.seconds.at(-1)?.atSec &&
    a.failures.length === b.failures.length
  );
}

interface TableProps {
  readonly run: LoadRun;
  readonly charts: readonly Chart[];
}

/** Head and values of every line of every chart. */
const columnsOf = (
  charts: readonly Chart[],
): readonly { head: string; values: readonly (number | undefined)[] }[] =>
  charts.flatMap(({ lines, suffix }) =>
    inReadingOrder(lines).map(({ label, values, own }) => ({
      head: `${label}${suffix === '' ? '' : `,${suffix}`}`,
      values: own ?? values,
    })),
  );

/** The newest second first. */
function SecondsTable({ run, charts }: TableProps): ReactNode {
  const columns = columnsOf(charts);
  return (
    <div className="ldcard ldtable scroll" tabIndex={0} role="region" aria-label="Seconds">
      <table>
        <thead>
          <tr>
            <th scope="col">Time</th>
            {columns.map(({ head }) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {run.seconds
            .map(({ atSec }, i) => (
              <tr key={atSec}>
                <th scope="row">{clockText(atSec)}</th>
                {columns.map(({ head, values }) => {
                  const value = values[i];
                  return <td key={head}>{value === undefined ? '–' : plain(value)}</td>;
                })}
              </tr>
            ))
            .reverse()}
        </tbody>
      </table>
    </div>
  );
}

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function csvOf({ seconds }: LoadRun, charts: readonly Chart[]): string {
  const columns = columnsOf(charts);
  const rows = seconds.map(({ atSec }, i) => [
    String(atSec),
    ...columns.map(({ values }) => String(values[i] ?? '')),
  ]);
  return [['second', ...columns.map(({ head }) => head)], ...rows]
    .map((row) => row.map(cell).join(','))
    .join('\n');
}
