import { useEffect, useRef, type ReactNode } from 'react';
import type { ComparedRow } from '../../../app/contract/traffic.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { visibleRuns, visibleString } from '../wire/index.ts';
import type { CompareItem, Difference } from './compare-model.ts';

/** A sign and a word for each kind: colour is never alone. */
const SIGNS: Readonly<Record<Difference, { readonly sign: string; readonly word: string }>> = {
  equal: { sign: '', word: 'equal' },
  changed: { sign: '~', word: 'changed' },
  added: { sign: '+', word: 'added' },
  removed: { sign: '−', word: 'removed' },
  reordered: { sign: '↕', word: 'moved' },
};

export interface CompareTableProps {
  readonly items: readonly CompareItem[];
  /** The difference the keys are at. */
  readonly current: number | undefined;
  readonly heads: readonly [ReactNode, ReactNode];
  readonly onOpenFold: (index: number) => void;
  readonly onGo: (difference: number) => void;
}

/** Field by field: name, the value in A, the value in B, and what differs in each. */
export function CompareTable(props: CompareTableProps): ReactNode {
  const { items, current } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [current, items]);
  return (
    <div
      className="scroll dgrid"
      ref={box}
      role="table"
      aria-label="Differences"
      tabIndex={0}
      data-pane-focus=""
    >
      <div className="drow hd" role="row">
        <span className="sy" role="columnheader">
          <span className="sr">Difference</span>
        </span>
        <span className="nm cap" role="columnheader">
          Field
        </span>
        <span className="vl" role="columnheader">
          {props.heads[0]}
        </span>
        <span className="vl" role="columnheader">
          {props.heads[1]}
        </span>
      </div>
      {items.map((item) =>
        item.kind === 'fold' ? (
          <div className="drow fold" role="row" key={`f${String(item.index)}`}>
            <span role="cell" className="foldcell">
              <button
                type="button"
                className="lnk"
                onClick={() => {
                  props.onOpenFold(item.index);
                }}
              >
                <Icon name="right" size="xs" />
                <span className="el">{visibleString(item.text)}</span>
              </button>
            </span>
          </div>
        ) : (
          <Row
            key={item.index}
            item={item}
            isCurrent={item.difference !== undefined && item.difference === current}
            onGo={props.onGo}
          />
        ),
      )}
    </div>
  );
}

function Row(props: {
  readonly item: Extract<CompareItem, { kind: 'row' }>;
  readonly isCurrent: boolean;
  readonly onGo: (difference: number) => void;
}): ReactNode {
  const { row, difference } = props.item;
  const look = SIGNS[row.difference];
  const isQuiet = difference === undefined;
  return (
    <div
      role="row"
      aria-current={props.isCurrent}
      className={classNames('drow', isQuiet ? 'equal' : row.difference, props.isCurrent && 'cur')}
      onClick={() => {
        if (difference !== undefined) props.onGo(difference);
      }}
    >
      <span className="sy" role="cell" title={look.word}>
        <span aria-hidden="true">{isQuiet ? '' : look.sign}</span>
        <span className="sr">{look.word}</span>
      </span>
      <span className="nm" role="rowheader">
        <span>{visibleString(row.label)}</span>
        {row.note !== undefined && <span className="nt">{visibleString(row.note)}</span>}
      </span>
      <Value segments={row.a} kind="del" isQuiet={isQuiet} />
      <Value segments={row.b} kind="ins" isQuiet={isQuiet} />
    </div>
  );
}

function Value(props: {
  readonly segments: ComparedRow['a'];
  readonly kind: 'del' | 'ins';
  readonly isQuiet: boolean;
}): ReactNode {
  const { segments, kind: Mark } = props;
  if (segments === undefined) {
    return (
      <span className="vl absent" role="cell">
        <i className="dim">not present</i>
      </span>
    );
  }
  const isEmpty = segments.every((segment) => segment.text === '');
  return (
    <span className="vl mono" role="cell" dir="ltr">
      {isEmpty && <i className="dim">empty</i>}
      <bdi dir="ltr">
        {segments.map((segment, i) =>
          segment.isChanged && !props.isQuiet ? (
            <Mark key={i}>
              <Runs text={segment.text} />
            </Mark>
          ) : (
            <Runs key={i} text={segment.text} />
          ),
        )}
      </bdi>
    </span>
  );
}

function Runs({ text }: { readonly text: string }): ReactNode {
  return visibleRuns(text).map((run, i) =>
    run.kind === 'text' ? (
      run.text
    ) : (
      <i className="cc" key={i} title={run.hint}>
        {run.text}
      </i>
    ),
  );
}
