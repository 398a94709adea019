import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Comparison, MessageSummary } from '../../../app/contract/traffic.ts';
import { useBackend } from '../../backend/index.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Segments, Switch } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { EmptyState } from '../../ui/note.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import { MessageTag, RawView, type OpenMessage } from '../inspector/index.ts';
import { formatCount, formatTimeOfDayMs, visibleString } from '../wire/index.ts';
import { CompareTable } from './compare-table.tsx';
import {
  compareItems,
  countDifferences,
  relationOf,
  toMarkdown,
  verdictOf,
  type Difference,
} from './compare-model.ts';
import './compare.css';

type CompareTab = 'fields' | 'body' | 'raw';

/** Differences that can be shown or hidden, in the order of their chips. */
const CHIPS: readonly Difference[] = ['changed', 'added', 'removed', 'reordered', 'equal'];

export interface ComparePageProps {
  readonly a: number;
  readonly b: number;
  readonly nameOf: (address: string) => string;
  /** The number of a message in the ladder it was chosen in. */
  readonly numberOf: (id: number) => number | undefined;
  /** The octets of a message. */
  readonly load: (id: number) => Promise<OpenMessage>;
  readonly onCopy: (text: string, what: string) => void;
  readonly onClose: () => void;
}

/*
 *  < Traffic | Compare  same transaction, 2 ms apart      [Fields|SDP|Raw]  Swap  Copy as Markdown  x
 *  ✓3 changed  ✓1 added  ✓1 removed  0 reordered  11 equal   [o] Show expected changes  ^ 4 of 5 v
 *  Header          A #4 INVITE alice → proxy       B #6 INVITE proxy → bob
 *  ~ Request-URI   sip:bob@[lab.test]              sip:bob@[127.0.0.1:5072]
 */
export function ComparePage(props: ComparePageProps): ReactNode {
  const [isSwapped, setSwapped] = useState(false);
  const [a, b] = isSwapped ? [props.b, props.a] : [props.a, props.b];
  const { comparison, problem } = useComparison(a, b);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    root.current?.focus();
  }, []);
  return (
    <div
      className="col grow compare"
      ref={root}
      tabIndex={-1}
      data-pane=""
      data-scope="compare"
      role="region"
      aria-label="Compare"
    >
      {comparison === undefined ? (
        <Missing problem={problem} onClose={props.onClose} />
      ) : (
        <Loaded
          {...props}
          comparison={comparison}
          onSwap={() => {
            setSwapped(!isSwapped);
          }}
        />
      )}
    </div>
  );
}

function useComparison(
  a: number,
  b: number,
): { readonly comparison: Comparison | undefined; readonly problem: string | undefined } {
  const backend = useBackend();
  const [state, setState] = useState<{
    readonly comparison: Comparison | undefined;
    readonly problem: string | undefined;
  }>({ comparison: undefined, problem: undefined });
  useEffect(() => {
    let isGone = false;
    backend.call('messages.compare', { a, b }).then(
      (comparison) => {
        if (!isGone) setState({ comparison, problem: undefined });
      },
      (error: unknown) => {
        if (isGone) return;
        const problem = error instanceof ContractError ? error.message : 'The messages could not be read.';
        setState({ comparison: undefined, problem });
      },
    );
    return () => {
      isGone = true;
    };
  }, [backend, a, b]);
  return state;
}

function Missing(props: { readonly problem: string | undefined; readonly onClose: () => void }): ReactNode {
  useCommands([closeCommand(props.onClose)]);
  if (props.problem === undefined) return <div className="grow" aria-busy="true" />;
  return (
    <EmptyState
      title="These messages cannot be compared"
      text={props.problem}
      actions={
        <Button shortcut="Escape" onClick={props.onClose}>
          Back to traffic
        </Button>
      }
    />
  );
}

const closeCommand = (run: () => void) => ({
  id: 'compare.close',
  label: 'Back to traffic',
  group: 'Compare',
  scope: 'compare',
  shortcuts: ['Escape', 'q'],
  run,
});

