import { useCallback, useMemo } from 'react';
import { usePreference } from '../../ui/preferences.tsx';
import { DEFAULT_COLUMNS, DIALOG_LIST_COLUMNS } from './dialog-columns.tsx';

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string');

const isSizes = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' &&
  value !== null &&
  Object.values(value).every((size) => typeof size === 'number');

export interface ColumnChoice {
  readonly visible: ReadonlySet<string>;
  /** Widths in px a person set. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly toggle: (id: string) => void;
  readonly setSize: (id: string, sizePx: number | undefined) => void;
  readonly reset: () => void;
}

/** Columns and widths, remembered for wide and for narrow windows apart. */
export function useColumns(isNarrow: boolean): ColumnChoice {
  const layout = isNarrow ? 'narrow' : 'wide';
  const fallback: readonly string[] = DEFAULT_COLUMNS[layout];
  const [names, setNames] = usePreference(`traffic.columns.${layout}`, fallback, isNames);
  const [sizes, setSizes] = usePreference<Readonly<Record<string, number>>>(
    `traffic.columnSizes.${layout}`,
    NO_SIZES,
    isSizes,
  );
  const visible = useMemo(() => {
    const known = DIALOG_LIST_COLUMNS.filter((column) => names.includes(column.id));
    return new Set(known.length > 0 ? known.map((column) => column.id) : fallback);
  }, [names, fallback]);
  const toggle = useCallback(
    (id: string) => {
      const next = visible.has(id) ? [...visible].filter((name) => name !== id) : [...visible, id];
      if (next.length > 0) setNames(next);
    },
    [visible, setNames],
  );
  const setSize = useCallback(
    (id: string, sizePx: number | undefined) => {
      const rest = Object.fromEntries(Object.entries(sizes).filter(([name]) => name !== id));
      setSizes(sizePx === undefined ? rest : { ...rest, [id]: Math.max(16, Math.round(sizePx)) });
    },
    [sizes, setSizes],
  );
  const reset = useCallback(() => {
    setNames(fallback);
    setSizes(NO_SIZES);
  }, [setNames, setSizes, fallback]);
  return useMemo(
    () => ({ visible, sizes, toggle, setSize, reset }),
    [visible, sizes, toggle, setSize, reset],
  );
}

const NO_SIZES: Readonly<Record<string, number>> = {};
