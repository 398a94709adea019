import { Command } from 'commander';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { ComparedRow } from '../../../stack/compare/compared-row.ts';
import { comparedRows } from '../../../stack/compare/compared-rows.ts';
import { type CliIo, EXIT, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { readInput } from '../read-input.ts';
import { styleFor, type Tone } from '../style.ts';
import type { Subcommand } from '../subcommand.ts';

interface Flags {
  readonly all?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

type Segments = NonNullable<ComparedRow['a']>;

/** `sipctl diff A B`: what two messages differ in, header by header. Exit 1 when they do. */
export const diffCommand: Subcommand = {
  json: {
    row: 'label, section (start-line, headers, body), difference (equal, changed, added, removed, reordered), isExpected, note, a and b (text, isChanged of each piece)',
    summary: 'different, expected, equal: how many rows',
  },
  examples: ['diff first.sip second.sip', 'diff first.sip - --all < second.sip'],
  command: (io, done) =>
    new Command('diff')
      .description(
        'Compare two messages: start line, headers by name and place, SDP by stream. What always differs (branch, tag, Call-ID ...) is expected. Exit 1 when something else differs.',
      )
      .argument('<a>', 'file with one message, - for standard input')
      .argument('<b>', 'file with another one')
      .option('--all', 'Show what is equal and what was expected to differ too.')
      .option('--strict', 'Expected differences count too.')
      .option('--json', 'Print one JSON object a line.')
      .action(async (pathA: string, pathB: string, flags: Flags) => {
        if (pathA === '-' && pathB === '-') throw usageError('only one of the two can be standard input');
        const [a, b] = [parseMessage(await readInput(pathA, io)), parseMessage(await readInput(pathB, io))];
        const rows = comparedRows(a, b);
        const counts = flags.strict === true;
        const isHidden = (row: ComparedRow): boolean =>
          flags.all !== true && (row.difference === 'equal' || (row.isExpected && !counts));
        for (const row of rows.filter((each) => !isHidden(each))) show(row, flags, io);
        const equal = rows.filter((row) => row.difference === 'equal').length;
        const expected = rows.filter((row) => row.difference !== 'equal' && row.isExpected).length;
        const different = rows.length - equal - expected;
        if (flags.json === true)
          io.out(`${JSON.stringify({ event: 'summary', different, expected, equal })}\n`);
        else io.out(`${different} different, ${expected} as expected, ${equal} equal\n`);
        done(different + (counts ? expected : 0) > 0 ? EXIT.negative : EXIT.ok);
      }),
};

const SIGNS: Readonly<Record<ComparedRow['difference'], string>> = {
  equal: '=',
  changed: '~',
  added: '+',
  removed: '-',
  reordered: '^',
};

function show(row: ComparedRow, { json }: Flags, io: CliIo): void {
  if (json === true) {
    io.out(`${JSON.stringify({ event: 'row', ...row })}\n`);
    return;
  }
  const style = styleFor(io);
  const { difference, label, note, isExpected, a, b } = row;
  const tone: Tone = difference === 'equal' || isExpected ? 'quiet' : 'strong';
  const about = note === undefined ? '' : `  (${note})`;
  io.out(`${style(`${SIGNS[difference]} ${harmless(label)}`, tone)}${style(about, 'quiet')}\n`);
  if (difference === 'equal' || difference === 'reordered') io.out(`    ${plain(b ?? a ?? [])}\n`);
  else {
    if (a !== undefined) io.out(`  - ${marked(a, 'bad', style)}\n`);
    if (b !== undefined) io.out(`  + ${marked(b, 'good', style)}\n`);
  }
}

/** What changed is coloured; without colour the two lines below each other say it. */
const marked = (segments: Segments, tone: Tone, style: ReturnType<typeof styleFor>): string =>
  segments.map(({ text, isChanged }) => style(harmless(text), isChanged ? tone : undefined)).join('');

const plain = (segments: Segments): string => segments.map(({ text }) => harmless(text)).join('');
