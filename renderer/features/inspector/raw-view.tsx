import { memo, useEffect, useMemo, useRef, useState, type MouseEvent, type ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { formatCount, methodClass, statusClass } from '../wire/index.ts';
import {
  byteRuns,
  lineEndRun,
  overlaps,
  splitLines,
  textOf,
  type ByteLine,
  type ByteRange,
  type ByteRun,
} from './byte-lines.ts';
import { ByteText } from './byte-text.tsx';

/** A line longer than this shows its beginning until asked for all. */
const LONG = 4000;
const SHOWN = 2000;
/** Lines shown until asked for more. */
const MOST_LINES = 1500;

export interface RawViewProps {
  readonly bytes: Uint8Array;
  readonly range: ByteRange | undefined;
  readonly hasControls: boolean;
  readonly onPick: (offset: number) => void;
}

/** The octets as they crossed the wire, line by line with the offset of each. */
export const RawView = memo(function RawView(props: RawViewProps): ReactNode {
  const { bytes, range } = props;
  const lines = useMemo(() => splitLines(bytes), [bytes]);
  const [shown, setShown] = useState({ bytes, whole: new Set<number>(), hasAllLines: false });
  if (shown.bytes !== bytes) setShown({ bytes, whole: new Set(), hasAllLines: false });
  const box = useRef<HTMLDivElement>(null);
  useShowLit(box, range);
  const bodyAt = useMemo(() => lines.findIndex((line) => line.start === line.contentEnd), [lines]);
  const visible = shown.hasAllLines ? lines : lines.slice(0, MOST_LINES);
  return (
    <div
      className="scroll raw"
      ref={box}
      role="region"
      aria-label="Raw octets"
      tabIndex={0}
      onClick={(event) => {
        const offset = offsetAt(event);
        if (offset !== undefined) props.onPick(offset);
      }}
    >
      {visible.map((line, i) => {
        const isLong = line.contentEnd - line.start > LONG && !shown.whole.has(i);
        return (
          <div key={i} className={classNames('rl', overlaps(line, range) && 'on')}>
            <span className="o">{line.start}</span>
            <span className="tx" dir="ltr">
              <LineText
                bytes={bytes}
                line={line}
                end={isLong ? line.start + SHOWN : line.contentEnd}
                range={range}
                role={i === 0 ? 'start' : bodyAt === -1 || i < bodyAt ? 'header' : 'body'}
              />
              {isLong && (
                <button
                  type="button"
                  className="lnk"
                  onClick={(event) => {
                    event.stopPropagation();
                    setShown({ ...shown, whole: new Set([...shown.whole, i]) });
                  }}
                >
                  … show all {formatCount(line.contentEnd - line.start)}
                </button>
              )}
              {!isLong && <LineEnd line={line} range={range} hasControls={props.hasControls} />}
            </span>
          </div>
        );
      })}
      {visible.length < lines.length && (
        <button
          type="button"
          className="lnk more"
          onClick={() => {
            setShown({ ...shown, hasAllLines: true });
          }}
        >
          show all {formatCount(lines.length)} lines
        </button>
      )}
    </div>
  );
});

function LineEnd(props: {
  readonly line: ByteLine;
  readonly range: ByteRange | undefined;
  readonly hasControls: boolean;
}): ReactNode {
  const run = lineEndRun(props.line, props.range);
  return run === undefined ? undefined : <ByteText runs={[run]} hasControls={props.hasControls} />;
}

/** Method and header names stand out; everything else is text. */
function LineText(props: {
  readonly bytes: Uint8Array;
  readonly line: ByteLine;
  readonly end: number;
  readonly range: ByteRange | undefined;
  readonly role: 'start' | 'header' | 'body';
}): ReactNode {
  const { bytes, line, end, range, role } = props;
  const stop = role === 'start' ? 0x20 : 0x3a;
  const at = role === 'body' ? -1 : bytes.subarray(line.start, end).indexOf(stop);
  const isName = at > 0 && bytes[line.start] !== 0x20 && bytes[line.start] !== 0x09;
  if (!isName) return <ByteText runs={runsOf(bytes, line.start, end, range)} />;
  const first = textOf(bytes, { start: line.start, end: line.start + at });
  const isStatus = role === 'start' && first.startsWith('SIP/');
  // The version of a status line is as quiet as that of a request line; its code is what counts.
  const nameStart = isStatus ? line.start + at + 1 : line.start;
  const split = isStatus ? Math.min(end, nameStart + 3) : line.start + at + (role === 'header' ? 1 : 0);
  const name = runsOf(bytes, nameStart, split, range);
  const word = name.map((run) => run.text).join('');
  const tone = isStatus ? statusClass(Number(word)) : methodClass(word);
  return (
    <>
      {isStatus && <ByteText runs={runsOf(bytes, line.start, nameStart, range)} />}
      <span className={role === 'header' ? 'hn' : `mt ${tone}`}>
        <ByteText runs={name} />
      </span>
      <bdi dir="ltr">
        <ByteText runs={runsOf(bytes, split, end, range)} />
      </bdi>
    </>
  );
}

const runsOf = (
  bytes: Uint8Array,
  start: number,
  end: number,
  range: ByteRange | undefined,
): readonly ByteRun[] => byteRuns(bytes, { start, end }, range);

/** The octet under the pointer: the run's first one, plus the characters before the caret when they are one octet each. */
export function offsetAt(event: MouseEvent): number | undefined {
  const target = event.target instanceof Element ? event.target.closest('[data-at]') : null;
  const at = target?.getAttribute('data-at');
  if (target === null || at === null || at === undefined) return undefined;
  const start = Number(at);
  const selection = window.getSelection();
  const inRun = selection?.focusNode?.parentElement === target ? selection.focusOffset : 0;
  const text = target.textContent ?? '';
  const before = new TextEncoder().encode(
    text.slice(0, Math.min(inRun, Math.max(0, text.length - 1))),
  ).length;
  return target.classList.contains('cc') ? start : start + before;
}

/** Scrolls the lit octets into sight. */
export function useShowLit(
  box: { readonly current: HTMLElement | null },
  range: ByteRange | undefined,
): void {
  useEffect(() => {
    const lit = box.current?.querySelector('.lit, .on');
    if (range === undefined || lit === null || lit === undefined || box.current === null) return;
    const outer = box.current.getBoundingClientRect();
    const inner = lit.getBoundingClientRect();
    if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
    const top = inner.top - outer.top - Math.max(0, (outer.height - inner.height) / 3);
    box.current.scrollBy({ top });
  }, [box, range]);
}
