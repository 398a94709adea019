import { describe, expect, it } from 'vitest';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import type { TransportWorld } from '../../testing/conformance/bench.ts';
import { describeTransport } from '../../testing/transport-conformance.ts';
import type { Address } from '../../core/address.ts';
import type { Transport } from '../transport.ts';
import { createDevCa } from './dev-ca.ts';
import { bindTcp } from './tcp.ts';
import { createTlsContext } from './tls-context.ts';
import { bindTls } from './tls.ts';
import { bindUdp } from './udp.ts';
import { bindMux, bindWs, bindWss } from './web-socket.ts';

const PATIENCE_MS = 4000;

function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|UDP/.test(name));
}

const ca = await createDevCa();
const tls = createTlsContext({
  certificates: [await ca.issue({ names: ['127.0.0.1', '::1'] })],
  ca: [ca.pem.certificate],
});

type Bind = (address: Address, options: { readonly clock: SystemClock }) => Promise<Transport>;

/** One half of a listener for both; the other half closes with it. */
async function bindHalf(
  half: 'sip' | 'webSocket',
  address: Address,
  options: Parameters<typeof bindMux>[1],
): Promise<Transport> {
  const mux = await bindMux(address, options);
  const other = half === 'sip' ? mux.webSocket : mux.sip;
  await other.close();
  return mux[half];
}

function makeWorld(bind: Bind, host: string, otherHost: string): TransportWorld {
  const clock = createSystemClock();
  const before = openSockets().length;
  return {
    clock,
    host,
    otherHost,
    bind: (port) => bind({ host, port }, { clock }),
    until: async (condition) => {
      const endMs = clock.now() + PATIENCE_MS;
      while (!condition()) {
        if (clock.now() > endMs) throw new Error(`still not after ${PATIENCE_MS} ms`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    leaks: () => [...openSockets().slice(before), ...(clock.pending > 0 ? [`${clock.pending} timers`] : [])],
  };
}

const BINDS: Readonly<Record<string, Bind>> = {
  udp: bindUdp,
  tcp: bindTcp,
  tls: (address, options) => bindTls(address, { ...options, tls }),
  ws: bindWs,
  wss: (address, options) => bindWss(address, { ...options, tls }),
  'mux tcp': (address, options) => bindHalf('sip', address, options),
  'mux ws': (address, options) => bindHalf('webSocket', address, options),
  'mux tls': (address, options) => bindHalf('sip', address, { ...options, tls }),
  'mux wss': (address, options) => bindHalf('webSocket', address, { ...options, tls }),
};

for (const [protocol, bind] of Object.entries(BINDS)) {
  for (const [host, otherHost] of [
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ] as const) {
    const make = (): Promise<TransportWorld> => Promise.resolve(makeWorld(bind, host, otherHost));
    describeTransport(`socket ${protocol} ${host}`, make, { describe, it, expect });
  }
}
