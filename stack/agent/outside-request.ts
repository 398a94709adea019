import type { Protocol } from '../core/address.ts';
import { quote } from '../message/chars.ts';
import { canonicalName } from '../message/header-names.ts';
import type { DraftHeader, RequestDraft } from '../message/draft.ts';
import { formatHost } from '../core/address.ts';
import { SDP_TYPE } from './body.ts';
import type { AgentContext } from './context.ts';
import type { HeaderLine } from './header-line.ts';
import type { KnownConnection } from './known-connection.ts';
import type { Face } from './listeners.ts';

/** A request outside of any dialog. */
export interface OutsideOptions {
  readonly method: string;
  /** SIP URI: Request-URI and To, and where it goes unless `nextHop` says otherwise. */
  readonly target: string;
  /** Further header lines; one of a name that the agent writes itself stands in its place. */
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  /** Content-Type of the body; `application/sdp` when left out. */
  readonly contentType?: string;
  /** URI of From; the agent's own when left out. */
  readonly from?: string;
  /** User part of the agent's own URI in From. */
  readonly fromUser?: string;
  /** Display names, without quotes. */
  readonly fromDisplay?: string;
  readonly toDisplay?: string;
  /** URI of To; the target when left out. */
  readonly to?: string;
  /** Option tags of Supported in an INVITE; those the handlers serve when left out. */
  readonly supported?: readonly string[];
  /** URI to send to, when it is not the target. */
  readonly nextHop?: string;
  /** Overrules the transport parameter of the URI, and the switch to TCP of large requests. */
  readonly protocol?: Protocol;
  /** A connection that the peer has opened: used as long as it is there, and the address of the target after that. @rfc 5923 §3 */
  readonly over?: KnownConnection;
  /** `own`: over streams it opens a connection for this call or request, used by nobody else and closed when it is over. Default `shared`. */
  readonly connection?: 'shared' | 'own';
  /** Whether Contact says where we can be reached, in methods that tell it by themselves: off, a REGISTER only asks. Default on. @rfc 3261 §10.2.3 */
  readonly isReachable?: boolean;
}

/** Identifiers of a request outside of any dialog. */
export interface OutsideIds {
  readonly callId: string;
  readonly fromTag: string;
  readonly cseqNumber: number;
}

/** Methods whose requests tell where we can be reached. @rfc 3261 §8.1.1.8; §11 allows it in OPTIONS */
const WITH_CONTACT = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY', 'REGISTER', 'OPTIONS']);

/** The draft of a request outside of any dialog, without Via. @rfc 3261 §8.1.1 */
export function outsideDraft(
  context: AgentContext,
  options: OutsideOptions,
  face: Face,
  ids: OutsideIds,
): RequestDraft {
  const { method, target, body } = options;
  const { capabilities } = context.listeners;
  const { contactUser, product } = context.identity;
  const supported = options.supported?.join(', ') ?? capabilities.supportedValue;
  const contact = needsSecureContact(options) ? face.secureContact : face.contact;
  const from = options.from ?? `sip:${options.fromUser ?? contactUser}@${formatHost(face.host)}`;
  const own: (DraftHeader | undefined)[] = [
    ['Max-Forwards', '70'],
    ['From', `${shown(options.fromDisplay)}<${from}>;tag=${ids.fromTag}`],
    ['To', `${shown(options.toDisplay)}<${options.to ?? target}>`],
    ['Call-ID', ids.callId],
    ['CSeq', `${ids.cseqNumber} ${method}`],
    WITH_CONTACT.has(method) && options.isReachable !== false ? [...contact] : undefined,
    method === 'INVITE' && capabilities.allow !== undefined ? ['Allow', capabilities.allow] : undefined,
    method === 'INVITE' && supported !== undefined && supported !== '' ? ['Supported', supported] : undefined,
    method === 'INVITE' && capabilities.recvInfo !== undefined
      ? ['Recv-Info', capabilities.recvInfo]
      : undefined,
    method === 'OPTIONS' ? ['Accept', SDP_TYPE] : undefined,
    product === '' ? undefined : ['User-Agent', product],
    body === undefined ? undefined : ['Content-Type', options.contentType ?? SDP_TYPE],
  ];
  const given = options.headers ?? [];
  const names = new Set(given.map(([name]) => canonicalName(name)));
  const headers: DraftHeader[] = [];
  for (const line of own) if (line !== undefined && !names.has(line[0])) headers.push(line);
  for (const [name, value] of given) headers.push([name, value]);
  return { method, uri: target, headers, ...(body === undefined ? {} : { body }) };
}

function shown(display: string | undefined): string {
  return display === undefined ? '' : `${quote(display)} `;
}

/** @rfc 3261 §8.1.1.8: a sips Request-URI or first Route wants a sips Contact. */
function needsSecureContact({ target, nextHop }: OutsideOptions): boolean {
  return /^sips:/i.test(target) || /^sips:/i.test(nextHop ?? '');
}
