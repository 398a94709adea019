import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { ByteRange } from './byte-lines.ts';
import { observeRect } from '../wire/index.ts';
import { formatOffset, hexRow, hexRowCount, rowsOfRange, type HexCell } from './hex-rows.ts';

export interface HexViewProps {
  readonly bytes: Uint8Array;
  readonly range: ByteRange | undefined;
  readonly onPick: (offset: number) => void;
}

const ROW_HEIGHT = 18;
/** Sixteen octets a row need so much room; eight fit anywhere. */
const WIDE = 560;

/** Offset, octets and characters, sixteen (or eight) in a row. */
export function HexView({ bytes, range, onPick }: HexViewProps): ReactNode {
  'use no memo';
  const box = useRef<HTMLDivElement>(null);
  const [perRow, setPerRow] = useState(16);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      setPerRow(element.clientWidth === 0 || element.clientWidth >= WIDE ? 16 : 8);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  const virtual = useVirtualizer({
    count: hexRowCount(bytes.length, perRow),
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    observeElementRect: observeRect,
  });
  useEffect(() => {
    if (range !== undefined) virtual.scrollToIndex(rowsOfRange(range, perRow).first, { align: 'auto' });
  }, [range, perRow, virtual]);
  return (
    <div
      className="scroll hex"
      ref={box}
      role="region"
      aria-label="Octets in hexadecimal"
      tabIndex={0}
      dir="ltr"
    >
      <div
        style={{ height: virtual.getTotalSize(), position: 'relative' }}
        onClick={(event) => {
          const cell = event.target instanceof Element ? event.target.closest('[data-at]') : null;
          const at = cell?.getAttribute('data-at');
          if (at !== null && at !== undefined) onPick(Number(at));
        }}
      >
        {virtual.getVirtualItems().map((item) => (
          <HexRow
            key={item.key}
            top={item.start}
            offset={item.index * perRow}
            cells={hexRow(bytes, item.index, perRow)}
            range={range}
            perRow={perRow}
          />
        ))}
      </div>
    </div>
  );
}

function HexRow(props: {
  readonly top: number;
  readonly offset: number;
  readonly cells: readonly HexCell[];
  readonly range: ByteRange | undefined;
  readonly perRow: number;
}): ReactNode {
  const isLit = (cell: HexCell): boolean =>
    props.range !== undefined && cell.offset >= props.range.start && cell.offset < props.range.end;
  return (
    <div className="hr" style={{ top: props.top }}>
      <span className="o">{formatOffset(props.offset)}</span>
      <span className="hx" style={{ width: `${String(props.perRow * 2.6 + 0.8)}ch` }}>
        {props.cells.map((cell, i) => (
          <span
            key={cell.offset}
            data-at={cell.offset}
            className={classNames('b', isLit(cell) && 'lit', i === 8 && 'mid8', !cell.isPrintable && 'np')}
          >
            {cell.hex}
          </span>
        ))}
      </span>
      <span className="as">
        {props.cells.map((cell) => (
          <span
            key={cell.offset}
            data-at={cell.offset}
            className={classNames(isLit(cell) && 'lit', !cell.isPrintable && 'np')}
          >
            {cell.character}
          </span>
        ))}
      </span>
    </div>
  );
}
