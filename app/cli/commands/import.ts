import { basename, parse } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Diagnostic } from '../../../scenarios/engine/diagnostic.ts';
import { importScenario } from '../../services/scenarios/import-scenario.ts';
import { EXIT, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { readInput } from '../read-input.ts';
import { diagnosticLine } from '../scenario/read-scenario.ts';
import { type FileFinding, type OutputFlags, writeOutput } from '../scenario/write-output.ts';
import { repeated, type Subcommand } from '../subcommand.ts';

interface Flags extends OutputFlags {
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly listen?: string;
  readonly fields?: readonly string[];
  readonly peer?: string;
}

/** `sipctl import FILE`: makes a scenario of ours of an XML scenario of SIPp, or of a JSON scenario of siphon-rs. */
export const importCommand: Subcommand = {
  json: {
    diagnostic: 'file, line, column, severity, message',
    imported: 'file, warnings (how many), output (the file written) or text (the scenario)',
  },
  examples: [
    'import uac.xml -o uac.yaml',
    'import uas.xml --transport tcp --listen 127.0.0.1:5070 -o uas.yaml',
    'import register.xml --fields users.csv --json',
    'import 3pcc-C-A.xml --peer 3pcc-C-B.xml -o 3pcc.yaml',
    'import siphon-rs.json -o calls.yaml',
  ],
  command: (io, done) =>
    new Command('import')
      .description(
        'Make a scenario of an XML scenario of SIPp, or of a JSON scenario of siphon-rs (which runs as it is, too). What cannot be kept is a warning with its line and column, on standard error. Exit 0, or 2 when the file is neither.',
      )
      .argument('<file>', 'XML file of SIPp or JSON file of siphon-rs; - for standard input')
      .option('-o, --output <FILE>', 'Write the scenario to a file instead of to standard output.')
      .addOption(new Option('--transport <NAME>', 'What -t of sipp says.').choices(['udp', 'tcp', 'tls']))
      .addOption(
        new Option(
          '--listen <ADDRESS:PORT>',
          'What -i and -p of sipp say; a server listens on 127.0.0.1:5060 without it.',
        ).argParser(address),
      )
      .addOption(
        new Option(
          '--fields <FILE>',
          'A file of -inf: its rows become a dataset, [field0] its first column; repeatable, the first one is meant where a field names no file.',
        ).argParser(repeated),
      )
      .option(
        '--peer <FILE>',
        'The scenario of the other sipp of -3pcc: both become actors of one scenario. What it calls is in the variables peer_target_user, peer_target_host and peer_target_port.',
      )
      .option('--json', 'Print one JSON object a warning, and one at the end.')
      .action(async (file: string, flags: Flags) => {
        const { transport, listen, fields, peer } = flags;
        const text = decoded(await readInput(file, io));
        const fieldFiles = await Promise.all(
          (fields ?? []).map(async (path) => ({
            name: basename(path),
            text: decoded(await readInput(path, io)),
          })),
        );
        const name = file === '-' ? 'Scenario' : parse(file).name;
        const imported = importScenario(text, name, {
          ...(transport !== undefined && { transport }),
          ...(listen !== undefined && { listen }),
          fields: fieldFiles,
          ...(peer !== undefined && { peer: decoded(await readInput(peer, io)) }),
        });
        if (!imported.isValid)
          throw usageError(
            imported.diagnostics
              .map((one) => harmless(diagnosticLine(imported.isPeer === true ? (peer ?? file) : file, one)))
              .join('\n'),
          );
        const { yaml, warnings, peerWarnings = [] } = imported;
        const findings = [...of(file, warnings), ...of(peer ?? file, peerWarnings)];
        await writeOutput(file, yaml, findings, 'imported', flags, io);
        done(EXIT.ok);
      }),
};

const of = (file: string, findings: readonly Diagnostic[]): readonly FileFinding[] =>
  findings.map((finding) => ({ ...finding, file }));

function address(text: string): string {
  if (/^(\[[0-9a-fA-F:]+\]|[0-9.]+):\d{1,5}$/.test(text)) return text;
  throw new InvalidArgumentError('expected ADDRESS:PORT, such as 127.0.0.1:5070');
}

/** UTF-8 where it is that; else ISO-8859-1, which the files of SIPp say they are in. */
function decoded(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets);
  } catch {
    return new TextDecoder('latin1').decode(octets);
  }
}
