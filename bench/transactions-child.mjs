// 100,000 live client transactions in a process of its own, over a real UDP socket to a peer that says nothing: how long does the event loop
// keep others waiting, first while nothing happens, then while all of them are alive and retransmit.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createRandomIds } from '../stack/core/node/random-ids.ts';
import { createSystemClock } from '../stack/core/node/system-clock.ts';
import { parseMessage } from '../stack/message/parse.ts';
import { bindUdp } from '../stack/transport/node/udp.ts';
import { TransactionLayer } from '../stack/transaction/layer.ts';
import { DEFAULT_TIMING } from '../stack/transaction/types.ts';

const LIVE = 100_000;
const MEASURED_MS = 8000;
const RESOLUTION_MS = 1;
const BATCH = 200;

async function delayP99Ms() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  await pause(MEASURED_MS);
  histogram.disable();
  return histogram.percentile(99) / 1e6 - RESOLUTION_MS;
}

const request = (n, port) =>
  Buffer.from(
    `OPTIONS sip:peer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:${port};branch=z9hG4bK-bench-${n};rport\r\nMax-Forwards: 70\r\n` +
      `From: <sip:bench@127.0.0.1>;tag=b${n}\r\nTo: <sip:peer@127.0.0.1>\r\nCall-ID: bench-${n}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n`,
    'latin1',
  );

const silent = createSocket('udp4').bind(0, '127.0.0.1');
await once(silent, 'listening');
const clock = createSystemClock();
const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
const core = { onRequest: () => undefined, onAck: () => undefined, onStrayResponse: () => undefined };
const layer = new TransactionLayer({
  clock,
  ids: createRandomIds(),
  timing: DEFAULT_TIMING,
  core,
  maxClientTransactions: LIVE,
});
const user = { onResponse: () => undefined, onTimeout: () => undefined, onTransportFailed: () => undefined };
const route = { transport, target: { address: { host: '127.0.0.1', port: silent.address().port } } };

const idleMs = await delayP99Ms();
for (let n = 0; n < LIVE; n++) {
  const bytes = request(n, transport.local.port);
  layer.request(bytes, parseMessage(bytes), route, user);
  if (n % BATCH === 0) await pause(1);
}
const busyMs = await delayP99Ms();
const live = layer.stats.clientTransactions;
layer.dispose();
await transport.close();
silent.close();
clock.dispose();
if (live < LIVE) throw new Error(`only ${live} transactions were alive`);
process.send({ value: busyMs, yardstick: idleMs });
