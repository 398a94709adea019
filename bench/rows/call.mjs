import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuPerOperation, startServer } from '../child.mjs';
import { runExchanges } from '../generator.mjs';
import { echo, siphond } from './options.mjs';

const WARM_UP = 8_000;
const MEASURED = 15_000;
const WINDOW = 24;
/** INVITE 100 180 200 ACK BYE 200: seven messages, three and a half times in and out. */
const PAIRS_PER_CALL = 3.5;

export const SDP =
  'v=0\r\no=bench 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n' +
  'a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n';

export const inCall = (method, n, cseq, toTag, body = '') =>
  Buffer.from(
    `${method} sip:siphon@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-${method}-${n}-;rport\r\nMax-Forwards: 70\r\n` +
      `From: "Bench" <sip:bench@127.0.0.1:5071>;tag=bench${n}\r\nTo: <sip:siphon@127.0.0.1>${toTag}\r\nCall-ID: bench-call-${n}-@127.0.0.1\r\n` +
      `CSeq: ${cseq} ${method}\r\nContact: <sip:bench@127.0.0.1:5071>\r\nUser-Agent: bench generator\r\n` +
      (body === '' ? '' : 'Content-Type: application/sdp\r\n') +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
    'latin1',
  );

/** A caller: ACK and BYE at once on 200. */
function react(text) {
  const n = Number(/bench-call-(\d+)-/.exec(text)?.[1] ?? -1);
  if (!text.startsWith('SIP/2.0 200')) {
    if (!text.startsWith('SIP/2.0 1')) throw new Error(`unexpected answer: ${text.split('\r\n', 1)[0]}`);
    return undefined;
  }
  if (text.includes(' BYE\r\n')) return { n, send: [], isDone: true };
  const toTag = /\r\nTo:[^\r\n]*(;tag=[^\r\n;]+)/i.exec(text)?.[1] ?? '';
  return { n, send: [inCall('ACK', n, 1, toTag), inCall('BYE', n, 2, toTag)], isDone: false };
}

async function callCost(...more) {
  const server = await startServer(...siphond('full-uas', ...more));
  const calls = (count, from) =>
    runExchanges({
      port: server.port,
      count,
      window: WINDOW,
      begin: (n) => inCall('INVITE', from + n, 1, '', SDP),
      react: (text) => {
        const reaction = react(text);
        return reaction === undefined ? undefined : { ...reaction, n: reaction.n - from };
      },
    });
  try {
    return await cpuPerOperation(
      server,
      () => calls(WARM_UP, 0),
      () => calls(MEASURED, WARM_UP),
    );
  } finally {
    await server.stop();
  }
}

async function echoCost() {
  const server = await startServer(...echo);
  const exchanges = (count, from) =>
    runExchanges({
      port: server.port,
      count,
      window: WINDOW,
      begin: (n) => inCall('INVITE', from + n, 1, ''),
      react: (text) => ({
        n: Number(/bench-call-(\d+)-/.exec(text)?.[1] ?? -1) - from,
        send: [],
        isDone: true,
      }),
    });
  try {
    return await cpuPerOperation(
      server,
      () => exchanges(30_000, 0),
      () => exchanges(60_000, 30_000),
    );
  } finally {
    await server.stop();
  }
}

async function captureCost() {
  const dir = mkdtempSync(join(tmpdir(), 'siphon-bench-'));
  try {
    return await callCost('--capture', join(dir, 'bench.pcapng'));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const ratio = (value, yardstick) => value / yardstick;

export const rows = [
  {
    id: 'call',
    title: 'call answered by full-uas',
    unit: 'us CPU',
    yardstick: 'bare dgram echo x 3.5 pairs of messages',
    goal: 'at most 4x',
    ratio,
    isMet: (r) => r <= 4,
    run: async () => ({ yardstick: PAIRS_PER_CALL * (await echoCost()), value: await callCost() }),
  },
  {
    id: 'capture',
    title: 'the same call, captured to a file',
    unit: 'us CPU',
    yardstick: 'without capture',
    goal: 'at most 1.15x',
    ratio,
    isMet: (r) => r <= 1.15,
    run: async () => ({ yardstick: await callCost(), value: await captureCost() }),
  },
];
