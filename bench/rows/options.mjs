import { cpuPerOperation, startServer } from '../child.mjs';
import { runExchanges } from '../generator.mjs';

const WARM_UP = 30_000;
const MEASURED = 90_000;
const WINDOW = 32;

const request = (n) =>
  Buffer.from(
    `OPTIONS sip:siphon@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-bench-${n}-;rport\r\nMax-Forwards: 70\r\n` +
      `From: "Bench" <sip:bench@127.0.0.1:5071>;tag=bench${n}\r\nTo: <sip:siphon@127.0.0.1>\r\nCall-ID: bench-${n}@127.0.0.1\r\nCSeq: 1 OPTIONS\r\n` +
      'Contact: <sip:bench@127.0.0.1:5071>\r\nAccept: application/sdp\r\nUser-Agent: bench generator of the workbench 1.0\r\n' +
      'Supported: replaces, timer, path\r\nContent-Length: 0\r\n\r\n',
    'latin1',
  );

const react = (text) => {
  const n = Number(/z9hG4bK-bench-(\d+)-/.exec(text)?.[1] ?? -1);
  return { n, send: [], isDone: true };
};

async function cost(script, args, ready, offset) {
  const server = await startServer(script, args, ready);
  const exchanges = (count, from) =>
    runExchanges({
      port: server.port,
      count,
      window: WINDOW,
      begin: (n) => request(from + n),
      react: (t) => {
        const reaction = react(t);
        return { ...reaction, n: reaction.n - from };
      },
    });
  try {
    return await cpuPerOperation(
      server,
      () => exchanges(WARM_UP, offset),
      () => exchanges(MEASURED, offset + WARM_UP),
    );
  } finally {
    await server.stop();
  }
}

export const siphond = (mode, ...more) => [
  'bin/siphond.mjs',
  [
    '--mode',
    mode,
    '--udp-bind',
    '127.0.0.1:0',
    '--tcp-bind',
    'none',
    '--sips-bind',
    'none',
    '--log-level',
    'error',
    ...more,
  ],
  /listening on udp 127\.0\.0\.1:(\d+)/,
];
export const echo = ['bench/echo-server.mjs', [], /listening on udp 127\.0\.0\.1:(\d+)/];

export const rows = [
  {
    id: 'options',
    title: 'OPTIONS answered, minimal mode',
    unit: 'us CPU',
    yardstick: 'bare dgram echo',
    goal: 'at most 2.5x',
    ratio: (value, yardstick) => value / yardstick,
    isMet: (ratio) => ratio <= 2.5,
    run: async () => ({ yardstick: await cost(...echo, 0), value: await cost(...siphond('minimal'), 0) }),
  },
];
