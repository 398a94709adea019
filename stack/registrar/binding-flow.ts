import { parseUri } from '../message/uri.ts';
import { vias } from '../message/headers/via.ts';
import type { Incoming } from '../transaction/types.ts';
import type { ContactRequest } from './contact-requests.ts';
import type { Binding, BindingFlow } from './location.ts';

/**
 * The flow by which a contact is to be reached: always for outbound, for WebSockets, whose clients cannot be called, and for names that are none
 * (`.invalid`); and on streams for a contact at the host that the stream comes from, because a client's port seldom listens. None when a proxy
 * stands in between: then Path leads back.
 * @rfc 5626 §5.3, §6, RFC 7118 §6, RFC 5923 §8
 */
export function flowFor(
  incoming: Incoming,
  contact: ContactRequest,
  isOutbound: boolean,
  kept: BindingFlow | undefined,
): BindingFlow | undefined {
  const { transport, received, message } = incoming;
  if (vias(message).length > 1) return undefined;
  const { protocol } = transport;
  const mustUse =
    (isOutbound && contact.regId !== undefined) ||
    protocol === 'ws' ||
    protocol === 'wss' ||
    isReachedByFlow(contact.uri, transport.isReliable ? received.from.host : undefined);
  if (!mustUse) return undefined;
  const { from, to, connectionId } = received;
  const isKept =
    kept !== undefined &&
    kept.holder === undefined &&
    kept.protocol === protocol &&
    kept.connectionId === connectionId &&
    kept.remote.port === from.port &&
    kept.remote.host === from.host &&
    kept.local.port === to.port &&
    kept.local.host === to.host;
  return isKept ? kept : { protocol, local: to, remote: from, connectionId };
}

/** Whether nothing but its connection leads to a contact: those of outbound and of WebSockets. @rfc 5626 §5.3, RFC 7118 §5 */
export function isOnlyWay({ flow, regId }: Pick<Binding, 'flow' | 'regId'>): boolean {
  if (flow === undefined) return false;
  return regId !== undefined || flow.protocol === 'ws' || flow.protocol === 'wss';
}

function isReachedByFlow(contactUri: string, streamHost: string | undefined): boolean {
  if (streamHost === undefined && !contactUri.includes('.invalid')) return false;
  const { host } = parseUri(contactUri);
  return host === streamHost || /\.invalid\.?$/i.test(host);
}
