import type { Registration } from '../../../stack/agent/registration/registration.ts';
import { createRegistration } from '../../../stack/agent/registration/registration.ts';
import { describeResult } from '../../../stack/agent/result.ts';
import { createUserAgent, type UserAgent } from '../../../stack/agent/user-agent.ts';
import type { OutgoingCall } from '../../../stack/agent/outgoing-call.ts';
import { singleAccount } from '../../../stack/auth/account.ts';
import { CredentialStore } from '../../../stack/auth/credential-store.ts';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { type Address, formatAddress } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import { makeOffer } from '../../../stack/sdp/offer-answer.ts';
import { compose } from '../../../stack/server/handler.ts';
import { call as takeCalls } from '../../../stack/server/handlers/call.ts';
import { options } from '../../../stack/server/handlers/options.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import type { LabPhone, LabPhoneName } from '../../contract/lab.ts';

/** How long a called phone rings before it answers. */
const RING_MS = 2000;
/** Where the descriptions say RTP would go: nothing listens there, the phones have no media. */
const MEDIA_PORT = 40_000;
const EXPIRES_SEC = 600;

export interface PhoneOptions {
  readonly name: LabPhoneName;
  readonly password: string;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Its own socket. */
  readonly transport: Transport;
  /** Where the registrar and proxy listens. */
  readonly proxy: Address;
}

/** A phone of the lab: registered at the proxy, answers what comes, calls when it is told to. */
export class Phone {
  readonly #options: PhoneOptions;
  readonly #agent: UserAgent;
  readonly #registration: Registration;
  readonly #changed = new Emitter<void>();

  constructor(options_: PhoneOptions) {
    const { name, password, clock, ids, transport } = options_;
    this.#options = options_;
    this.#agent = createUserAgent({
      clock,
      ids,
      identity: { product: `Siphon lab phone (${name})`, contactUser: name },
      credentials: new CredentialStore({ hashes: nodeHashes, ids, accounts: singleAccount(name, password) }),
    });
    this.#agent.addTransport(transport);
    this.#agent.serve(
      compose([options(), takeCalls({ isAccepting: true, ringMs: RING_MS, sdpProfile: 'audio-only' })]),
    );
    this.#registration = createRegistration(this.#agent, {
      registrar: `sip:${formatAddress(options_.proxy)}`,
      aor: this.aor,
      expiresSec: EXPIRES_SEC,
    });
    this.#registration.onChange(() => {
      this.#changed.emit();
    });
  }

  get aor(): string {
    return `sip:${this.#options.name}@${formatAddress(this.#options.proxy)}`;
  }

  get info(): LabPhone {
    const { name, transport } = this.#options;
    return { name, aor: this.aor, address: formatAddress(transport.local), state: this.#state };
  }

  onChanged(listener: () => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** @returns undefined when it is registered, else why it is not, in a few words. */
  register(): Promise<string | undefined> {
    return new Promise((resolve) => {
      const stop = this.#registration.onChange(({ state }) => {
        if (state.kind !== 'registered' && state.kind !== 'failed') return;
        stop();
        resolve(state.kind === 'failed' ? describeResult(state.result) : undefined);
      });
      this.#registration.start();
    });
  }

  /** @param target - a SIP URI. */
  call(target: string): OutgoingCall {
    const { transport, ids } = this.#options;
    return this.#agent.call({
      target,
      from: this.aor,
      sdp: makeOffer({
        host: transport.local.host,
        port: MEDIA_PORT,
        sessionId: String(ids.cseq()),
        version: 1,
      }),
    });
  }

  /** Takes its binding back, ends its calls and closes its socket, all within the time. */
  async stop(graceMs: number): Promise<void> {
    const { clock, transport } = this.#options;
    const isBound = this.#state === 'registered';
    const unregistered = isBound ? this.#registration.unregister() : Promise.resolve();
    await Promise.race([
      unregistered,
      new Promise<void>((resolve) => {
        clock.after(graceMs, resolve);
      }),
    ]);
    this.#registration.dispose();
    await this.#agent.stop(graceMs);
    await transport.close();
  }

  get #state(): LabPhone['state'] {
    switch (this.#registration.state.kind) {
      case 'registered':
      case 'refreshing':
        return 'registered';
      case 'failed':
        return 'failed';
      case 'registering':
        return 'registering';
      default:
        return 'waiting';
    }
  }
}
