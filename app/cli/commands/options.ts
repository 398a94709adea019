import { Command, Option } from 'commander';
import { describeResult, type ResponseResult } from '../../../stack/agent/result.ts';
import { tokens } from '../../../stack/message/headers/token-list.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { EXIT } from '../io.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { CLI_PROTOCOLS } from '../target.ts';
import { pause, withAgent } from '../with-agent.ts';

interface Flags {
  readonly transport?: string;
  readonly count: number;
  readonly interval: number;
  readonly timeout: number;
  readonly json?: boolean;
}

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** What came back and how fast. */
interface PingLine {
  readonly outcome: ResponseResult['kind'];
  readonly text: string;
  readonly status?: number;
  readonly rttMs?: number;
  readonly allow?: readonly string[];
  readonly server?: string;
}

function describe(result: ResponseResult): PingLine {
  if (result.kind !== 'response') return { outcome: result.kind, text: describeResult(result) };
  const { status, elapsedMs, message } = result;
  return {
    outcome: 'response',
    status,
    text: decodeText(describeResult(result)),
    rttMs: tenths(elapsedMs),
    allow: tokens(message, 'Allow'),
    server: decodeText(message.first('Server') ?? ''),
  };
}

/** `sipctl options URI`: pings a SIP element. Exit 1 unless every request was answered with a 2xx. */
export const optionsCommand: Subcommand = (io, done) =>
  new Command('options')
    .description('Ask with OPTIONS, once or again and again: round-trip time and loss.')
    .argument('<uri>', 'SIP URI, or HOST:PORT')
    .addOption(
      new Option('--transport <NAME>', 'Transport to use; the URI may say it too.').choices(CLI_PROTOCOLS),
    )
    .option('--count <N>', 'How many requests.', wholeNumber(1, 100_000), 1)
    .option('--interval <MS>', 'Pause between requests.', wholeNumber(0, 3_600_000), 1000)
    .option('--timeout <MS>', 'How long to wait for each answer.', wholeNumber(1, 600_000), 5000)
    .option('--json', 'Print one JSON object a request, and one at the end.')
    .action(async (text: string, flags: Flags) => {
      const rtts: number[] = [];
      let sent = 0;
      let refused = 0;
      await withAgent({ target: text, transport: flags.transport }, io, async ({ agent, target, clock }) => {
        while (sent < flags.count && !io.signal.aborted) {
          if (sent > 0) await pause(clock, flags.interval, io.signal);
          if (io.signal.aborted) break;
          sent++;
          const result = await agent.request({
            method: 'OPTIONS',
            target: target.uri,
            protocol: target.hop.protocol,
            timeoutMs: flags.timeout,
          });
          if (result.kind === 'response') {
            rtts.push(result.elapsedMs);
            if (result.status >= 300) refused++;
          }
          const line = describe(result);
          if (flags.json === true) io.out(`${JSON.stringify({ n: sent, ...line })}\n`);
          else {
            const time = line.rttMs === undefined ? '' : `  ${line.rttMs} ms`;
            io.out(`${sent}  ${line.text}${time}\n`);
          }
        }
      });
      const lost = sent - rtts.length;
      const average = rtts.reduce((sum, rtt) => sum + rtt, 0) / rtts.length;
      const spread = {
        minMs: tenths(Math.min(...rtts)),
        averageMs: tenths(average),
        maxMs: tenths(Math.max(...rtts)),
      };
      if (flags.json === true)
        io.out(
          `${JSON.stringify({ sent, answered: rtts.length, lost, ...(rtts.length === 0 ? {} : spread) })}\n`,
        );
      else if (sent > 1) {
        const times =
          rtts.length === 0
            ? ''
            : `, round trip ${spread.minMs} / ${spread.averageMs} / ${spread.maxMs} ms (min/avg/max)`;
        io.out(`${sent} sent, ${rtts.length} answered, ${Math.round((lost / sent) * 100)} % lost${times}\n`);
      }
      done(io.signal.aborted ? EXIT.interrupted : lost + refused === 0 ? EXIT.ok : EXIT.negative);
    });
