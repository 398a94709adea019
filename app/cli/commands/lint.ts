import { Command } from 'commander';
import { EXIT } from '../io.ts';
import { lintCapture, lintMessage, type LintedMessage } from '../lint/lint-input.ts';
import { harmless } from '../printable.ts';
import { readInput } from '../read-input.ts';
import { styleFor, type Tone } from '../style.ts';
import type { Subcommand } from '../subcommand.ts';
import { looksLikeCapture } from '../read-capture-input.ts';

const TONES: Readonly<Record<'error' | 'warning' | 'info', Tone>> = {
  error: 'bad',
  warning: 'warning',
  info: 'quiet',
};

/** `sipctl lint FILE`: judges a message, or a capture of ours, by every conformance rule. Exit 1 when there are errors. */
export const lintCommand: Subcommand = {
  json: {
    finding:
      'n (number of the message, from 1), message (its first line), id, severity, rfc, text, advice, start and end (octets of the message), relatedTo (number of the message that makes it wrong), by (local, remote)',
    summary: 'messages, errors, warnings, notes',
  },
  examples: ['lint message.sip', 'lint - < message.sip', 'lint calls.pcapng --json'],
  command: (io, done) =>
    new Command('lint')
      .description(
        'Judge a message by the conformance rules (docs/LINT-RULES.md), or a capture written by siphond or the workbench, message by message. Exit 1 when there are errors.',
      )
      .argument(
        '[file]',
        'file with one message, or a capture (pcapng or pcap, gzip too); - for standard input',
        '-',
      )
      .option('--json', 'Print one JSON object a finding, and one at the end.')
      .action(async (path: string, flags: { readonly json?: boolean }) => {
        const octets = await readInput(path, io);
        const linted: readonly LintedMessage[] = looksLikeCapture(octets)
          ? lintCapture(path, octets, io)
          : [lintMessage(octets)];
        const style = styleFor(io);
        const counts = { error: 0, warning: 0, info: 0 };
        for (const { n, firstLine, findings } of linted) {
          if (findings.length > 0 && linted.length > 1 && flags.json !== true)
            io.out(`${style(`${n}. ${harmless(firstLine)}`, 'strong')}\n`);
          for (const { code: id, severity, message: text, ...rest } of findings) {
            counts[severity]++;
            const { rfc, start, end, advice, relatedTo, by } = rest;
            if (flags.json === true) {
              const line = { event: 'finding', n, message: firstLine, id, severity, rfc, text };
              io.out(`${JSON.stringify({ ...line, advice, start, end, relatedTo, by })}\n`);
              continue;
            }
            io.out(
              `${style(severity, TONES[severity])} ${id} at ${start}-${end}: ${harmless(text)} (${rfc})\n`,
            );
            if (advice !== undefined) io.out(`    ${style(harmless(advice), 'quiet')}\n`);
          }
        }
        const { error: errors, warning: warnings, info: notes } = counts;
        const summary = { messages: linted.length, errors, warnings, notes };
        if (flags.json === true) io.out(`${JSON.stringify({ event: 'summary', ...summary })}\n`);
        else io.out(`${linted.length} messages, ${errors} errors, ${warnings} warnings, ${notes} notes\n`);
        done(errors > 0 ? EXIT.negative : EXIT.ok);
      }),
};
