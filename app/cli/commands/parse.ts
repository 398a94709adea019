import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { checkMessage } from '../../../stack/message/check.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { outline, type OutlineNode } from '../../../stack/message/outline.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { type CliIo, EXIT, usageError } from '../io.ts';
import type { Subcommand } from '../subcommand.ts';

/** Octets of a file, or of standard input for `-`. @throws CliError 2 */
export async function readInput(path: string, io: CliIo): Promise<Uint8Array> {
  if (path === '-') return io.readStdin();
  return readFile(path).catch((error: unknown) => {
    throw usageError(`${path}: ${fileReason(error)}`);
  });
}

/** The tree as indented lines, values in one column a level. */
function printTree(nodes: readonly OutlineNode[], indent: string, out: (text: string) => void): void {
  const width = Math.max(0, ...nodes.map((n) => n.label.length));
  for (const node of nodes) {
    const note = node.note === undefined ? '' : `  (${node.note})`;
    out(`${indent}${node.label.padEnd(width)}  ${printable(node.value)}${note}`.trimEnd() + '\n');
    printTree(node.children, `${indent}  `, out);
  }
}

/** Text for a terminal: control characters, which could drive it, are shown as escapes. */
const printable = (octetText: string): string =>
  decodeText(octetText).replace(
    /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** `sipctl parse FILE`: takes a message apart and says what is wrong with it. Exit 1 when it has an error. */
export const parseCommand: Subcommand = (io, done) =>
  new Command('parse')
    .description('Take a message apart and say what is wrong with it.')
    .argument('[file]', 'file with one message, - for standard input', '-')
    .option('--json', 'Print one JSON object.')
    .action(async (path: string, options: { json?: boolean }) => {
      const message = parseMessage(await readInput(path, io));
      const tree = outline(message);
      const findings = checkMessage(message);
      const hasError = findings.some((f) => f.severity === 'error');
      if (options.json === true) io.out(`${JSON.stringify({ isValid: !hasError, tree, findings })}\n`);
      else {
        printTree(tree, '', io.out);
        if (findings.length > 0) io.out('\n');
        for (const f of findings)
          io.out(
            `${f.severity} ${f.code} at ${f.span.start}-${f.span.end}: ${printable(f.message)} (${f.rfc})\n`,
          );
      }
      done(hasError ? EXIT.negative : EXIT.ok);
    });
