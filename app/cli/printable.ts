import { decodeText } from '../../stack/message/octets.ts';

/** Control and bidirectional characters, which could drive a terminal or change how a line reads. */
const DRIVING = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

const escaped = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Text that is decoded already, for one line of a terminal. */
export const harmless = (text: string): string => text.replace(DRIVING, escaped);

/** Octet text for one line of a terminal: what could drive it is shown as an escape. */
export const printable = (octetText: string): string => harmless(decodeText(octetText));

/** The same for text of several lines, each of them indented. */
export const printableLines = (octetText: string, indent: string): string =>
  decodeText(octetText)
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map((line) => `${indent}${harmless(line.replaceAll('\t', '  '))}`.trimEnd())
    .join('\n');
