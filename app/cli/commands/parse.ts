import { Command } from 'commander';
import { checkMessage } from '../../../stack/message/check.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { outline, type OutlineNode } from '../../../stack/message/outline.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import { treeOf } from '../../services/traffic/details.ts';
import { type CliIo, EXIT } from '../io.ts';
import { printable } from '../printable.ts';
import { looksLikeCapture, openCapture } from '../read-capture-input.ts';
import { readInput } from '../read-input.ts';
import { styleFor } from '../style.ts';
import type { Subcommand } from '../subcommand.ts';

/** The tree as indented lines, values in one column a level. */
function printTree(nodes: readonly OutlineNode[], indent: string, out: (text: string) => void): void {
  const width = Math.max(0, ...nodes.map((n) => n.label.length));
  for (const node of nodes) {
    const note = node.note === undefined ? '' : `  (${node.note})`;
    out(`${indent}${node.label.padEnd(width)}  ${printable(node.value)}${note}`.trimEnd() + '\n');
    printTree(node.children, `${indent}  `, out);
  }
}

/** @returns whether the message has no error. */
function show(octets: Uint8Array, flags: { json?: boolean }, io: CliIo): boolean {
  const style = styleFor(io);
  const message = parseMessage(octets);
  const findings = checkMessage(message);
  const isValid = !findings.some((f) => f.severity === 'error');
  if (flags.json === true) {
    const decoded = findings.map((f) => ({ ...f, message: decodeText(f.message) }));
    io.out(`${JSON.stringify({ event: 'message', isValid, tree: treeOf(message), findings: decoded })}\n`);
    return isValid;
  }
  printTree(outline(message), '', io.out);
  if (findings.length > 0) io.out('\n');
  for (const f of findings)
    io.out(
      `${style(f.severity, f.severity === 'error' ? 'bad' : 'warning')} ${f.code} at ${f.span.start}-${f.span.end}: ${printable(f.message)} (${f.rfc})\n`,
    );
  return isValid;
}

/** `sipctl parse FILE`: takes a message apart and says what is wrong with it. Exit 1 when it has an error. */
export const parseCommand: Subcommand = {
  json: {
    message:
      'isValid, tree (label, value, start, end, kind, children of each part), findings (severity, code, message, rfc, span)',
  },
  examples: ['parse message.sip', 'parse - < message.sip'],
  command: (io, done) =>
    new Command('parse')
      .description(
        'Take a message apart and say what is wrong with its octets. Of a capture each message is. Exit 1 when one has an error; `lint` asks more of it.',
      )
      .argument('[file]', 'file with one message, or a capture of many; - for standard input', '-')
      .option('--json', 'Print one JSON object a message.')
      .action(async (path: string, flags: { json?: boolean }) => {
        const octets = await readInput(path, io);
        const all = looksLikeCapture(octets)
          ? openCapture(path, octets, io).messages.map(({ bytes }) => bytes)
          : [octets];
        const good = all.map((bytes, at) => {
          if (at > 0 && flags.json !== true) io.out('\n');
          return show(bytes, flags, io);
        });
        done(good.includes(false) ? EXIT.negative : EXIT.ok);
      }),
};
