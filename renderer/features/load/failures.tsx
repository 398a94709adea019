import { type KeyboardEvent, type ReactNode, useId, useState } from 'react';
import type { FailureGroup, LoadRun } from '../../../app/contract/load.ts';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { formatCount, formatNumberOf } from '../wire/index.ts';
import { causeColor, clockText } from './chart-model.ts';
import { ExampleLadder } from './example-ladder.tsx';

export interface FailuresProps {
  readonly run: LoadRun;
}

/** The same answer to two steps is two groups. */
const keyOf = ({ signature, step }: FailureGroup): string => `${signature} ${step}`;

const spanText = ({ firstAtSec, lastAtSec }: FailureGroup): string => {
  const [from, to] = [clockText(firstAtSec), clockText(lastAtSec)];
  return from === to ? from : `${from} to ${to}`;
};

/** The evidence of a group in a few words: what the example got last. */
function evidenceOf({ example, row }: FailureGroup): string {
  const last = example.filter(({ direction }) => direction === 'in').at(-1);
  const got = last === undefined ? 'nothing came back' : `got ${startLine(last.text)}`;
  return row === undefined ? got : `${got}, ${row}`;
}

const startLine = (text: string): string => /^[^\r\n]*/.exec(text)?.[0].replace(/^SIP\/2\.0 /, '') ?? '';

/** Why calls failed, the most frequent cause first, each with one call that stands for it. */
export function Failures({ run }: FailuresProps): ReactNode {
  const { failures, failed } = run;
  const [opened, setOpened] = useState<string>();
  const shown = failures.find((group) => keyOf(group) === opened);
  const exampleId = useId();
  if (failures.length === 0) return null;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && shown !== undefined) {
      event.preventDefault();
      setOpened(undefined);
      return;
    }
    const by =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0;
    if (by === 0) return;
    const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.ldrow')];
    const at = rows.findIndex((row) => row === document.activeElement);
    if (at === -1) return;
    event.preventDefault();
    rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.focus();
  };
  return (
    <section className="ldcard ldfailures" aria-label="Failures" onKeyDown={onKeyDown}>
      <div className="ldbar">
        <h3>Failures</h3>
        <span className="dim">
          {formatCount(failed)} in {formatNumberOf(failures.length, 'group')}
        </span>
      </div>
      <div className="ldrows" role="list">
        <div className="ldrowhead" aria-hidden="true">
          <span>Signature</span>
          <span className="r">Calls</span>
          <span>Step</span>
          <span>Evidence</span>
          <span>When</span>
          <span>Example</span>
        </div>
        {failures.map((group) => {
          const { signature, calls, step, example } = group;
          const key = keyOf(group);
          const isOpen = key === opened;
          return (
            <div key={key} role="listitem">
              <button
                type="button"
                className={classNames('ldrow', isOpen && 'on')}
                aria-expanded={isOpen}
                aria-controls={isOpen ? exampleId : undefined}
                onClick={() => {
                  setOpened(isOpen ? undefined : key);
                }}
              >
                <span className="semi el" style={{ color: `var(${causeColor(signature)})` }}>
                  {signature}
                </span>
                <span className="semi r">{formatCount(calls)}</span>
                <span className="el">{step}</span>
                <span className="el mid">{evidenceOf(group)}</span>
                <span className="el mid">{spanText(group)}</span>
                <span className="acc el">{formatNumberOf(example.length, 'message')}</span>
              </button>
              {isOpen && (
                <div
                  className="ldexample"
                  id={exampleId}
                  role="region"
                  aria-label={`Example of ${signature}`}
                >
                  <ExampleLadder group={group} />
                  <IconButton
                    icon="cross"
                    size="s"
                    label="Close the example"
                    shortcut="Escape"
                    onClick={() => {
                      setOpened(undefined);
                    }}
                  />
                </div>
              )}
            </div>
          );
        })}
      </div>
    </section>
  );
}
