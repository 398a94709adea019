import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { wholeNumber } from '../subcommand.ts';

/** How the caller wants reliable provisional responses. @rfc 3262 */
export const PRACK_WISHES = ['supported', 'required', 'off'] as const;
export type PrackWish = (typeof PRACK_WISHES)[number];

/** Options of `sipctl call`. */
export interface CallFlags extends AgentFlags {
  readonly duration: number;
  readonly ring: number;
  readonly sdp: boolean | string;
  readonly dtmf?: string;
  readonly hold?: number;
  readonly transfer?: string;
  readonly attended?: boolean;
  readonly prack: PrackWish;
  readonly sessionTimer?: number;
  readonly redirects: number;
}

const DAY_MS = 86_400_000;

function keys(text: string): string {
  const typed = text.toUpperCase().replace(/[\s-]/g, '');
  if (!/^[0-9A-D*#!]+$/.test(typed))
    throw new InvalidArgumentError('expected keys of a telephone: 0 to 9, * and #, A to D');
  return typed;
}

/** Declares {@link CallFlags}. */
export const callOptions = (command: Command): Command =>
  withAgentOptions(
    command
      .argument('<uri>', 'SIP URI, or USER@HOST:PORT')
      .option(
        '--duration <MS>',
        'How long to talk; the other side may hang up earlier.',
        wholeNumber(0, DAY_MS),
        1000,
      )
      .option(
        '--ring <MS>',
        'How long to let it ring before the call is cancelled.',
        wholeNumber(1, 600_000),
        30_000,
      )
      .option('--no-sdp', 'Call without an offer; the other side offers in its 200.')
      .option('--sdp <FILE>', 'Offer what a file describes.')
      .option('--dtmf <KEYS>', 'Press keys after the answer, an INFO each (application/dtmf-relay).', keys)
      .option(
        '--hold <MS>',
        'After the answer put the other side on hold for so long, by re-INVITE.',
        wholeNumber(0, DAY_MS),
      )
      .option('--transfer <SIP-URI>', 'At the end refer the other side there, and wait for what comes of it.')
      .option('--attended', 'Call the target of the transfer first, and have that call replaced (RFC 5589).')
      .addOption(
        new Option('--prack <WISH>', 'Reliable provisional responses (RFC 3262).')
          .choices(PRACK_WISHES)
          .default('supported'),
      )
      .option('--session-timer <SEC>', 'Ask for a session timer (RFC 4028).', wholeNumber(90, 86_400))
      .option('--redirects <N>', 'How many redirections (3xx) to follow.', wholeNumber(0, 20), 0),
  );
