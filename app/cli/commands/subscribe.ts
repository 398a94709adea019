import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type AttemptEnd,
  subscribe,
  type Notification,
} from '../../../stack/events/subscriber/outgoing-subscription.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { DOCUMENT_TYPES, packageOf } from '../event-accept.ts';
import { EXIT } from '../io.ts';
import { toldOf } from '../outcome.ts';
import { printable, printableLines } from '../printable.ts';
import type { Told } from '../reporter.ts';
import { repeated, type Subcommand, wholeNumber } from '../subcommand.ts';
import { type AgentTools, interrupted, withAgent } from '../with-agent.ts';

interface Flags extends AgentFlags {
  readonly event: string;
  readonly accept?: readonly string[];
  readonly expires: number;
  readonly count: number;
}

/** @rfc 6665 §8.2.1 */
export function eventValue(text: string): string {
  if (!/^[\w.!%*+`'~-]+(;[\w.!%*+`'~-]+(=[^\s;]+)?)*$/.test(text))
    throw new InvalidArgumentError('expected an event package, such as presence or dialog;id=7');
  return text;
}

/** `sipctl subscribe URI`: subscribes and prints each NOTIFY. @rfc 6665 §4.1 */
export const subscribeCommand: Subcommand = {
  json: {
    notify: 'afterMs, text, n, state (active, pending, terminated), reason, expiresSec, contentType, body',
    subscription: 'afterMs, text (subscribing, pending, active, waiting)',
    ended: 'afterMs, text, reason; of a refusal outcome, status, reason',
  },
  examples: [
    'subscribe sip:alice@127.0.0.1:5060 --event presence',
    'subscribe sip:alice@127.0.0.1:5060 --event reg --expires 0',
  ],
  command: (io, done) =>
    withAgentOptions(
      new Command('subscribe')
        .description(
          'Subscribe to an event package (RFC 6665) and print each NOTIFY; Ctrl+C unsubscribes. Exit 0 when what was asked for was told.',
        )
        .argument('<uri>', 'whose state')
        .option(
          '--event <PACKAGE>',
          `Event package: ${Object.keys(DOCUMENT_TYPES).join(', ')}, or any other.`,
          eventValue,
          'presence',
        )
        .addOption(
          new Option(
            '--accept <TYPE>',
            'Media type of the documents; repeatable. That of the package when left out.',
          ).argParser(repeated),
        )
        .option(
          '--expires <SEC>',
          'How long it lasts until it is refreshed; 0 fetches the state once.',
          wholeNumber(0, 4_294_967_295),
          3600,
        )
        .option(
          '--count <N>',
          'Unsubscribe after so many NOTIFYs; 0 goes on until the notifier ends it or you do.',
          wholeNumber(0, 1_000_000),
          0,
        ),
    ).action(async (target: string, flags: Flags) => {
      await withAgent({ target, flags }, io, async (tools) => {
        const isGood = await watch(tools, flags);
        done(io.signal.aborted ? EXIT.interrupted : isGood ? EXIT.ok : EXIT.negative);
      });
    }),
};

/** @returns whether as many NOTIFYs came as were asked for. */
async function watch({ agent, outside, report, signal }: AgentTools, flags: Flags): Promise<boolean> {
  const { event, expires: expiresSec } = flags;
  const type = DOCUMENT_TYPES[packageOf(event)];
  const accept = flags.accept ?? (type === undefined ? undefined : [type]);
  const wanted = expiresSec === 0 ? 1 : flags.count;
  const subscription = subscribe(agent, {
    ...outside,
    event,
    expiresSec,
    ...(accept === undefined ? {} : { accept }),
  });
  let count = 0;
  const enough = new Promise<void>((resolve) => {
    subscription.onNotify((notification) => {
      if (wanted > 0 && count >= wanted) return;
      count++;
      report('notify', notifyTold(notification, count));
      if (count === wanted) resolve();
    });
  });
  subscription.onStatus((status) => {
    if (status !== 'ended') report('subscription', { text: status });
  });
  const ended = new Promise<void>((resolve) => {
    subscription.onEnded((end) => {
      report('ended', endTold(end));
      resolve();
    });
  });
  await Promise.race([enough, ended, interrupted(signal)]);
  if (subscription.status !== 'ended') {
    subscription.unsubscribe();
    await ended;
  }
  return count >= Math.max(1, wanted);
}

function notifyTold({ state, contentType, body }: Notification, n: number): Told {
  const notes = [
    ...(state.reason === undefined ? [] : [printable(state.reason)]),
    ...(state.expiresSec === undefined ? [] : [`${state.expiresSec} s left`]),
  ];
  const type = contentType === undefined ? 'no body' : printable(contentType);
  return {
    text: `${printable(state.state)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}  ${type}`,
    more: body === '' ? '' : printableLines(body, '    '),
    fields: {
      n,
      state: decodeText(state.state),
      ...(state.reason === undefined ? {} : { reason: decodeText(state.reason) }),
      ...(state.expiresSec === undefined ? {} : { expiresSec: state.expiresSec }),
      ...(contentType === undefined ? {} : { contentType: decodeText(contentType), body: decodeText(body) }),
    },
  };
}

const REASONS: Readonly<Record<string, string>> = {
  'no-notify': 'taken, but no NOTIFY came',
  lost: 'the notifier does not know it any more',
};

function endTold(end: AttemptEnd): Told {
  if (end.kind === 'refused') {
    const told = toldOf(end.result);
    return { ...told, text: `refused: ${told.text}` };
  }
  const { reason } = end;
  if (reason === undefined) return { text: 'unsubscribed' };
  return { text: REASONS[reason] ?? printable(reason), fields: { reason: decodeText(reason) } };
}
