// What 10,000 bindings and 10,000 established calls cost in memory, beside Kamailio's own accounts of the same.
import { setTimeout as pause } from 'node:timers/promises';
import { startServer } from '../child.mjs';
import { runExchanges } from '../generator.mjs';
import { startKamailioWithDialogs } from '../kamailio.mjs';
import { openRoutedCalls } from '../routed-calls.mjs';
import { inCall, SDP } from './call.mjs';
import { siphond } from './options.mjs';
import { registration, USERS } from './register.mjs';

const WINDOW = 32;
/** Transactions absorb retransmissions for 32 s, ours and Kamailio's for less: what is measured is what stays. */
const SETTLE_MS = 36_000;

/** Octets for each of `USERS` that stay when everything else has gone. */
async function growth(starting, fill) {
  const server = await starting;
  try {
    const before = await server.memoryBytes();
    await fill(server);
    await pause(SETTLE_MS);
    return ((await server.memoryBytes()) - before) / USERS;
  } finally {
    await server.stop();
  }
}

const own = (mode, ...more) => {
  const [script, args, ready] = siphond(mode, ...more);
  return startServer(script, args, ready, ['--expose-gc']);
};

const bindings = (server) =>
  runExchanges({
    port: server.port,
    count: USERS,
    window: WINDOW,
    begin: (n) => registration(n, 1),
    react: (text) => ({ n: Number(/z9hG4bK-bench-(\d+)-/.exec(text)?.[1] ?? -1), send: [], isDone: true }),
  });

/** Calls that are answered and not ended. */
const calls = (server) =>
  runExchanges({
    port: server.port,
    count: USERS,
    window: WINDOW,
    begin: (n) => inCall('INVITE', n, 1, '', SDP),
    react: (text) => {
      if (!text.startsWith('SIP/2.0 200')) return undefined;
      const n = Number(/bench-call-(\d+)-/.exec(text)?.[1] ?? -1);
      const toTag = /\r\nTo:[^\r\n]*(;tag=[^\r\n;]+)/i.exec(text)?.[1] ?? '';
      return { n, send: [inCall('ACK', n, 1, toTag)], isDone: true };
    },
  });

const row = (id, title, yardstick, run) => ({
  id,
  title,
  unit: 'octets each',
  yardstick,
  goal: 'at most 4x',
  ratio: (value, beside) => value / beside,
  isMet: (ratio) => ratio <= 4,
  run,
});

export const rows = [
  row('memory-bindings', 'memory of 10,000 bindings', "Kamailio's usrloc", async () => ({
    yardstick: await growth(startKamailioWithDialogs(), bindings),
    value: await growth(own('registrar'), bindings),
  })),
  row(
    'memory-dialogs',
    'memory of 10,000 established calls, full-uas',
    "Kamailio's dialog module",
    async () => ({
      yardstick: await growth(startKamailioWithDialogs(), (server) => openRoutedCalls(server, USERS)),
      value: await growth(own('full-uas'), calls),
    }),
  ),
];
