import { type ReactNode, useState } from 'react';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import { classNames } from '../../ui/class-names.ts';
import { Segments } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatDuration, visibleString } from '../wire/index.ts';

type Series = NonNullable<ScenarioRun['series']>;
type Row = Series['rows'][number];

const LOOKS = {
  pass: { icon: 'success', tone: 'ok', word: 'passed' },
  fail: { icon: 'error', tone: 'err', word: 'failed' },
  error: { icon: 'alert', tone: 'err', word: 'could not be run' },
  stopped: { icon: 'stop', tone: 'dim', word: 'was stopped' },
} as const;

/** More are told as a number: nobody reads them. */
const MOST_SHOWN = 500;

/** The verdict of each row of a run for all of them; what is kept of a row can be shown in steps and ladder. */
export function RunRows(props: {
  readonly series: Series;
  readonly isOver: boolean;
  readonly onShow: (row: number) => void;
}): ReactNode {
  const { rows, total, kept, shown } = props.series;
  const failed = rows.filter(({ outcome }) => outcome !== 'pass');
  const [wanted, setWanted] = useState<'failed' | 'all'>();
  const choice = wanted ?? (failed.length > 0 ? 'failed' : 'all');
  const listed = choice === 'failed' ? failed : rows;
  return (
    <>
      <div className="row scrowshead">
        <h3 className="grow">Rows</h3>
        <Segments
          aria-label="Which rows"
          value={choice}
          options={[
            { value: 'failed', label: `Failed ${String(failed.length)}` },
            { value: 'all', label: `All ${String(rows.length)} of ${String(total)}` },
          ]}
          onChange={setWanted}
        />
      </div>
      {listed.length === 0 && (
        <p className="dim">
          {choice === 'all' ? 'None is over yet.' : rows.length < total ? 'None so far.' : 'None.'}
        </p>
      )}
      <ul className="scrunrows" aria-label="Rows of the run">
        {listed.slice(0, MOST_SHOWN).map((row) => (
          <li key={row.number} className={classNames(row.number === shown && 'on')}>
            <RowLine
              row={row}
              isShown={row.number === shown}
              onShow={
                props.isOver && kept.includes(row.number)
                  ? () => {
                      props.onShow(row.number);
                    }
                  : undefined
              }
            />
          </li>
        ))}
      </ul>
      {listed.length > MOST_SHOWN && <p className="dim">and {listed.length - MOST_SHOWN} more</p>}
    </>
  );
}

function RowLine(props: {
  readonly row: Row;
  readonly isShown: boolean;
  /** Undefined when nothing is kept of it. */
  readonly onShow: (() => void) | undefined;
}): ReactNode {
  const { row, isShown, onShow } = props;
  const { icon, tone, word } = LOOKS[row.outcome];
  const content = (
    <>
      <Icon name={icon} size="s" className={tone} />
      <span className="sr">{word}</span>
      <span className="grow">
        <span className="semi">
          {visibleString(row.name === '' ? `row ${String(row.number)}` : row.name)}
        </span>
        {row.reason !== undefined && (
          <span className="mid why">{visibleString(withoutRow(row.reason, row.name))}</span>
        )}
      </span>
      <span className="dim nw">{formatDuration(row.tookMs)}</span>
    </>
  );
  return onShow === undefined ? (
    <div className="line">{content}</div>
  ) : (
    <button
      type="button"
      className="line"
      aria-pressed={isShown}
      title="Show its steps and messages"
      onClick={onShow}
    >
      {content}
    </button>
  );
}

/** The reason ends with the row, which stands above it already. */
const withoutRow = (reason: string, name: string): string =>
  reason.endsWith(`; ${name}`) ? reason.slice(0, -name.length - 2) : reason;
