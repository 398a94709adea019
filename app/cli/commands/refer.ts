import { Command } from 'commander';
import { refer } from '../../../stack/events/refer/referral.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { followReferral, REFERRAL_LINES } from '../follow-referral.ts';
import { EXIT } from '../io.ts';
import { printable } from '../printable.ts';
import type { Subcommand } from '../subcommand.ts';
import { sipUri } from '../target.ts';
import { withAgent } from '../with-agent.ts';

interface Flags extends AgentFlags {
  readonly to: string;
  readonly referredBy?: string;
  readonly silent?: boolean;
}

/** `sipctl refer URI --to TARGET`: asks somebody to call somebody else, outside of any call. @rfc 3515 */
export const referCommand: Subcommand = {
  json: { referring: 'afterMs, text, target, to', ...REFERRAL_LINES },
  examples: ['refer sip:bob@127.0.0.1:5060 --to sip:carol@127.0.0.1:5070'],
  command: (io, done) =>
    withAgentOptions(
      new Command('refer')
        .description(
          'Ask somebody to call somebody else (RFC 3515), outside of any call, and tell how far that comes. Exit 0 when that call was answered.',
        )
        .argument('<uri>', 'whom to ask')
        .requiredOption('--to <SIP-URI>', 'Whom to call; ;method=BYE and other methods are possible.')
        .option('--referred-by <SIP-URI>', 'In whose name.')
        .option('--silent', 'Ask to be told nothing (Refer-Sub: false, RFC 4488).'),
    ).action(async (target: string, flags: Flags) => {
      const to = sipUri(flags.to).text;
      await withAgent({ target, flags }, io, async (tools) => {
        const { target: asked, headers = [], ...outside } = tools.outside;
        const by = flags.referredBy === undefined ? outside.from : sipUri(flags.referredBy).text;
        const referral = refer(tools.agent, {
          target: asked,
          to,
          outside,
          headers,
          ...(by === undefined ? {} : { referredBy: by }),
          isSilent: flags.silent === true,
        });
        tools.report('referring', {
          text: `${printable(asked)} to ${printable(to)}`,
          fields: { target, to: flags.to },
        });
        const isGood = await followReferral(referral, tools);
        done(io.signal.aborted ? EXIT.interrupted : isGood ? EXIT.ok : EXIT.negative);
      });
    }),
};
