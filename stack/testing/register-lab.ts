import type { Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import type { LimitHit } from '../core/limits.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import type { SipMessage } from '../message/message.ts';
import { createMemoryLocations, type MemoryLocations } from '../registrar/memory-locations.ts';
import { createRegistrar, type Registrar, type RegistrarOptions } from '../registrar/registrar.ts';
import { compose } from '../server/handler.ts';
import { options as optionsHandler } from '../server/handlers/options.ts';
import { register } from '../server/handlers/register.ts';
import { createAgentLab } from './agent-lab.ts';
import type { LintWatch } from './lint-watch.ts';
import type { LoopNetwork } from './loop-network.ts';
import type { ManualClock } from './manual-clock.ts';
import { RawPeer } from './raw-peer.ts';
import { requestBytes } from './sip-messages.ts';

/** What a hand-written REGISTER of alice says; what is left out is usual. */
export interface RawRegister {
  readonly aor?: string;
  readonly from?: string;
  readonly contacts?: readonly string[];
  readonly expires?: number | string;
  readonly callId?: string;
  /** One more than the last of the phone when left out. */
  readonly cseq?: number;
  readonly lines?: readonly string[];
  /** Further Via values below the phone's own: proxies on the way. */
  readonly vias?: readonly string[];
}

/** A user agent that registers by hand. */
export interface RawPhone {
  readonly peer: RawPeer;
  /** Sends and returns the response. */
  register(request?: RawRegister): Promise<SipMessage>;
}

/** A registrar at 10.0.0.1 for example.com, with a log of what happens to its bindings. */
export interface RegisterLab {
  readonly clock: ManualClock;
  readonly network: LoopNetwork;
  /** Judges what the registrar, and whoever else is tapped, says. */
  readonly lint: LintWatch;
  readonly agent: UserAgent;
  readonly store: MemoryLocations;
  readonly registrar: Registrar;
  /** `1000 alice created sip:a@10.0.0.2`, in order. */
  readonly log: string[];
  readonly limits: LimitHit[];
  phone(host: string, protocol?: Protocol): RawPhone;
  /** Contacts of an address of record, best first. */
  contacts(aor?: string): Promise<readonly string[]>;
  close(): Promise<void>;
}

const HOST = '10.0.0.1';
export const ALICE = 'sip:alice@example.com';

/** @param options - of the registrar, beyond the usual. */
export function createRegisterLab(options: Partial<RegistrarOptions> = {}): RegisterLab {
  const { clock, network, lint, agent: makeAgent } = createAgentLab('register');
  const store = createMemoryLocations({ clock });
  const log: string[] = [];
  const limits: LimitHit[] = [];
  store.onChange(({ aor, events }) => {
    for (const { kind, binding } of events)
      log.push(`${clock.now()} ${aor.slice(4, aor.indexOf('@'))} ${kind} ${binding.contactUri}`);
  });
  const registrar = createRegistrar({
    clock,
    ids: createIds('registrar'),
    store,
    domains: ['example.com'],
    onLimit: (hit) => limits.push(hit),
    ...options,
  });
  const agent = makeAgent(HOST, compose([register(registrar), optionsHandler()]));
  for (const protocol of ['tcp', 'tls', 'ws', 'wss'] as const)
    agent.addTransport(
      lint.tap(network.bind(protocol, { host: HOST, port: protocol === 'tls' ? 5061 : 5060 })),
    );
  const bound: RawPeer[] = [];
  let branches = 0;

  const phone = (host: string, protocol: Protocol = 'udp'): RawPhone => {
    const peer = new RawPeer(clock, network.bind(protocol, { host, port: 5060 }), {
      host: HOST,
      port: 5060,
    });
    bound.push(peer);
    let lastCseq = 0;
    return {
      peer,
      register: async (request = {}) => {
        const { aor = ALICE, contacts = [`<sip:a@${host}>`], expires, lines = [] } = request;
        lastCseq = request.cseq ?? lastCseq + 1;
        const heard = peer.received.length;
        peer.sendBytes(
          requestBytes('REGISTER', {
            uri: 'sip:example.com',
            protocol: protocol.toUpperCase(),
            sentBy: `${host}:5060`,
            branch: `z9hG4bK-register-${++branches}`,
            from: `<${request.from ?? aor}>;tag=f${branches}`,
            to: `<${aor}>`,
            callId: request.callId ?? `${host}-call`,
            cseq: lastCseq,
            headers: [
              ...(request.vias ?? []).map((via) => `Via: ${via}`),
              ...contacts.map((contact) => `Contact: ${contact}`),
              ...(expires === undefined ? [] : [`Expires: ${expires}`]),
              ...lines,
            ],
          }),
        );
        await clock.advanceAsync(0);
        const response = peer.received[heard];
        if (response === undefined) throw new Error('the registrar said nothing');
        return response;
      },
    };
  };

  return {
    clock,
    network,
    lint,
    agent,
    store,
    registrar,
    log,
    limits,
    phone,
    contacts: async (aor = ALICE) => (await store.bindings(aor)).map(({ contactUri }) => contactUri),
    close: async () => {
      agent.dispose();
      store.dispose();
      const transports = [...agent.context.listeners.transports, ...bound.map(({ transport }) => transport)];
      const closing = Promise.all(transports.map((transport) => transport.close()));
      await clock.advanceAsync(60_000);
      await closing;
      lint.expectClean();
    },
  };
}

/** `200 OK`. */
export function statusOf({ startLine }: SipMessage): string {
  return startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}` : 'no response';
}
