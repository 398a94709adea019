import { Command } from 'commander';
import type { CallOptions } from '../../../stack/agent/call-options.ts';
import type { OutgoingCall } from '../../../stack/agent/outgoing-call.ts';
import type { Session } from '../../../stack/agent/session.ts';
import { octetText } from '../../../stack/message/octets.ts';
import { call as callHandler } from '../../../stack/server/handlers/call.ts';
import { info } from '../../../stack/server/handlers/info.ts';
import { update } from '../../../stack/server/handlers/update.ts';
import { callOptions, type CallFlags } from '../call/call-flags.ts';
import { pressKeys } from '../call/press-keys.ts';
import { describedBy, provisionalTold } from '../call/provisional-told.ts';
import { putOnHold } from '../call/put-on-hold.ts';
import { goesOn, type Talk } from '../call/talk.ts';
import { transfer } from '../call/transfer.ts';
import { callOffer } from '../call-offer.ts';
import { REFERRAL_LINES } from '../follow-referral.ts';
import { type CliIo, EXIT, usageError } from '../io.ts';
import { toldOf } from '../outcome.ts';
import { printable } from '../printable.ts';
import { readInput } from '../read-input.ts';
import type { Subcommand } from '../subcommand.ts';
import { type AgentTools, pause, withAgent } from '../with-agent.ts';

/** What is done in an answered call, in this order; each looks for its own flag. */
const ACTIVITIES: readonly ((talk: Talk) => Promise<void>)[] = [pressKeys, putOnHold, stay, transfer];

/** The other side may change the call while it lasts; new calls are not taken. */
const HANDLERS = [
  callHandler({ isAccepting: false, ringMs: 0, sdpProfile: 'audio-only' }),
  update({ sdpProfile: 'audio-only' }),
  info(),
];

/** `sipctl call URI`: makes a call, does in it what the flags say, hangs up. Exit 1 when it is not answered, or something in it is refused. */
export const callCommand: Subcommand = {
  json: {
    calling: 'afterMs, text, target',
    progress: 'afterMs, text, status, reason, isReliable, sdp (codecs, direction) of early media',
    cancelling: 'afterMs, text',
    answered: 'afterMs, text, sdp (codecs, direction), sessionTimerSec',
    failed: 'afterMs, text, outcome; of a response status, reason, rttMs',
    dtmf: 'afterMs, text, key, outcome; of a response status, reason, rttMs',
    hold: 'afterMs, text, outcome; of a response status, reason, rttMs',
    resume: 'as hold',
    consulting: 'afterMs, text, target',
    consulted: 'afterMs, text; status where it failed',
    ...REFERRAL_LINES,
    ended: 'afterMs, text, by (local, remote, failure), reason',
  },
  examples: [
    'call sip:bob@127.0.0.1:5060 --duration 3000',
    "call sip:bob@127.0.0.1:5060 --dtmf '12#' --hold 500",
    'call sip:bob@127.0.0.1:5060 --transfer sip:carol@127.0.0.1:5070',
  ],
  command: (io, done) =>
    callOptions(
      new Command('call').description(
        'Make a call, press keys, hold, transfer, hang up. Exit 0 when it was answered and everything asked for in it came about.',
      ),
    ).action(async (target: string, flags: CallFlags) => {
      if (flags.attended === true && flags.transfer === undefined)
        throw usageError('--attended says how to transfer: add --transfer SIP-URI');
      await withAgent({ target, flags, handlers: HANDLERS }, io, async (tools) => {
        const offers = callOffer(tools.localHost, tools.ids);
        const call = tools.agent.call(await optionsOf(flags, tools, offers, io));
        tools.report('calling', { text: printable(tools.outside.target), fields: { target } });
        const ended = endOf(call, tools);
        const session = await answerOf(call, flags, tools);
        let isGood = session !== undefined;
        if (session !== undefined) {
          const fail = (): void => {
            isGood = false;
          };
          const talk: Talk = { ...tools, session, flags, offers, ended, fail };
          for (const activity of ACTIVITIES) await activity(talk);
          call.hangUp();
          await ended;
        }
        done(io.signal.aborted ? EXIT.interrupted : isGood ? EXIT.ok : EXIT.negative);
      });
    }),
};

async function stay(talk: Talk): Promise<void> {
  if (goesOn(talk)) await Promise.race([pause(talk.clock, talk.flags.duration, talk.signal), talk.ended]);
}

async function optionsOf(
  { sdp, prack, sessionTimer, redirects }: CallFlags,
  { outside }: AgentTools,
  offers: ReturnType<typeof callOffer>,
  io: CliIo,
): Promise<CallOptions> {
  const offer =
    typeof sdp === 'string' ? octetText(await readInput(sdp, io)) : sdp ? offers.offer : undefined;
  return {
    ...outside,
    answer: offers.answer,
    ...(offer === undefined ? {} : { sdp: offer }),
    ...(prack === 'off' ? { supported: ['timer'] } : {}),
    ...(prack === 'required' ? { require: ['100rel'] } : {}),
    ...(sessionTimer === undefined ? {} : { sessionTimer: { intervalSec: sessionTimer } }),
    maxRedirects: redirects,
  };
}

function endOf(call: OutgoingCall, { report }: AgentTools): Promise<void> {
  return new Promise((resolve) => {
    call.onEnded(({ by, reason }) => {
      report('ended', { text: `by ${by}: ${reason}`, fields: { by, reason } });
      resolve();
    });
  });
}

/** Waits for the answer, as long as it may ring. */
async function answerOf(
  call: OutgoingCall,
  { ring }: CallFlags,
  { clock, report, signal }: AgentTools,
): Promise<Session | undefined> {
  call.onProvisional((response) => {
    report('progress', provisionalTold(response));
  });
  const ringing = clock.after(ring, () => {
    report('cancelling', { text: `no answer within ${ring} ms` });
    call.cancel();
  });
  if (signal.aborted) call.hangUp();
  signal.addEventListener('abort', () => call.hangUp(), { once: true });
  const session = await new Promise<Session | undefined>((resolve) => {
    call.onAnswered((answered) => {
      const sdp = describedBy(answered.offers.remoteSdp);
      const timerSec = answered.timer?.intervalSec;
      report('answered', {
        text: [sdp && `SDP ${sdp.codecs} ${sdp.direction}`, timerSec && `session timer ${timerSec} s`]
          .filter(Boolean)
          .join(', '),
        tone: 'good',
        fields: { ...(sdp && { sdp }), ...(timerSec && { sessionTimerSec: timerSec }) },
      });
      resolve(answered);
    });
    call.onFailed((result) => {
      report('failed', toldOf(result));
      resolve(undefined);
    });
  });
  ringing.cancel();
  return session;
}
