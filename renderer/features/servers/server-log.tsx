import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LogLine } from '../../../app/contract/servers.ts';
import { Button } from '../../ui/button.tsx';
import { Segments } from '../../ui/field.tsx';
import { formatTimeOfDayMs, visibleString } from '../wire/index.ts';

const LEVELS = [
  { value: 'all', label: 'All' },
  { value: 'problems', label: 'Warnings and errors' },
] as const;
type Level = (typeof LEVELS)[number]['value'];

const isProblem = ({ level }: LogLine): boolean => level === 'warn' || level === 'error';

export interface ServerLogProps {
  /** Oldest first; undefined while it is read. */
  readonly lines: readonly LogLine[] | undefined;
  readonly onCopy: (text: string) => void;
}

/** The log of one server; stays at the end while one reads at the end. */
export function ServerLog({ lines, onCopy }: ServerLogProps): ReactNode {
  const [level, setLevel] = useState<Level>('all');
  const shown = (lines ?? []).filter((line) => level === 'all' || isProblem(line));
  return (
    <>
      <div className="fbar logbar">
        <Segments aria-label="Lines shown" value={level} options={LEVELS} onChange={setLevel} />
        <span className="grow" />
        <Button
          kind="quiet"
          size="s"
          icon="copy"
          disabled={shown.length === 0}
          onClick={() => {
            onCopy(shown.map(lineText).join('\n'));
          }}
        >
          Copy
        </Button>
      </div>
      <LogLines
        lines={shown}
        empty={
          lines === undefined
            ? 'Reading the log…'
            : level === 'problems' && lines.length > 0
              ? 'No warnings and no errors.'
              : 'Nothing logged yet. Lines appear here when the server starts.'
        }
      />
    </>
  );
}

/** Lines as they are; follows the newest. */
export function LogLines(props: { readonly lines: readonly LogLine[]; readonly empty: string }): ReactNode {
  const { lines, empty } = props;
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useEffect(() => {
    if (isAtEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  return (
    <div
      className="scroll log"
      ref={box}
      role="log"
      aria-label="Log"
      tabIndex={0}
      onScroll={({ currentTarget: b }) => {
        isAtEnd.current = b.scrollHeight - b.scrollTop - b.clientHeight < 24;
      }}
    >
      {lines.length === 0 && <p className="dim logempty">{empty}</p>}
      {lines.map((line, i) => (
        <div className={`logl ${line.level}`} key={`${line.atMs} ${i}`}>
          <span className="dim">{formatTimeOfDayMs(line.atMs)}</span>
          <span className="lv">{line.level}</span>
          <span>
            {visibleString(line.message)}
            {Object.entries(line.fields).map(([name, value]) => (
              <span className="logf" key={name}>
                {' '}
                {name}=<bdi>{visibleString(String(value))}</bdi>
              </span>
            ))}
          </span>
        </div>
      ))}
    </div>
  );
}

const lineText = ({ atMs, level, message, fields }: LogLine): string =>
  [
    new Date(atMs).toISOString(),
    level,
    message,
    ...Object.entries(fields).map(([name, value]) => `${name}=${value}`),
  ].join(' ');
