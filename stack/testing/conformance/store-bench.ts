import type { Clock } from '../../core/clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import type { SipMessage } from '../../message/message.ts';
import type { Binding } from '../../registrar/location.ts';
import type { LocationChange, LocationStore, StoredBinding } from '../../registrar/location-store.ts';
import { createRegistrar, type RegisterAnswer, type Registrar } from '../../registrar/registrar.ts';
import type { Incoming } from '../../transaction/types.ts';
import { LoopNetwork } from '../loop-network.ts';
import { ManualClock } from '../manual-clock.ts';
import { request } from '../sip-messages.ts';
import type { TestKit } from './bench.ts';

/** One kind of location store; made anew and empty for every test. */
export interface StoreWorld {
  readonly clock: Clock;
  /** Opens the store as one more process would. A store of one process only gives the same one again. */
  open(): Promise<LocationStore>;
  /** Lets time go on until the condition holds; rejects when it never does. */
  until(condition: () => boolean | Promise<boolean>): Promise<void>;
  /** Closes every store that was opened. */
  close(): Promise<void>;
}

/** A REGISTER of alice; what is left out is usual. */
export interface StoreRegister {
  readonly contacts?: readonly string[];
  readonly callId?: string;
  readonly cseq?: number;
  readonly lines?: readonly string[];
  readonly aor?: string;
}

/** A process on the store. */
export interface StoreProcess {
  readonly store: LocationStore;
  readonly registrar: Registrar;
  /** `created sip:a@10.0.0.2`, in order. */
  readonly log: string[];
  readonly changes: LocationChange[];
  readonly register: (request?: StoreRegister) => Promise<RegisterAnswer>;
  /** Contacts of a user, best first. */
  readonly contacts: (aor?: string) => Promise<readonly string[]>;
}

/** What a case works with. */
export interface StoreBench {
  readonly world: StoreWorld;
  readonly expect: TestKit['expect'];
  /** Starts a process on the store. */
  readonly process: () => Promise<StoreProcess>;
}

/** One rule of the contract. */
export type StoreCase = readonly [name: string, run: (bench: StoreBench) => Promise<void>];

export const ALICE = 'sip:alice@example.com';
export const MAX_BINDINGS = 4;

/** A keyed hash good enough for a test. */
const hmac = (text: string): string => {
  let sum = 17;
  for (const sign of text) sum = (Math.imul(sum, 31) + sign.charCodeAt(0)) >>> 0;
  return sum.toString(16).padStart(8, '0').repeat(8);
};

const network = new LoopNetwork({ clock: new ManualClock(), ids: createIds('store-bench') });
const transport = network.bind('tcp', { host: '10.0.0.1', port: 5060 });

/** A registrar on a store, with a log of what the store tells. @param place - which process it is. */
export function startProcess(store: LocationStore, clock: Clock, place: number): StoreProcess {
  const ids = createIds(`process-${place}`);
  const changes: LocationChange[] = [];
  const log: string[] = [];
  store.onChange((change) => {
    changes.push(change);
    for (const { kind, binding } of change.events) log.push(`${kind} ${binding.contactUri}`);
  });
  const registrar = createRegistrar({
    clock,
    ids,
    store,
    minExpiresSec: 1,
    maxExpiresSec: 3600,
    maxBindings: MAX_BINDINGS,
    gruu: { hmac },
    outbound: {},
  });
  return {
    store,
    registrar,
    log,
    changes,
    register: async (asked = {}) => registrar.register(incomingOf(asked)),
    contacts: async (aor = ALICE) => (await store.bindings(aor)).map(({ contactUri }) => contactUri),
  };
}

function incomingOf(asked: StoreRegister): Incoming {
  const { aor = ALICE, contacts = ['<sip:a@10.0.0.2>'], callId = 'call', cseq = 1, lines = [] } = asked;
  const message: SipMessage = request('REGISTER', {
    from: `<${aor}>;tag=f`,
    to: `<${aor}>`,
    callId,
    cseq,
    headers: [...contacts.map((contact) => `Contact: ${contact}`), ...lines],
  });
  const from = { host: '10.0.0.2', port: 5060 };
  return {
    message,
    transport,
    received: { bytes: message.bytes, from, to: transport.local, atMs: 0, connectionId: 'tcp-1' },
  };
}

/** Values of Contact in an answer, without the time that is left. */
export function listed({ headers = [] }: RegisterAnswer): readonly string[] {
  return headers.filter(([name]) => name === 'Contact').map(([, value]) => value.replace(/;expires=\d+/, ''));
}

/** A binding with everything that a binding can have. @param wallMs - now. */
export function fullBinding(wallMs: number, more: Partial<StoredBinding> = {}): StoredBinding {
  const flow: Binding['flow'] = {
    protocol: 'ws',
    local: { host: '2001:db8::1', port: 8080 },
    remote: { host: '10.0.0.2', port: 5555 },
    connectionId: 'ws-7',
  };
  return {
    id: 'id-1',
    aor: ALICE,
    contactUri: 'sip:al%20ice@10.0.0.2;transport=ws',
    // UTF-8 in octet text, and every sign that has a meaning in JSON, SQL or Lua.
    displayName: 'Al\xc3\xafce "\\\' $1 %s \x00\x1f\x7f\x80\xff',
    q: 0.123,
    params: ';methods="INVITE"',
    expiresAtMs: wallMs + 60_000.25,
    registeredAtMs: wallMs - 1000.5,
    updatedAtMs: wallMs,
    callId: 'call@10.0.0.2',
    cseq: 2 ** 31 - 1,
    path: ['<sip:one@10.0.0.3;lr>', '"P, \xe4" <sip:10.0.0.4;lr>;x=y'],
    instanceId: 'urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF',
    regId: 7,
    userAgent: '',
    flow,
    ...more,
  };
}
