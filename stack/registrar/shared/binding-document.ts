import type { Address, Protocol } from '../../core/address.ts';
import type { BindingFlow } from '../location.ts';
import { byPreference, LocationStoreError, type StoredBinding } from '../location-store.ts';

/** The bindings of one address of record, as a database keeps them. */
export interface BindingDocument {
  readonly aor: string;
  readonly bindings: readonly StoredBinding[];
}

/** Writes JSON in ASCII, so that no database and no encoding can change an octet of it. */
export function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The key of an address of record: itself, with escapes for what is not ASCII. */
export function keyOf(aor: string): string {
  return asciiJson(aor).slice(1, -1);
}

/** @param self - who writes: the holder of the flows that have no other. @returns undefined when there are no bindings. */
export function formatDocument({ aor, bindings }: BindingDocument, self: string): string | undefined {
  if (bindings.length === 0) return undefined;
  return asciiJson({
    aor,
    bindings: [...bindings].sort(byPreference).map(({ flow, ...rest }) => ({
      ...rest,
      aor: undefined,
      flow: flow && { ...flow, holder: flow.holder ?? self },
    })),
  });
}

/**
 * Reads what {@link formatDocument} has written, in this process or in another one.
 * @param self - who reads: its own flows are without a holder.
 * @throws LocationStoreError code 'corrupt' for anything else.
 */
export function parseDocument(text: string, self: string): BindingDocument {
  try {
    const { aor, bindings } = record(JSON.parse(text), 'a document');
    const owner = string(aor, 'aor');
    return { aor: owner, bindings: list(bindings, 'bindings').map((item) => bindingOf(item, owner, self)) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new LocationStoreError('corrupt', `What is stored are no bindings: ${why}.`, { cause });
  }
}

function bindingOf(value: unknown, aor: string, self: string): StoredBinding {
  const item = record(value, 'a binding');
  return {
    id: string(item['id'], 'id'),
    aor,
    contactUri: string(item['contactUri'], 'contactUri'),
    displayName: optional(item['displayName'], 'displayName', string),
    q: number(item['q'], 'q'),
    params: string(item['params'], 'params'),
    expiresAtMs: number(item['expiresAtMs'], 'expiresAtMs'),
    registeredAtMs: number(item['registeredAtMs'], 'registeredAtMs'),
    updatedAtMs: number(item['updatedAtMs'], 'updatedAtMs'),
    callId: string(item['callId'], 'callId'),
    cseq: number(item['cseq'], 'cseq'),
    path: list(item['path'], 'path').map((hop) => string(hop, 'path')),
    instanceId: optional(item['instanceId'], 'instanceId', string),
    regId: optional(item['regId'], 'regId', number),
    userAgent: optional(item['userAgent'], 'userAgent', string),
    flow: optional(item['flow'], 'flow', (flow) => flowOf(flow, self)),
  };
}

const PROTOCOLS: readonly string[] = ['udp', 'tcp', 'tls', 'ws', 'wss'] satisfies readonly Protocol[];

function flowOf(value: unknown, self: string): BindingFlow {
  const flow = record(value, 'flow');
  const protocol = string(flow['protocol'], 'protocol');
  if (!isProtocol(protocol)) throw new Error(`${protocol} is no protocol`);
  const holder = string(flow['holder'], 'holder');
  return {
    protocol,
    local: addressOf(flow['local']),
    remote: addressOf(flow['remote']),
    connectionId: optional(flow['connectionId'], 'connectionId', string),
    ...(holder === self ? {} : { holder }),
  };
}

function isProtocol(text: string): text is Protocol {
  return PROTOCOLS.includes(text);
}

function addressOf(value: unknown): Address {
  const { host, port } = record(value, 'an address');
  return { host: string(host, 'host'), port: number(port, 'port') };
}

function record(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new Error(`${what} is expected where there is ${shown(value)}`);
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new Error(`${what} is no list`);
}

function string(value: unknown, what: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`${what} is ${shown(value)}, not a text`);
}

function number(value: unknown, what: string): number {
  if (typeof value === 'number') return value;
  throw new Error(`${what} is ${shown(value)}, not a number`);
}

function optional<T>(value: unknown, what: string, read: (value: unknown, what: string) => T): T | undefined {
  return value === undefined ? undefined : read(value, what);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 40);
}
