import { seconds } from '../../message/headers/access.ts';
import { contacts, type NameAddr } from '../../message/headers/name-addr.ts';
import { flowTimer } from '../../message/headers/outbound.ts';
import { path, serviceRoute } from '../../message/headers/path.ts';
import { expires } from '../../message/headers/simple.ts';
import { tokens } from '../../message/headers/token-list.ts';
import type { SipMessage } from '../../message/message.ts';
import { equalUris } from '../../message/uri.ts';
import type { Grant } from './registration-types.ts';

/** What we asked for, to be found again in the answer. */
export interface Asked {
  readonly contacts: readonly string[];
  readonly expiresSec: number;
  readonly instanceId: string | undefined;
  readonly regId: number | undefined;
}

/** Reads a 2xx to REGISTER. Other devices of the user, which it lists too, do not count. @rfc 3261 §10.2.4 */
export function grantOf(message: SipMessage, asked: Asked, nowMs: number): Grant {
  const ours = contacts(message).filter((contact) => isOurs(contact, asked));
  const whole = expires(message) ?? asked.expiresSec;
  const times = ours.map(({ params }) => seconds(params, 'expires') ?? whole);
  const expiresSec = times.length === 0 ? whole : Math.min(...times);
  const gruu = (name: string): string | undefined =>
    ours.map(({ params }) => params.get(name)).find((value) => value !== undefined);
  return {
    untilMs: nowMs + expiresSec * 1000,
    expiresSec,
    contacts: asked.contacts,
    serviceRoute: serviceRoute(message).map(({ text }) => text),
    path: path(message).map(({ text }) => text),
    publicGruu: gruu('pub-gruu'),
    temporaryGruu: gruu('temp-gruu'),
    isOutbound: asked.regId !== undefined && tokens(message, 'Require').includes('outbound'),
    flowTimerSec: flowTimer(message),
  };
}

function isOurs({ params, uri }: NameAddr, { contacts: own, instanceId, regId }: Asked): boolean {
  if (regId !== undefined && instanceId !== undefined && params.has('reg-id'))
    return params.get('reg-id') === String(regId) && params.get('+sip.instance') === `<${instanceId}>`;
  return own.some((contact) => equalUris(contact, uri));
}
