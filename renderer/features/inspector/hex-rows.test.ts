import { expect, test } from 'vitest';
import { formatOffset, hexRow, hexRowCount, rowsOfRange } from './hex-rows.ts';
import { bytesOf } from './testing/builders.ts';

test('rows of cells, the last one short', () => {
  const bytes = bytesOf('INVITE\r\nx');
  expect(hexRowCount(bytes.length, 8)).toBe(2);
  expect(hexRowCount(0, 16)).toBe(0);
  expect(hexRow(bytes, 0, 8).map((cell) => cell.hex)).toEqual([
    '49',
    '4e',
    '56',
    '49',
    '54',
    '45',
    '0d',
    '0a',
  ]);
  expect(
    hexRow(bytes, 0, 8)
      .map((cell) => cell.character)
      .join(''),
  ).toBe('INVITE··');
  expect(hexRow(bytes, 1, 8)).toEqual([{ offset: 8, hex: '78', character: 'x', isPrintable: true }]);
});

test('offsets have four digits, more when needed', () => {
  expect([0, 0x40, 0x12345].map(formatOffset)).toEqual(['0000', '0040', '12345']);
});

test('the rows that show a range', () => {
  expect(rowsOfRange({ start: 7, end: 9 }, 8)).toEqual({ first: 0, last: 1 });
  expect(rowsOfRange({ start: 8, end: 16 }, 8)).toEqual({ first: 1, last: 1 });
  expect(rowsOfRange({ start: 4, end: 4 }, 8)).toEqual({ first: 0, last: 0 });
});
