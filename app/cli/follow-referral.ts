import type { Referral, ReferralEnd } from '../../stack/events/refer/referral.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { toldOf, toneOfStatus } from './outcome.ts';
import { printable } from './printable.ts';
import type { Told } from './reporter.ts';
import { type AgentTools, interrupted } from './with-agent.ts';

/** The lines {@link followReferral} prints, for the help of the subcommands that refer. */
export const REFERRAL_LINES = {
  'referral-progress': 'afterMs, text, status, reason of the referred request so far',
  referred:
    'afterMs, text, outcome (succeeded, failed, refused, silent, unknown); status and reason where there are any',
};

/** Prints how far a referral comes. @returns whether what was referred to succeeded, or nothing was to be told. @rfc 3515 §2.4.4 */
export async function followReferral(
  referral: Referral,
  { report, signal }: Pick<AgentTools, 'report' | 'signal'>,
): Promise<boolean> {
  referral.onProgress(({ status, reason }) => {
    const tone = toneOfStatus(status);
    report('referral-progress', {
      text: `${status} ${printable(reason)}`,
      fields: { status, reason: decodeText(reason) },
      ...(tone === undefined ? {} : { tone }),
    });
  });
  const end = await Promise.race([
    new Promise<ReferralEnd>((resolve) => {
      referral.onEnded(resolve);
    }),
    interrupted(signal),
  ]);
  if (end === undefined) return false;
  const isGood = end.kind === 'succeeded' || end.kind === 'silent';
  const told = endTold(end);
  report('referred', {
    tone: isGood ? 'good' : 'bad',
    ...told,
    fields: { ...told.fields, outcome: end.kind },
  });
  return isGood;
}

function endTold(end: ReferralEnd): Told {
  switch (end.kind) {
    case 'refused': {
      const told = toldOf(end.result);
      return { ...told, text: `refused: ${told.text}` };
    }
    case 'succeeded':
    case 'failed': {
      const { kind, status, reason } = end;
      return {
        text: `${kind}: ${status} ${printable(reason)}`,
        fields: { status, reason: decodeText(reason) },
      };
    }
    case 'silent':
      return { text: 'taken; nothing more is told' };
    case 'unknown':
      return { text: `no outcome: ${printable(end.reason)}`, fields: { reason: decodeText(end.reason) } };
  }
}
