import { Command } from 'commander';
import { encodeText } from '../../../stack/message/octets.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { EXIT, usageError } from '../io.ts';
import { isSuccess, toldOf } from '../outcome.ts';
import { readInput } from '../read-input.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { interrupted, withAgent } from '../with-agent.ts';

interface Flags extends AgentFlags {
  readonly file?: string;
  readonly contentType: string;
  readonly timeout: number;
}

/** `sipctl message URI TEXT`: sends a page-mode message. Exit 1 when it is not taken. @rfc 3428 */
export const messageCommand: Subcommand = {
  json: { answer: 'afterMs, text, outcome; of a response status, reason, rttMs' },
  examples: ["message sip:bob@127.0.0.1:5060 'lunch?'", 'message sip:bob@127.0.0.1:5060 --file - < text'],
  command: (io, done) =>
    withAgentOptions(
      new Command('message')
        .description('Send an instant message (RFC 3428). Exit 0 when it is taken with a 2xx.')
        .argument('<uri>', 'whom to send it to')
        .argument('[text]', 'what to say')
        .option('--file <FILE>', 'Say what a file says, - for standard input.')
        .option('--content-type <TYPE>', 'What it is.', 'text/plain;charset=utf-8')
        .option('--timeout <MS>', 'How long to wait for the answer.', wholeNumber(1, 600_000), 32_000),
    ).action(async (target: string, text: string | undefined, flags: Flags) => {
      if ((text === undefined) === (flags.file === undefined))
        throw usageError('say what to send: either as an argument or by --file');
      const body = flags.file === undefined ? encodeText(text ?? '') : await readInput(flags.file, io);
      await withAgent({ target, flags }, io, async ({ agent, outside, report, signal }) => {
        const result = await Promise.race([
          agent.request({
            ...outside,
            method: 'MESSAGE',
            body,
            contentType: flags.contentType,
            timeoutMs: flags.timeout,
          }),
          interrupted(signal),
        ]);
        if (result === undefined) return done(EXIT.interrupted);
        report('answer', toldOf(result));
        done(isSuccess(result) ? EXIT.ok : EXIT.negative);
      });
    }),
};
