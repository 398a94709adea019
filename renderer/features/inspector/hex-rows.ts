import type { ByteRange } from './byte-lines.ts';

export interface HexCell {
  readonly offset: number;
  readonly hex: string;
  /** The character of the octet when it is printable ASCII; a dot otherwise. */
  readonly character: string;
  readonly isPrintable: boolean;
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** How many rows a hex view has. */
export function hexRowCount(sizeBytes: number, perRow: number): number {
  return Math.ceil(sizeBytes / perRow);
}

/** The cells of one row. */
export function hexRow(bytes: Uint8Array, row: number, perRow: number): readonly HexCell[] {
  const start = row * perRow;
  return Array.from(bytes.subarray(start, start + perRow), (byte, i) => {
    const isPrintable = byte >= 0x20 && byte < 0x7f;
    return {
      offset: start + i,
      hex: HEX[byte] ?? '',
      character: isPrintable ? String.fromCharCode(byte) : '·',
      isPrintable,
    };
  });
}

/** Offset of a row, at least four digits: `0040`. */
export function formatOffset(offset: number): string {
  return offset.toString(16).padStart(4, '0');
}

/** Rows that show a range. */
export function rowsOfRange(
  range: ByteRange,
  perRow: number,
): { readonly first: number; readonly last: number } {
  return {
    first: Math.floor(range.start / perRow),
    last: Math.floor(Math.max(range.start, range.end - 1) / perRow),
  };
}
