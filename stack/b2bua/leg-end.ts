import type { HeaderLine } from '../agent/header-line.ts';
import type { Session, SessionEnd } from '../agent/session.ts';
import type { SipMessage } from '../message/message.ts';

/** Ends a leg as its state demands; harmless when it is over. @rfc 3261 §15 */
export function endLeg(session: Session, headers: readonly HeaderLine[]): void {
  if (session.state === 'early') session.hangUp();
  else session.send('BYE', { headers }, { onResult: () => undefined });
}

/** What the BYE or CANCEL of one leg says to the other one. @rfc 3326 §2 */
export function reasonsOf(message: SipMessage | undefined): readonly HeaderLine[] {
  return (message?.all('Reason') ?? []).map((value): HeaderLine => ['Reason', value]);
}

/** What one leg is told of the end of the other one. */
export function endReasons(end: SessionEnd): readonly HeaderLine[] {
  if (end.bye !== undefined) return reasonsOf(end.bye);
  const text = end.reason.replace(/["\\]/g, '');
  return end.by === 'failure' ? [['Reason', `SIP;cause=500;text="${text}"`]] : [];
}
