import { Command } from 'commander';
import { exportSipp } from '../../../scenarios/sipp/export.ts';
import { EXIT } from '../io.ts';
import { harmless } from '../printable.ts';
import { readInput } from '../read-input.ts';
import { diagnosticLine } from '../scenario/read-scenario.ts';
import { type OutputFlags, writeOutput } from '../scenario/write-output.ts';
import type { Subcommand } from '../subcommand.ts';

/** `sipctl export FILE`: makes an XML scenario of SIPp of a scenario. Exit 1 when SIPp cannot do what it does. */
export const exportCommand: Subcommand = {
  json: {
    diagnostic: 'file, line, column, severity, message',
    exported: 'file, warnings (how many), output (the file written) or text (the XML)',
  },
  examples: ['export call.yaml -o call.xml', 'export call.yaml | sipp -sf /dev/stdin 127.0.0.1:5060 -m 100'],
  command: (io, done) =>
    new Command('export')
      .description(
        'Make an XML scenario of SIPp of a scenario of one actor. Exit 1 when it does what SIPp cannot do: a list of it, each with its line and column, is on standard error then.',
      )
      .argument('<file>', 'scenario file, YAML or JSON; - for standard input')
      .option('-o, --output <FILE>', 'Write the XML to a file instead of to standard output.')
      .option('--json', 'Print one JSON object a finding, and one at the end.')
      .action(async (file: string, flags: OutputFlags) => {
        const exported = exportSipp(new TextDecoder().decode(await readInput(file, io)));
        if (exported.isValid) {
          await writeOutput(file, exported.xml, exported.warnings, 'exported', flags, io);
          done(EXIT.ok);
          return;
        }
        for (const finding of exported.diagnostics) {
          const { line, column, severity, message } = finding;
          if (flags.json === true)
            io.out(`${JSON.stringify({ event: 'diagnostic', file, line, column, severity, message })}\n`);
          else io.err(`${harmless(diagnosticLine(file, finding))}\n`);
        }
        done(EXIT.negative);
      }),
};
