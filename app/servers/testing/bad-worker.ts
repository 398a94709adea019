import { parentPort, workerData } from 'node:worker_threads';
import { ManualClock } from '../../../stack/testing/manual-clock.ts';
import type { FromNode, NodeOrders, ToNode } from '../node-protocol.ts';
import { createOutbox } from '../worker-outbox.ts';

/* A worker that speaks the protocol of a node and then misbehaves; the name of the server says how. For tests of the watch over workers. */

const post = (message: FromNode): void => {
  parentPort?.postMessage(message);
};

/** Keeps the thread busy: no timer and no message gets through. */
function stall(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Captures that no timer ever sends, and then a last one. */
function capture(count: number): void {
  const outbox = createOutbox({ clock: new ManualClock(), level: 'info', post });
  const take = (number: number): void => {
    outbox.capture({
      direction: 'in',
      protocol: 'udp',
      local: { host: '127.0.0.1', port: 5060 },
      remote: { host: '127.0.0.1', port: 5061 },
      connectionId: undefined,
      atMs: number,
      wallMs: number,
      bytes: Buffer.alloc(500, `message ${number} `),
    });
  };
  for (let number = 1; number < count; number++) take(number);
  outbox.flush();
  take(count);
}

const misbehaviours: Readonly<Record<string, () => void>> = {
  'throws at once': () => {
    throw new Error('no such luck');
  },
  throws: () => {
    setImmediate(() => {
      throw new Error('divided by cucumber');
    });
  },
  exits: () => {
    setImmediate(() => process.exit(7));
  },
  'runs out of memory': () => {
    const hoard: number[][] = [];
    setImmediate(() => {
      for (;;) hoard.push(new Array<number>(100_000).fill(hoard.length));
    });
  },
  'stalls for a while': () => {
    setTimeout(() => {
      stall(400);
      post({ kind: 'step', step: 'awake' });
    }, 1);
  },
  'stalls for ever': () => {
    setTimeout(() => {
      stall(60_000);
    }, 1);
  },
  'refuses to stop': () => {
    setInterval(() => undefined, 1000);
  },
};

const { name: story } = (workerData as NodeOrders).config;
const [, count, name = story] = /^captures (\d+) messages, then (.*)$/.exec(story) ?? [];
if (count !== undefined) capture(Number(count));
if (name === 'throws at once') misbehaviours[name]?.();
post({ kind: 'log', lines: [{ atMs: 1, level: 'info', message: 'about to misbehave', fields: {} }] });
post({ kind: 'started', listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 5060 }] });
const beat = setInterval(() => {
  post({
    kind: 'stats',
    stats: { messages: 0, messagesPerSec: 0, activeCalls: 0, activeTransactions: 0, loopLagMs: 0 },
  });
}, 10);
parentPort?.on('message', (message: ToNode) => {
  if (message.kind !== 'stop' || name === 'refuses to stop') return;
  clearInterval(beat);
  post({ kind: 'stopped' });
  parentPort?.close();
});
misbehaviours[name]?.();
