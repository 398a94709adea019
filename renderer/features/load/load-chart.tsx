import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import type { LoadSecond } from '../../../app/contract/load.ts';
import { useMediaQuery } from '../../ui/appearance.ts';
import { classNames } from '../../ui/class-names.ts';
import { drawChart, type ChartCanvas, looksAlike } from './chart-canvas.ts';
import {
  type Chart,
  type ChartLine,
  clockText,
  inReadingOrder,
  numberText,
  sentenceOf,
  wordsAt,
} from './chart-model.ts';
import 'uplot/dist/uPlot.min.css';

const PAGE_SEC = 10;

export interface LoadChartProps {
  readonly chart: Chart;
  readonly seconds: readonly LoadSecond[];
  /** The second that the crosshair of all charts is on. */
  readonly cursorSec: number | undefined;
  readonly onCursor: (sec: number | undefined) => void;
}

/** One chart: what it is, its lines by name, the figure of the latest second or of the one under the crosshair, and the drawing. */
export function LoadChart({ chart, seconds, cursorSec, onCursor }: LoadChartProps): ReactNode {
  const id = useId();
  const index = cursorSec === undefined ? -1 : seconds.findIndex(({ atSec }) => atSec === cursorSec);
  const second = seconds[index];
  return (
    <figure className="ldcard ldchart" aria-labelledby={id}>
      <figcaption className="row">
        <h3 id={id}>{chart.title}</h3>
        <span className="grow" />
        <Legend chart={chart} />
      </figcaption>
      {second === undefined ? (
        <p className="ldfigure">
          <b>{chart.figure}</b>
          <span>{chart.unit}</span>
        </p>
      ) : (
        <p className="ldfigure at">
          <b>{valuesAt(chart, index)}</b>
          <span>at {clockText(second.atSec)}</span>
        </p>
      )}
      <div className="ldplot">
        <Drawing chart={chart} seconds={seconds} index={index} onCursor={onCursor} />
        <Crosshair chart={chart} seconds={seconds} index={index} onCursor={onCursor} />
      </div>
    </figure>
  );
}

/** `18 / 41 / 66`, in the order of the legend. */
const valuesAt = ({ lines, suffix }: Chart, index: number): string => {
  const values = inReadingOrder(lines).map(({ values: all, own }) => {
    const value = (own ?? all)[index];
    return value === undefined ? '–' : numberText(value, suffix);
  });
  return values.length === 0 ? '0' : `${values.join(' / ')}${suffix}`;
};

function Legend({ chart }: { readonly chart: Chart }): ReactNode {
  return (
    <span className="ldlegend">
      {inReadingOrder(chart.lines).map((line) => (
        <span key={line.label} title={line.label} className={isLong(line) ? 'long' : undefined}>
          <Swatch line={line} />
          <span className="el">{line.own === undefined ? line.label : shortCause(line.label)}</span>
        </span>
      ))}
      {chart.limit !== undefined && (
        <span>
          <Swatch line={{ color: '--error', dash: [4, 3] }} />
          <span className="el">{chart.limit.label}</span>
        </span>
      )}
    </span>
  );
}

/** Causes without a status are words, and give way when there is no room. */
const isLong = ({ label, own }: ChartLine): boolean => own !== undefined && !/^\d{3} /.test(label);

/** `486` of `486 Busy Here`, `no answer` of `no answer: timer B`: the whole is in the table below. */
const shortCause = (cause: string): string => /^(?:\d{3}(?= )|[^:]+)/.exec(cause)?.[0] ?? cause;

function Swatch({ line }: { readonly line: Pick<ChartLine, 'color' | 'dash' | 'fill'> }): ReactNode {
  const { color, dash, fill } = line;
  const isArea = fill === 'solid' || fill === 'hatched';
  return (
    <svg width="14" height="8" aria-hidden="true">
      {isArea && <rect width="14" height="8" fill={`var(${color})`} opacity={fill === 'solid' ? 1 : 0.4} />}
      <path
        d={isArea ? 'M0 1H14' : 'M0 4H14'}
        stroke={`var(${color})`}
        strokeWidth="2"
        strokeDasharray={dash?.join(' ')}
      />
    </svg>
  );
}

