import { Command, Option } from 'commander';
import { describeResult } from '../../../stack/agent/result.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { EXIT } from '../io.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { CLI_PROTOCOLS } from '../target.ts';
import { pause, withAgent } from '../with-agent.ts';
import { callOffer } from '../call-offer.ts';

interface Flags {
  readonly transport?: string;
  readonly from?: string;
  readonly duration: number;
  readonly ring: number;
  readonly sdp: boolean;
  readonly json?: boolean;
}

/** `sipctl call URI`: makes a call, keeps it for a while, hangs up. Exit 1 when it is not answered. */
export const callCommand: Subcommand = (io, done) =>
  new Command('call')
    .description('Make a call, keep it for a while, hang up.')
    .argument('<uri>', 'SIP URI, or USER@HOST:PORT')
    .addOption(
      new Option('--transport <NAME>', 'Transport to use; the URI may say it too.').choices(CLI_PROTOCOLS),
    )
    .option('--from <SIP-URI>', 'Who calls.')
    .option(
      '--duration <MS>',
      'How long to talk; the other side may hang up earlier.',
      wholeNumber(0, 86_400_000),
      1000,
    )
    .option(
      '--ring <MS>',
      'How long to let it ring before the call is cancelled.',
      wholeNumber(1, 600_000),
      30_000,
    )
    .option('--no-sdp', 'Call without an offer; the other side offers in its 200.')
    .option('--json', 'Print one JSON object an event.')
    .action(async (text: string, flags: Flags) => {
      await withAgent({ target: text, transport: flags.transport }, io, async (tools) => {
        const { agent, target, clock, ids, localHost } = tools;
        const startedMs = clock.now();
        const report = (event: string, details: string): void => {
          const afterMs = Math.round((clock.now() - startedMs) * 10) / 10;
          if (flags.json === true) io.out(`${JSON.stringify({ afterMs, event, details })}\n`);
          else
            io.out(`${afterMs.toFixed(1).padStart(9)} ms  ${event}${details === '' ? '' : `  ${details}`}\n`);
        };
        const offers = callOffer(localHost, ids);
        const call = agent.call({
          target: target.uri,
          protocol: target.hop.protocol,
          ...(flags.from === undefined ? {} : { from: flags.from }),
          ...(flags.sdp ? { sdp: offers.offer } : { answer: offers.answer }),
        });
        report('calling', target.uri);
        call.onProvisional(({ status, reason }) => {
          report('progress', `${status} ${decodeText(reason)}`);
        });
        const ended = new Promise<void>((resolve) => {
          call.onEnded((end) => {
            report('ended', `by ${end.by}: ${end.reason}`);
            resolve();
          });
        });
        const ringing = clock.after(flags.ring, () => {
          report('cancelling', `no answer within ${flags.ring} ms`);
          call.cancel();
        });
        io.signal.addEventListener('abort', () => call.hangUp(), { once: true });
        const isAnswered = await new Promise<boolean>((resolve) => {
          call.onAnswered(() => {
            report('answered', '');
            resolve(true);
          });
          call.onFailed((result) => {
            report('failed', decodeText(describeResult(result)));
            resolve(false);
          });
        });
        ringing.cancel();
        if (isAnswered) {
          await Promise.race([pause(clock, flags.duration, io.signal), ended]);
          call.hangUp();
          await ended;
        }
        done(io.signal.aborted ? EXIT.interrupted : isAnswered ? EXIT.ok : EXIT.negative);
      });
    });
