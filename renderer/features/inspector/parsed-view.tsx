import { useEffect, useMemo, useRef, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { ContextMenu } from '../../ui/menu.tsx';
import { formatCount, tooltipText, visibleString, WireText } from '../wire/index.ts';
import type { InspectorStore, OpenMessage } from './inspector-store.ts';
import { flattenTree, type TreeRow } from './tree-model.ts';

/** From so many characters on, the length is told. */
const LONG = 200;

export interface ParsedViewProps {
  readonly inspector: InspectorStore;
  readonly open: OpenMessage;
  readonly onCopy: (text: string, what: string) => void;
}

/** The message as a tree of named parts; a part and its octets light up together. */
export function ParsedView({ inspector, open, onCopy }: ParsedViewProps): ReactNode {
  const { expanded, path } = useStore(inspector.store);
  const rows = useMemo(() => flattenTree(open.inspection.tree, expanded), [open, expanded]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [path, rows]);
  const selected = rows.find((row) => row.path === path);
  return (
    <ContextMenu
      entries={[
        {
          label: 'Copy value',
          icon: 'copy',
          isDisabled: selected === undefined,
          run: () => {
            if (selected !== undefined) onCopy(selected.node.value, selected.node.label);
          },
        },
      ]}
    >
      <div
        className="scroll tree"
        ref={box}
        role="tree"
        aria-label="Parsed message"
        tabIndex={0}
        data-pane-focus=""
        aria-activedescendant={selected === undefined ? undefined : domId(selected.path)}
        onKeyDown={(event) => {
          onTreeKey(event, rows, inspector);
        }}
        onContextMenu={(event) => {
          const at = event.target instanceof Element ? event.target.closest('[data-path]') : null;
          const own = at?.getAttribute('data-path');
          if (own !== null && own !== undefined) inspector.selectPath(own);
        }}
      >
        {rows.map((row) => (
          <TreeRowView
            key={row.path}
            row={row}
            isSelected={row.path === path}
            isBad={open.inspection.findings.some((f) => f.start >= row.node.start && f.end <= row.node.end)}
            inspector={inspector}
          />
        ))}
      </div>
    </ContextMenu>
  );
}

const domId = (path: string): string => `part-${encodeURIComponent(path)}`;

function TreeRowView(props: {
  readonly row: TreeRow;
  readonly isSelected: boolean;
  readonly isBad: boolean;
  readonly inspector: InspectorStore;
}): ReactNode {
  const { row, inspector } = props;
  const { node } = row;
  const toggle = (): void => {
    inspector.setExpanded(row.path, !row.isExpanded);
  };
  // A part without octets of its own is told by its children or its note; only what could have a value is called empty.
  const isSaidElsewhere = node.value === '' && (row.isExpandable || node.note !== undefined);
  return (
    <div
      id={domId(row.path)}
      role="treeitem"
      aria-level={row.depth + 1}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={props.isSelected}
      {...(row.isExpandable ? { 'aria-expanded': row.isExpanded } : {})}
      data-path={row.path}
      className={classNames('tn', row.depth === 0 && 'h', props.isSelected && 'chosen')}
      style={{ '--d': row.depth } as CSSProperties}
      onClick={() => {
        inspector.selectPath(row.path);
        if (row.isExpandable && !row.isExpanded) toggle();
      }}
      onDoubleClick={toggle}
    >
      <span className="sr">
        {`${visibleString(node.label)}: ${tooltipText(node.value)}${node.note === undefined ? '' : `, ${node.note}`}`}
      </span>
      <span
        className="x"
        aria-hidden="true"
        onClick={(event) => {
          if (!row.isExpandable) return;
          event.stopPropagation();
          toggle();
        }}
      >
        {row.isExpandable && <Icon name={row.isExpanded ? 'down' : 'right'} size="xs" />}
      </span>
      <span className="k el" aria-hidden="true" title={tooltipText(node.label)}>
        {visibleString(node.label)}
      </span>
      <span className="v" dir="ltr" aria-hidden="true">
        <span className={classNames('el', props.isSelected && 'lit')} title={tooltipText(node.value)}>
          {isSaidElsewhere ? undefined : <WireText value={node.value} limit={600} />}
        </span>
        {node.value.length > LONG && <span className="ann">{formatCount(node.value.length)} characters</span>}
        {node.note !== undefined && <span className="ann">{node.note}</span>}
        {props.isBad && <Icon name="warning" size="s" className="warn" />}
      </span>
    </div>
  );
}

/** Arrow keys as in every tree: right opens or goes in, left closes or goes out. */
function onTreeKey(event: KeyboardEvent, rows: readonly TreeRow[], inspector: InspectorStore): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { path } = inspector.store.getState();
  const at = rows.findIndex((row) => row.path === path);
  const row = rows[at];
  const go = (target: TreeRow | undefined): void => {
    if (target !== undefined) inspector.selectPath(target.path);
  };
  switch (event.key) {
    case 'ArrowDown':
    case 'j':
      go(rows[Math.min(rows.length - 1, at + 1)]);
      break;
    case 'ArrowUp':
    case 'k':
      go(rows[Math.max(0, at - 1)]);
      break;
    case 'Home':
      go(rows[0]);
      break;
    case 'End':
      go(rows.at(-1));
      break;
    case 'ArrowRight':
      if (row === undefined || !row.isExpandable) return;
      if (row.isExpanded) go(rows[at + 1]);
      else inspector.setExpanded(row.path, true);
      break;
    case 'ArrowLeft':
      if (row === undefined) return;
      if (row.isExpanded) inspector.setExpanded(row.path, false);
      else if (row.parent !== undefined) inspector.selectPath(row.parent);
      break;
    default:
      return;
  }
  event.preventDefault();
  event.stopPropagation();
}
