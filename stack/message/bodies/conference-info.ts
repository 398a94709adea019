import { element, formatXml, leaf, present, readBody, wholeNumber } from './xml.ts';
import type { Parsed, XmlDraft, XmlElement } from './xml.ts';

export const CONFERENCE_INFO_TYPE = 'application/conference-info+xml';

const CONFERENCE_INFO = 'urn:ietf:params:xml:ns:conference-info';

/** Whether an element is told in full, in part, or is gone. @rfc 4575 §4.1 */
export type ConferencePartState = 'full' | 'partial' | 'deleted';

/** One device of a user. @rfc 4575 §5.7 */
export interface ConferenceEndpoint {
  readonly entity: string;
  readonly state?: ConferencePartState;
  readonly displayText?: string;
  /** `connected`, `on-hold`, `dialing-out` ... */
  readonly status?: string;
  /** `dialed-in`, `dialed-out`, `focus-owner`. */
  readonly joiningMethod?: string;
  readonly disconnectionMethod?: string;
}

/** @rfc 4575 §5.6 */
export interface ConferenceUser {
  readonly entity: string;
  readonly state?: ConferencePartState;
  readonly displayText?: string;
  readonly roles: readonly string[];
  readonly endpoints: readonly ConferenceEndpoint[];
}

/** @rfc 4575 §5.1 */
export interface ConferenceInfo {
  readonly entity: string;
  readonly version: number;
  readonly state: ConferencePartState;
  readonly subject?: string;
  readonly maxUserCount?: number;
  readonly userCount?: number;
  readonly isActive?: boolean;
  readonly isLocked?: boolean;
  readonly users: readonly ConferenceUser[];
}

/** Reads `application/conference-info+xml`. */
export function parseConferenceInfo(text: string): Parsed<ConferenceInfo> {
  return readBody<ConferenceInfo>(text, 'conference-info', CONFERENCE_INFO, (root) => {
    const entity = root.attribute('entity');
    // The default of RFC 4575 section 5.2; a document without version comes from outside of a subscription.
    const version = root.numberOf('version') ?? 0;
    if (entity === undefined) return 'conference-info has no entity.';
    const description = root.child('conference-description');
    const now = root.child('conference-state');
    return present<ConferenceInfo>({
      entity,
      version,
      state: partState(root) ?? 'full',
      subject: description?.textOf('subject'),
      maxUserCount: wholeNumber(description?.textOf('maximum-user-count')),
      userCount: wholeNumber(now?.textOf('user-count')),
      isActive: flag(now?.textOf('active')),
      isLocked: flag(now?.textOf('locked')),
      users: (root.child('users')?.childrenOf('user') ?? []).map(user),
    });
  });
}

/** Writes `application/conference-info+xml`. */
export function formatConferenceInfo(info: ConferenceInfo): string {
  const { entity, version, state, subject, maxUserCount, userCount, isActive, isLocked } = info;
  return formatXml(
    element('conference-info', { xmlns: CONFERENCE_INFO, entity, state, version }, [
      some('conference-description', [leaf('subject', subject), leaf('maximum-user-count', maxUserCount)]),
      some('conference-state', [
        leaf('user-count', userCount),
        leaf('active', isActive?.toString()),
        leaf('locked', isLocked?.toString()),
      ]),
      some('users', info.users.map(userDraft)),
    ]),
  );
}

/** Nothing when nothing is inside. */
function some(name: string, children: XmlDraft['children']): XmlDraft | undefined {
  return children.every((c) => c === undefined) ? undefined : element(name, {}, children);
}

function userDraft(u: ConferenceUser): XmlDraft {
  return element('user', { entity: u.entity, state: u.state }, [
    leaf('display-text', u.displayText),
    some(
      'roles',
      u.roles.map((role) => leaf('entry', role)),
    ),
    ...u.endpoints.map((e) =>
      element('endpoint', { entity: e.entity, state: e.state }, [
        leaf('display-text', e.displayText),
        leaf('status', e.status),
        leaf('joining-method', e.joiningMethod),
        leaf('disconnection-method', e.disconnectionMethod),
      ]),
    ),
  ]);
}

function user(el: XmlElement): ConferenceUser {
  return present<ConferenceUser>({
    entity: el.attribute('entity') ?? '',
    state: partState(el),
    displayText: el.textOf('display-text'),
    roles: (el.child('roles')?.childrenOf('entry') ?? []).map((e) => e.text),
    endpoints: el.childrenOf('endpoint').map(endpoint),
  });
}

function endpoint(el: XmlElement): ConferenceEndpoint {
  return present<ConferenceEndpoint>({
    entity: el.attribute('entity') ?? '',
    state: partState(el),
    displayText: el.textOf('display-text'),
    status: el.textOf('status'),
    joiningMethod: el.textOf('joining-method'),
    disconnectionMethod: el.textOf('disconnection-method'),
  });
}

function partState(el: XmlElement): ConferencePartState | undefined {
  const state = el.attribute('state');
  return state === 'full' || state === 'partial' || state === 'deleted' ? state : undefined;
}

function flag(text: string | undefined): boolean | undefined {
  if (text === 'true' || text === '1') return true;
  return text === 'false' || text === '0' ? false : undefined;
}
