import { formatParam } from '../../message/params.ts';
import { parseUri } from '../../message/uri.ts';
import type { RequestDraft } from '../../message/draft.ts';
import type { Route } from '../../transaction/types.ts';
import type { AgentContext } from '../context.ts';
import type { HeaderLine } from '../header-line.ts';
import { outsideDraft, type OutsideIds } from '../outside-request.ts';
import type { RegistrationOptions } from './registration-types.ts';

/** What one REGISTER says beyond the options. */
export interface RegisterFacts {
  readonly ids: OutsideIds;
  /** 0 removes the contacts. */
  readonly expiresSec: number;
  /** The least that the registrar takes. */
  readonly leastExpiresSec: number;
  /** Removes every binding of the user, whoever made it. @rfc 3261 §10.2.2 */
  readonly isWildcard: boolean;
  /** Undefined without outbound. */
  readonly regId: number | undefined;
  readonly proxy: string | undefined;
}

/** The URIs of our contacts over a way. */
export function contactUris(
  context: AgentContext,
  options: RegistrationOptions,
  way: Route,
): readonly string[] {
  const { contactUri } = context.listeners.faceFor(way.transport, way.target.address.host);
  const { user } = parseUri(options.aor);
  const own = user === undefined ? contactUri : contactUri.replace(/^sip:[^@]*@/, () => `sip:${user}@`);
  return (options.contacts ?? [{}]).map(({ uri }) => uri ?? own);
}

/** A REGISTER without Via. @rfc 3261 §10.2 */
export function registerDraft(
  context: AgentContext,
  options: RegistrationOptions,
  facts: RegisterFacts,
  way: Route,
  extra: readonly HeaderLine[],
): RequestDraft {
  const { listeners } = context;
  const { proxy, expiresSec } = facts;
  const { allow } = listeners.capabilities;
  const headers: HeaderLine[] = [
    ...(proxy === undefined ? [] : [['Route', `<${proxy}>`] as const]),
    ['To', `<${options.aor}>`],
    ...contactLines(context, options, facts, way),
    ['Expires', String(expiresSec)],
    ['Supported', supportedTags(options, facts).join(', ')],
    ...(allow === undefined ? [] : [['Allow', allow] as const]),
    ...(options.headers ?? []),
    ...extra,
  ];
  const face = listeners.faceFor(way.transport, way.target.address.host);
  const from = options.from ?? options.aor;
  return outsideDraft(
    context,
    { method: 'REGISTER', target: options.registrar, from, headers },
    face,
    facts.ids,
  );
}

function supportedTags(options: RegistrationOptions, { regId }: RegisterFacts): readonly string[] {
  return ['path', ...(options.gruu === true ? ['gruu'] : []), ...(regId === undefined ? [] : ['outbound'])];
}

function contactLines(
  context: AgentContext,
  options: RegistrationOptions,
  facts: RegisterFacts,
  way: Route,
): HeaderLine[] {
  if (facts.isWildcard) return [['Contact', '*']];
  const { instanceId, contacts = [{}] } = options;
  return contactUris(context, options, way).map((uri, at) => {
    const { q, expiresSec, params = '' } = contacts[at] ?? {};
    let value = `<${uri}>`;
    if (q !== undefined) value += `;q=${q}`;
    if (expiresSec !== undefined && facts.expiresSec > 0)
      value += `;expires=${Math.max(expiresSec, facts.leastExpiresSec)}`;
    if (instanceId !== undefined) value += formatParam('+sip.instance', `<${instanceId}>`);
    if (facts.regId !== undefined) value += `;reg-id=${facts.regId}`;
    return ['Contact', value + params];
  });
}