interface PlotProps extends Pick<LoadChartProps, 'chart' | 'seconds' | 'onCursor'> {
  /** Of the second under the crosshair; -1 for none. */
  readonly index: number;
}

/** The canvas; a picture to assistive technology, with its figures in a sentence. */
function Drawing({ chart, seconds, index, onCursor }: PlotProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<{ readonly on: ChartCanvas; readonly of: Chart } | undefined>(undefined);
  const latest = useRef({ seconds, onCursor });
  useEffect(() => {
    latest.current = { seconds, onCursor };
  });

  useEffect(() => {
    if (box.current === null) return;
    const drawn = { chart, atSec: seconds.map(({ atSec }) => atSec) };
    const now = canvas.current;
    if (now !== undefined && looksAlike(now.of, chart)) now.on.show(drawn);
    else {
      now?.on.destroy();
      const on = drawChart(box.current, drawn, (at) => {
        latest.current.onCursor(at === undefined ? undefined : latest.current.seconds[at]?.atSec);
      });
      canvas.current = on === undefined ? undefined : { on, of: chart };
    }
    canvas.current?.on.pointAt(index === -1 ? undefined : index);
  }, [chart, seconds, index]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      canvas.current?.on.resize(element.clientWidth, element.clientHeight);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      canvas.current?.on.destroy();
      canvas.current = undefined;
    };
  }, []);
  useRepaint(() => {
    canvas.current?.on.repaint();
  });
  return <div className="ldcanvas" ref={box} role="img" aria-label={sentenceOf(chart, seconds)} />;
}

/** A canvas does not see that the theme has changed. */
function useRepaint(repaint: () => void): void {
  const last = useRef(repaint);
  useEffect(() => {
    last.current = repaint;
  });
  const isForced = useMediaQuery('(forced-colors: active)');
  useEffect(() => {
    const observer = new MutationObserver(() => {
      last.current();
    });
    observer.observe(document.documentElement, { attributeFilter: ['data-theme', 'data-contrast'] });
    last.current();
    return () => {
      observer.disconnect();
    };
  }, [isForced]);
}

/** Reads values by keyboard: left and right by a second, the page keys by ten, Escape takes the crosshair away. */
function Crosshair({ chart, seconds, index, onCursor }: PlotProps): ReactNode {
  const lastIndex = seconds.length - 1;
  const at = index === -1 ? lastIndex : index;
  const second = seconds[at];
  if (second === undefined) return null;
  const go = (to: number): void => {
    onCursor(seconds[Math.min(lastIndex, Math.max(0, to))]?.atSec);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const moves: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => {
        go(at - 1);
      },
      ArrowRight: () => {
        go(at + 1);
      },
      PageUp: () => {
        go(at - PAGE_SEC);
      },
      PageDown: () => {
        go(at + PAGE_SEC);
      },
      Home: () => {
        go(0);
      },
      End: () => {
        go(lastIndex);
      },
      Escape: () => {
        onCursor(undefined);
      },
    };
    const move = event.ctrlKey || event.altKey || event.metaKey ? undefined : moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    move();
  };
  return (
    <div
      className={classNames('ldcross', index !== -1 && 'on')}
      role="slider"
      tabIndex={0}
      aria-label={`${chart.title}, second`}
      aria-valuemin={seconds[0]?.atSec ?? 0}
      aria-valuemax={seconds[lastIndex]?.atSec ?? 0}
      aria-valuenow={second.atSec}
      aria-valuetext={`${clockText(second.atSec)}: ${wordsAt(chart, at) || 'none'}`}
      onKeyDown={onKeyDown}
    />
  );
}
