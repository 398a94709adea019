import { carriesSdp } from '../message/carries-sdp.ts';
import type { SipMessage } from '../message/message.ts';
import { decodeText, octetText } from '../message/octets.ts';
import type { ComparedRow } from './compared-row.ts';
import { align } from './align.ts';
import { rowOf, rowsOfName, type Field } from './rows.ts';

/** A body with more lines is compared as a whole. */
const MAX_LINES = 2000;

export function bodyRows(a: SipMessage, b: SipMessage): ComparedRow[] {
  const [x, y] = [bodyOf(a), bodyOf(b)];
  if (x.text === '' && y.text === '') return [];
  if ((x.isSdp || x.text === '') && (y.isSdp || y.text === '')) return sdpRows(x.text, y.text);
  return lineRows(x.text, y.text);
}

function bodyOf(message: SipMessage): { readonly text: string; readonly isSdp: boolean } {
  const { start, end } = message.body;
  const text = decodeText(octetText(message.bytes, start, end));
  return { text, isSdp: carriesSdp(message) };
}

const linesOf = (text: string): string[] => {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** One row a line, unchanged ones too. */
function lineRows(a: string, b: string): ComparedRow[] {
  const options = (label: string) => ({ section: 'body', label, name: 'body' }) as const;
  const [linesA, linesB] = [linesOf(a), linesOf(b)];
  if (linesA.length > MAX_LINES || linesB.length > MAX_LINES) {
    return [rowOf({ ...(a && { a }), ...(b && { b }) }, options('Body'))];
  }
  const numbered = (lines: readonly string[]): { text: string; line: number }[] =>
    lines.map((text, i) => ({ text, line: i + 1 }));
  const pairs = align(numbered(linesA), numbered(linesB), (x, y) => (x.text === y.text ? 1 : 0));
  return pairs.map((pair) =>
    rowOf(
      { ...(pair.a && { a: pair.a.text }), ...(pair.b && { b: pair.b.text }) },
      options(`Body line ${pair.b?.line ?? pair.a?.line ?? 0}`),
    ),
  );
}

/** The session part, then one part for each m= line; the place of a stream is its identity (RFC 3264 §6). */
function sdpRows(a: string, b: string): ComparedRow[] {
  const [partsA, partsB] = [partsOf(a), partsOf(b)];
  const count = Math.max(partsA.length, partsB.length);
  return Array.from({ length: count }, (_, i) => partRows(partsA[i] ?? [], partsB[i] ?? [], i)).flat();
}

function partsOf(sdp: string): string[][] {
  const parts: string[][] = [[]];
  for (const line of linesOf(sdp)) {
    if (line.startsWith('m=')) parts.push([]);
    parts.at(-1)?.push(line);
  }
  return parts;
}

function partRows(a: readonly string[], b: readonly string[], part: number): ComparedRow[] {
  const media = /^m=(\S*)/.exec(b[0] ?? a[0] ?? '')?.[1];
  const prefix = part === 0 ? 'SDP' : `SDP m=${media ?? ''} [${part - 1}]`;
  const [inA, inB] = [fieldsOf(a), fieldsOf(b)];
  const names = [...new Set([...inA.keys(), ...inB.keys()])];
  return names.flatMap((name) =>
    rowsOfName(inA.get(name) ?? [], inB.get(name) ?? [], (label) => ({
      section: 'body',
      label: name === 'm=' ? prefix : `${prefix} ${label}`,
      name,
    })),
  );
}

const DIRECTION = /^a=(?:sendrecv|sendonly|recvonly|inactive)$/;

/** Lines by their key: the letter, and of attributes the name: `a=rtpmap`. The four directions are values of one attribute. */
function fieldsOf(lines: readonly string[]): ReadonlyMap<string, readonly Field[]> {
  const grouped = new Map<string, Field[]>();
  for (const line of lines) {
    const key = /^a=[^:]*|^[a-z]=|^/i.exec(line)?.[0] ?? '';
    const name = DIRECTION.test(line) ? 'a=direction' : key;
    const value = line.slice(key.length).replace(/^:/, '') || line.slice(2);
    const fields = grouped.get(name) ?? [];
    fields.push({ name, value, index: fields.length });
    grouped.set(name, fields);
  }
  return grouped;
}
