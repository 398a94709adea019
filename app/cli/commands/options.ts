import { Command } from 'commander';
import type { ResponseResult } from '../../../stack/agent/result.ts';
import { tokens } from '../../../stack/message/headers/token-list.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { EXIT } from '../io.ts';
import { toldOf } from '../outcome.ts';
import { tenths } from '../reporter.ts';
import { styleFor } from '../style.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { pause, withAgent } from '../with-agent.ts';

interface Flags extends AgentFlags {
  readonly count: number;
  readonly interval: number;
  readonly timeout: number;
}

/** What the answer says about who gave it. */
function aboutServer(result: ResponseResult): object {
  if (result.kind !== 'response') return {};
  const { message } = result;
  return { allow: tokens(message, 'Allow'), server: decodeText(message.first('Server') ?? '') };
}

/** `sipctl options URI`: pings a SIP element. Exit 1 unless every request was answered with a 2xx. */
export const optionsCommand: Subcommand = {
  json: {
    answer:
      'n, outcome (response, timeout, transport-failure, not-sent), text; of a response status, reason, rttMs, allow, server',
    summary: 'sent, answered, lost, and minMs, averageMs, maxMs of the round trips',
  },
  examples: ['options sip:127.0.0.1:5060 --count 5', 'options sip:localhost:5061 --transport tls --json'],
  command: (io, done) =>
    withAgentOptions(
      new Command('options')
        .description(
          'Ask with OPTIONS, once or again and again: round-trip time and loss. Exit 0 when every request got a 2xx.',
        )
        .argument('<uri>', 'SIP URI, or HOST:PORT')
        .option('--count <N>', 'How many requests.', wholeNumber(1, 100_000), 1)
        .option('--interval <MS>', 'Pause between requests.', wholeNumber(0, 3_600_000), 1000)
        .option('--timeout <MS>', 'How long to wait for each answer.', wholeNumber(1, 600_000), 5000),
    ).action(async (target: string, flags: Flags) => {
      const style = styleFor(io);
      const isJson = flags.json === true;
      const rtts: number[] = [];
      let sent = 0;
      let refused = 0;
      await withAgent({ target, flags }, io, async ({ agent, outside, clock }) => {
        while (sent < flags.count && !io.signal.aborted) {
          if (sent > 0) await pause(clock, flags.interval, io.signal);
          if (io.signal.aborted) break;
          sent++;
          const result = await agent.request({ ...outside, method: 'OPTIONS', timeoutMs: flags.timeout });
          if (result.kind === 'response') {
            rtts.push(result.elapsedMs);
            if (result.status >= 300) refused++;
          }
          const { text, fields, tone } = toldOf(result);
          const time = result.kind === 'response' ? `  ${tenths(result.elapsedMs)} ms` : '';
          if (isJson)
            io.out(
              `${JSON.stringify({ event: 'answer', n: sent, text, ...fields, ...aboutServer(result) })}\n`,
            );
          else io.out(`${sent}  ${style(text, tone)}${time}\n`);
        }
      });
      const lost = sent - rtts.length;
      const average = rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length;
      const spread = {
        minMs: tenths(Math.min(...rtts)),
        averageMs: tenths(average),
        maxMs: tenths(Math.max(...rtts)),
      };
      const counts = { event: 'summary', sent, answered: rtts.length, lost };
      if (isJson) io.out(`${JSON.stringify({ ...counts, ...(rtts.length === 0 ? {} : spread) })}\n`);
      else if (sent > 1) {
        const times =
          rtts.length === 0
            ? ''
            : `, round trip ${spread.minMs} / ${spread.averageMs} / ${spread.maxMs} ms (min/avg/max)`;
        io.out(`${sent} sent, ${rtts.length} answered, ${Math.round((lost / sent) * 100)} % lost${times}\n`);
      }
      done(io.signal.aborted ? EXIT.interrupted : lost + refused === 0 ? EXIT.ok : EXIT.negative);
    }),
};
