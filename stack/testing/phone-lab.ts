import { expect } from 'vitest';
import { describeResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { Notifier, type NotifierOptions } from '../events/notifier/notifier.ts';
import { referPackage } from '../events/packages/refer.ts';
import type { Referral, ReferralEnd } from '../events/refer/referral.ts';
import { Replacements } from '../events/refer/replacement.ts';
import { Transferee, type TransfereeOptions } from '../events/refer/transferee.ts';
import { compose } from '../server/handler.ts';
import { call } from '../server/handlers/call.ts';
import type { SdpProfile } from '../server/media.ts';
import { refer } from '../server/handlers/refer.ts';
import { replaces } from '../server/handlers/replaces.ts';
import { subscribe } from '../server/handlers/subscribe.ts';
import { createAgentLab } from './agent-lab.ts';
import type { ManualClock } from './manual-clock.ts';

/** What a phone of the lab rings before it answers. */
export const RING_MS = 1000;

export interface PhoneOptions extends Partial<Pick<TransfereeOptions, 'allows'>> {
  readonly notifier?: NotifierOptions;
  /** Default none. */
  readonly sdpProfile?: SdpProfile;
  /** Whether it can be transferred; it can when left out. */
  readonly knowsRefer?: boolean;
}

/** Everything a phone has: it takes calls after a second, is transferred, and is replaced. */
export const asPhone = (
  agent: UserAgent,
  { allows = () => true, notifier: limits = {}, sdpProfile = 'none', knowsRefer = true }: PhoneOptions = {},
): Notifier => {
  const progress = referPackage();
  const notifier = new Notifier(agent.context, [progress], limits);
  const transferee = new Transferee({ agent, notifier, progress, allows });
  const replacements = new Replacements(agent);
  agent.serve(
    compose([
      replaces({ replacements, sdpProfile }),
      call({ isAccepting: true, ringMs: RING_MS, sdpProfile }),
      subscribe(notifier),
      ...(knowsRefer ? [refer(transferee)] : []),
    ]),
  );
  return notifier;
};

/** A phone at 10.0.0.1 on a private network, where every target is allowed unless `allows` says otherwise, and a log of its referrals. */
export const phoneLab = (options: PhoneOptions = {}) => {
  const { clock, network, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1');
  const notifier = asPhone(ua, options);
  const events: string[] = [];
  const watch = (referral: Referral): Referral => {
    referral.onProgress(({ status }) => events.push(`${clock.now()} ${status}`));
    referral.onEnded((end) => events.push(`${clock.now()} ${describeEnd(end)}`));
    return referral;
  };
  return { clock, network, agent, peer, ua, notifier, events, watch };
};

/** One line for a log. */
export const describeEnd = (end: ReferralEnd): string => {
  if (end.kind === 'refused') return `refused: ${describeResult(end.result)}`;
  if (end.kind === 'unknown') return `unknown: ${end.reason}`;
  return end.kind === 'silent' ? 'silent' : `${end.kind}: ${end.status}`;
};

/** Hangs up what is left and looks for leaks. */
export const expectNothingLeft = (clock: ManualClock, ...agents: UserAgent[]): void => {
  for (const agent of agents) for (const session of agent.sessions) session.hangUp();
  clock.runAll(1_000_000);
  for (const agent of agents) {
    expect(agent.context.usages.size).toBe(0);
    expect(agent.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
  }
  expect(clock.pending).toBe(0);
};

/** A call of `from` that `host` has answered. */
export const connected = (clock: ManualClock, from: UserAgent, host: string): Session => {
  const dialled = from.call({ target: `sip:phone@${host}` });
  clock.advance(RING_MS);
  if (dialled.session === undefined) throw new Error(`${host} did not answer`);
  return dialled.session;
};
