import { Command, Option } from 'commander';
import { makeScenario } from '../../../scenarios/traffic/make-scenario.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { writeFileWhole } from '../../services/storage/write-file.ts';
import { environmentError, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { callIdOption, recordedDialogs } from '../scenario/recorded-dialogs.ts';
import { repeated, type Subcommand } from '../subcommand.ts';

interface Flags {
  readonly callId?: readonly string[];
  readonly lane?: readonly string[];
  readonly output?: string;
}

/** `sipctl scenario-from CAPTURE`: makes a scenario of recorded dialogs. */
export const scenarioFromCommand: Subcommand = {
  examples: [
    'scenario-from calls.pcapng > call.yaml',
    'scenario-from calls.pcapng --call-id 1-2345@127.0.0.1 -o call.yaml',
    'scenario-from calls.pcapng --lane 127.0.0.1:5061 --lane 127.0.0.1:5062',
  ],
  command: (io) =>
    new Command('scenario-from')
      .description(
        'Make a scenario of a capture of siphond, the workbench, tcpdump or Wireshark: one side or several become actors that do again what they did and expect what came. What a person should look at is said on standard error.',
      )
      .argument('<capture>', 'pcapng or pcap file, gzip too; - for standard input')
      .addOption(callIdOption())
      .addOption(
        new Option(
          '--lane <HOST:PORT>',
          'Who is played; repeatable: each becomes an actor, and what they talked to is the target. By default who made the first call.',
        ).argParser(repeated),
      )
      .option('-o, --output <FILE>', 'Write the scenario here in place of standard output.')
      .action(async (path: string, { callId: ids, lane: lanes, output }: Flags) => {
        const made = makeScenario(await recordedDialogs(path, ids, io), lanes);
        if (made.kind === 'nothing') throw usageError(`${path}: ${harmless(made.reason)}`);
        if (output === undefined) io.out(made.yaml);
        else
          await writeFileWhole(output, [new TextEncoder().encode(made.yaml)]).catch((error: unknown) => {
            throw environmentError(`${output}: ${fileReason(error)}`);
          });
        for (const note of made.notes) io.err(`${harmless(note)}\n`);
      }),
};
