import { Command } from 'commander';
import { formatAddress } from '../../../stack/core/address.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText, octetText } from '../../../stack/message/octets.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import { dnsOption, transportOption } from '../agent-flags.ts';
import { commandIds } from '../command-ids.ts';
import { environmentError, EXIT } from '../io.ts';
import { printableLines } from '../printable.ts';
import { readInput } from '../read-input.ts';
import { tenths } from '../reporter.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { bindTowards, resolveTarget, type TargetFlags } from '../target.ts';

interface Flags extends TargetFlags {
  readonly to: string;
  readonly timeout: number;
  readonly json?: boolean;
}

const statusOf = (message: SipMessage): number | undefined =>
  message.startLine.kind === 'response' ? message.startLine.status : undefined;

/** `sipctl send FILE --to HOST:PORT`: sends octets exactly as they are and shows what comes back until a final response. */
export const sendCommand: Subcommand = {
  json: { received: 'afterMs, from, status (absent in a request), text (the whole message)' },
  examples: [
    'send broken.sip --to 127.0.0.1:5060',
    'send - --to 127.0.0.1:5060 --transport tcp < message.sip',
  ],
  command: (io, done) =>
    new Command('send')
      .description(
        'Send the octets of a file as they are, right or wrong, and show what comes back. Exit 0 when a 2xx came.',
      )
      .argument('<file>', 'file with one message, - for standard input; nothing is changed or checked')
      .requiredOption('--to <HOST:PORT>', 'Where to send it.')
      .addOption(transportOption())
      .addOption(dnsOption())
      .option('--timeout <MS>', 'How long to wait for a final response.', wholeNumber(0, 600_000), 5000)
      .option('--json', 'Print one JSON object a message received.')
      .action(async (path: string, flags: Flags) => {
        const octets = await readInput(path, io);
        const clock = createSystemClock();
        const { hop } = await resolveTarget(flags.to, flags, { clock, ids: commandIds(io) });
        const transport = await bindTowards(hop, clock, io);
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
              const status = statusOf(parseMessage(bytes));
              const afterMs = tenths(clock.now() - startedMs);
              const source = formatAddress(from);
              const text = octetText(bytes);
              if (flags.json === true)
                io.out(
                  `${JSON.stringify({ event: 'received', afterMs, from: source, status, text: decodeText(text) })}\n`,
                );
              else
                io.out(
                  `--- ${afterMs} ms from ${source}, ${bytes.length} octets\n${printableLines(text, '')}\n`,
                );
              if (status !== undefined && status >= 200) finish(status);
            });
            const { address, serverName } = hop;
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
      }),
};