function Loaded(
  props: ComparePageProps & { readonly comparison: Comparison; readonly onSwap: () => void },
): ReactNode {
  const { comparison } = props;
  const [tab, setTab] = useState<CompareTab>('fields');
  const [shown, setShown] = useState<ReadonlySet<Difference>>(
    new Set<Difference>(['changed', 'added', 'removed', 'reordered']),
  );
  const [hasExpected, setExpected] = useState(true);
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set<number>());
  const [current, setCurrent] = useState(0);
  const counts = useMemo(() => countDifferences(comparison), [comparison]);
  const items = useMemo(
    () =>
      compareItems(comparison, { shown, hasExpected, opened, section: tab === 'body' ? 'body' : undefined }),
    [comparison, shown, hasExpected, opened, tab],
  );
  const total = items.filter((item) => item.kind === 'row' && item.difference !== undefined).length;
  const at = Math.min(current, Math.max(0, total - 1));
  const step = (direction: 1 | -1): void => {
    if (total > 0) setCurrent((at + direction + total) % total);
  };
  const hasBody = comparison.rows.some((row) => row.section === 'body');
  const key = (id: string, label: string, shortcuts: readonly string[], run: () => void) => ({
    id: `compare.${id}`,
    label,
    shortcuts,
    run,
    group: 'Compare',
    scope: 'compare',
  });
  useCommands([
    closeCommand(props.onClose),
    key('next', 'Next difference', ['n', 'j', 'ArrowDown'], () => {
      step(1);
    }),
    key('previous', 'Previous difference', ['N', 'k', 'ArrowUp'], () => {
      step(-1);
    }),
    key('swap', 'Swap A and B', ['s'], props.onSwap),
    key('raw', 'Fields or raw octets', ['r'], () => {
      setTab(tab === 'raw' ? 'fields' : 'raw');
    }),
    key('expected', 'Show expected changes', ['e'], () => {
      setExpected(!hasExpected);
    }),
  ]);
  return (
    <>
      <div className="ph chead">
        <Button kind="quiet" size="s" icon="back" onClick={props.onClose}>
          Traffic
        </Button>
        <span className="fsep" />
        <h2>Compare</h2>
        <span className="dim el facts12">{relationOf(comparison)}</span>
        <span className="grow" />
        <Segments<CompareTab>
          aria-label="View"
          value={tab}
          onChange={setTab}
          options={[
            { value: 'fields', label: 'Fields' },
            ...(hasBody ? [{ value: 'body' as const, label: 'SDP' }] : []),
            { value: 'raw', label: 'Raw' },
          ]}
        />
        <Button kind="quiet" size="s" icon="swap" onClick={props.onSwap}>
          Swap
        </Button>
        <Button
          kind="quiet"
          size="s"
          icon="copy"
          onClick={() => {
            props.onCopy(toMarkdown(comparison), 'differences as Markdown');
          }}
        >
          <span className="wide-only">Copy as Markdown</span>
        </Button>
        <IconButton icon="cross" size="s" label="Close" shortcut="Escape" onClick={props.onClose} />
      </div>
      {tab !== 'raw' && (
        <div className="cbar">
          {CHIPS.map((difference) => (
            <button
              key={difference}
              type="button"
              className={classNames('chip', shown.has(difference) && counts[difference] > 0 && 'on')}
              aria-pressed={shown.has(difference)}
              onClick={() => {
                const next = new Set(shown);
                if (!next.delete(difference)) next.add(difference);
                setShown(next);
              }}
            >
              {shown.has(difference) && counts[difference] > 0 && <Icon name="check" size="xs" />}
              <b>{counts[difference]}</b> {difference}
            </button>
          ))}
          <span className="grow" />
          <label className="row cexp">
            <Switch id="compare-expected" isOn={hasExpected} onChange={setExpected} />
            <span>Show expected changes</span>
          </label>
          <IconButton
            icon="up"
            size="s"
            label="Previous difference"
            shortcut="N"
            disabled={total === 0}
            onClick={() => {
              step(-1);
            }}
          />
          <span className="dim nw facts12" role="status">
            {total === 0 ? 'no difference' : `difference ${String(at + 1)} of ${String(total)}`}
          </span>
          <IconButton
            icon="down"
            size="s"
            label="Next difference"
            shortcut="n"
            disabled={total === 0}
            onClick={() => {
              step(1);
            }}
          />
        </div>
      )}
      {tab === 'raw' ? (
        <RawPair {...props} />
      ) : (
        <CompareTable
          items={items}
          current={total === 0 ? undefined : at}
          heads={[
            <Head key="a" letter="A" message={comparison.a} {...props} />,
            <Head key="b" letter="B" message={comparison.b} {...props} />,
          ]}
          onOpenFold={(index) => {
            setOpened(new Set([...opened, index]));
          }}
          onGo={setCurrent}
        />
      )}
      <Verdict comparison={comparison} />
    </>
  );
}

function Head(props: {
  readonly letter: 'A' | 'B';
  readonly message: MessageSummary;
  readonly nameOf: (address: string) => string;
  readonly numberOf: (id: number) => number | undefined;
}): ReactNode {
  const { message } = props;
  const number = props.numberOf(message.id);
  return (
    <span className="row nw">
      <span className={props.letter === 'A' ? 'mk' : 'mk b'}>{props.letter}</span>
      {number !== undefined && <span className="semi">#{number}</span>}
      <MessageTag message={message} />
      <span className="el">
        <bdi>{visibleString(props.nameOf(message.source))}</bdi> →{' '}
        <bdi>{visibleString(props.nameOf(message.destination))}</bdi>
      </span>
      <span className="mono dim meta">{formatTimeOfDayMs(message.atMs)}</span>
      <span className="dim meta">{formatCount(message.sizeBytes)} B</span>
    </span>
  );
}

function Verdict({ comparison }: { readonly comparison: Comparison }): ReactNode {
  const verdict = verdictOf(comparison);
  return (
    <div className="lfoot cfoot">
      <Icon name={verdict.isFine ? 'success' : 'info'} className={verdict.isFine ? 'ok' : 'acc'} />
      <b className="semi el">{verdict.text}</b>
    </div>
  );
}

const NOTHING = (): void => undefined;

/** Both messages octet for octet, side by side. */
function RawPair(props: ComparePageProps & { readonly comparison: Comparison }): ReactNode {
  const { comparison, load } = props;
  const [pair, setPair] = useState<readonly [OpenMessage, OpenMessage]>();
  useEffect(() => {
    let isGone = false;
    Promise.all([load(comparison.a.id), load(comparison.b.id)]).then(
      (loaded) => {
        if (!isGone) setPair(loaded);
      },
      () => {
        if (!isGone) setPair(undefined);
      },
    );
    return () => {
      isGone = true;
    };
  }, [comparison, load]);
  return (
    <div className="cpair">
      {(['A', 'B'] as const).map((letter, i) => (
        <div className="col" key={letter}>
          <div className="rawhead">
            <Head {...props} letter={letter} message={i === 0 ? comparison.a : comparison.b} />
          </div>
          {pair !== undefined && (
            <RawView bytes={pair[i === 0 ? 0 : 1].bytes} range={undefined} hasControls onPick={NOTHING} />
          )}
        </div>
      ))}
    </div>
  );
}
