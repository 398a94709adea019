import { element, formatXml, leaf, present, readBody } from './xml.ts';
import type { Parsed, XmlDraft, XmlElement } from './xml.ts';

export const REGINFO_TYPE = 'application/reginfo+xml';

const REGINFO = 'urn:ietf:params:xml:ns:reginfo';
const GRUU = 'urn:ietf:params:xml:ns:gruuinfo';

/** @rfc 3680 §5.3.3 */
export type ReginfoContactEvent =
  | 'registered'
  | 'created'
  | 'refreshed'
  | 'shortened'
  | 'expired'
  | 'deactivated'
  | 'probation'
  | 'unregistered'
  | 'rejected';

const CONTACT_EVENTS: readonly string[] = [
  'registered',
  'created',
  'refreshed',
  'shortened',
  'expired',
  'deactivated',
  'probation',
  'unregistered',
  'rejected',
];

/** One contact of a registration. @rfc 3680 §5.3.3 */
export interface ReginfoContact {
  readonly id: string;
  readonly state: 'active' | 'terminated';
  readonly event: ReginfoContactEvent;
  readonly uri: string;
  readonly durationRegisteredSec?: number;
  readonly expiresSec?: number;
  readonly retryAfterSec?: number;
  /** As written, `0.8`. */
  readonly q?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly displayName?: string;
  /** @rfc 5628 §6 */
  readonly pubGruu?: string;
}

/** What is registered for one address of record. @rfc 3680 §5.3.2 */
export interface ReginfoRegistration {
  readonly aor: string;
  readonly id: string;
  readonly state: 'init' | 'active' | 'terminated';
  readonly contacts: readonly ReginfoContact[];
}

/** @rfc 3680 §5.3.1 */
export interface Reginfo {
  readonly version: number;
  readonly state: 'full' | 'partial';
  readonly registrations: readonly ReginfoRegistration[];
}

/** Reads `application/reginfo+xml`. */
export function parseReginfo(text: string): Parsed<Reginfo> {
  return readBody<Reginfo>(text, 'reginfo', REGINFO, (root) => {
    const version = root.numberOf('version');
    const state = root.attribute('state');
    if (version === undefined) return 'reginfo has no version.';
    if (state !== 'full' && state !== 'partial') return 'The state of reginfo is neither full nor partial.';
    const registrations: ReginfoRegistration[] = [];
    for (const el of root.childrenOf('registration')) {
      const read = registration(el);
      if (typeof read === 'string') return read;
      registrations.push(read);
    }
    return { version, state, registrations };
  });
}

/** Writes `application/reginfo+xml`. */
export function formatReginfo(info: Reginfo): string {
  const hasGruu = info.registrations.some((r) => r.contacts.some((c) => c.pubGruu !== undefined));
  return formatXml(
    element(
      'reginfo',
      {
        xmlns: REGINFO,
        'xmlns:gr': hasGruu ? GRUU : undefined,
        version: info.version,
        state: info.state,
      },
      info.registrations.map((r) =>
        element('registration', { aor: r.aor, id: r.id, state: r.state }, r.contacts.map(contactDraft)),
      ),
    ),
  );
}

function contactDraft(c: ReginfoContact): XmlDraft {
  return element(
    'contact',
    {
      id: c.id,
      state: c.state,
      event: c.event,
      'duration-registered': c.durationRegisteredSec,
      expires: c.expiresSec,
      'retry-after': c.retryAfterSec,
      q: c.q,
      callid: c.callId,
      cseq: c.cseq,
    },
    [
      leaf('uri', c.uri),
      leaf('display-name', c.displayName),
      c.pubGruu === undefined ? undefined : element('gr:pub-gruu', { uri: c.pubGruu }),
    ],
  );
}

function registration(el: XmlElement): ReginfoRegistration | string {
  const aor = el.attribute('aor');
  const id = el.attribute('id');
  const state = el.attribute('state');
  if (aor === undefined || id === undefined) return 'A registration has no aor or no id.';
  if (state !== 'init' && state !== 'active' && state !== 'terminated') {
    return `The registration of ${aor} has no known state.`;
  }
  const contacts = el.childrenOf('contact').map(contact);
  const known = contacts.filter((c) => c !== undefined);
  if (known.length < contacts.length) return `A contact of ${aor} has no id, state, event or uri.`;
  return { aor, id, state, contacts: known };
}

function contact(el: XmlElement): ReginfoContact | undefined {
  const id = el.attribute('id');
  const state = el.attribute('state');
  const event = el.attribute('event') ?? '';
  const uri = el.textOf('uri');
  if (id === undefined || uri === undefined || !CONTACT_EVENTS.includes(event)) return undefined;
  if (state !== 'active' && state !== 'terminated') return undefined;
  return present<ReginfoContact>({
    id,
    state,
    event: event as ReginfoContactEvent,
    uri,
    durationRegisteredSec: el.numberOf('duration-registered'),
    expiresSec: el.numberOf('expires'),
    retryAfterSec: el.numberOf('retry-after'),
    q: el.attribute('q'),
    callId: el.attribute('callid'),
    cseq: el.numberOf('cseq'),
    displayName: el.textOf('display-name'),
    pubGruu: el.child('pub-gruu', GRUU)?.attribute('uri'),
  });
}
