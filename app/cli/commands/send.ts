import { Command, Option } from 'commander';
import { formatAddress } from '../../../stack/core/address.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText, octetText } from '../../../stack/message/octets.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import { commandIds } from '../command-ids.ts';
import { environmentError, EXIT } from '../io.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { bindTowards, CLI_PROTOCOLS, resolveTarget } from '../target.ts';
import { readInput } from './parse.ts';

interface Flags {
  readonly to: string;
  readonly transport?: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const statusOf = (message: SipMessage): number | undefined =>
  message.startLine.kind === 'response' ? message.startLine.status : undefined;

/** `sipctl send FILE --to HOST:PORT`: sends octets exactly as they are and shows what comes back until a final response. */
export const sendCommand: Subcommand = (io, done) =>
  new Command('send')
    .description('Send the octets of a file as they are, and show what comes back.')
    .argument('<file>', 'file with one message, - for standard input; nothing is changed or checked')
    .requiredOption('--to <HOST:PORT>', 'Where to send it.')
    .addOption(new Option('--transport <NAME>', 'Transport to use.').choices(CLI_PROTOCOLS))
    .option('--timeout <MS>', 'How long to wait for a final response.', wholeNumber(0, 600_000), 5000)
    .option('--json', 'Print one JSON object a message received.')
    .action(async (path: string, flags: Flags) => {
      const octets = await readInput(path, io);
      const clock = createSystemClock();
      const target = await resolveTarget(flags.to, flags.transport, { clock, ids: commandIds(io) });
      const transport = await bindTowards(target, clock, io);
      try {
        const startedMs = clock.now();
        const final = await new Promise<number | undefined>((resolve, reject) => {
          const timer = clock.after(flags.timeout, () => resolve(undefined));
          const finish = (status: number | undefined): void => {
            timer.cancel();
            resolve(status);
          };
          io.signal.addEventListener('abort', () => finish(undefined), { once: true });
          transport.onReceived(({ bytes, from }) => {
            const message = parseMessage(bytes);
            const afterMs = Math.round((clock.now() - startedMs) * 10) / 10;
            const text = decodeText(octetText(bytes));
            if (flags.json === true)
              io.out(
                `${JSON.stringify({ afterMs, from: formatAddress(from), status: statusOf(message), text })}\n`,
              );
            else io.out(`--- ${afterMs} ms from ${formatAddress(from)}, ${bytes.length} octets\n${text}\n`);
            const status = statusOf(message);
            if (status !== undefined && status >= 200) finish(status);
          });
          const { address, serverName } = target.hop;
          transport.send(octets, { address, serverName }, (error) => {
            timer.cancel();
            reject(environmentError(error.message, error));
          });
        });
        if (io.signal.aborted) return done(EXIT.interrupted);
        if (final === undefined) io.err(`sipctl: no final response within ${flags.timeout} ms\n`);
        done(final !== undefined && final < 300 ? EXIT.ok : EXIT.negative);
      } finally {
        await transport.close();
        clock.dispose();
      }
    });
