// REGISTER refreshed by 10,000 users, without and with digest: CPU of the server beside a bare echo of as many pairs of messages.
import { createHash } from 'node:crypto';
import { cpuPerOperation, startServer } from '../child.mjs';
import { runExchanges } from '../generator.mjs';
import { echo } from './options.mjs';

export const USERS = 10_000;
const WARM_UP = 3 * USERS;
const MEASURED = 6 * USERS;
const WINDOW = 32;

const md5 = (text) => createHash('md5').update(text, 'latin1').digest('hex');

/** About 650 octets. @param cseq - of this user. */
export const registration = (n, cseq, authorization = '') => {
  const user = n % USERS;
  return Buffer.from(
    `REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK-bench-${n}-${cseq};rport\r\nMax-Forwards: 70\r\n` +
      `From: "Bench User ${user}" <sip:user${user}@127.0.0.1>;tag=bench${user}\r\nTo: "Bench User ${user}" <sip:user${user}@127.0.0.1>\r\n` +
      `Call-ID: bench-register-${user}-of-many-users@127.0.0.1\r\nCSeq: ${cseq} REGISTER\r\n` +
      `Contact: <sip:user${user}@127.0.0.1:5071;transport=udp>;+sip.instance="<urn:uuid:00000000-0000-1000-8000-${String(user).padStart(12, '0')}>"\r\n` +
      `Expires: 3600\r\nAllow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO, MESSAGE, NOTIFY, REFER\r\n` +
      `Supported: path, replaces\r\nUser-Agent: bench generator of the workbench 1.0\r\n${authorization}Content-Length: 0\r\n\r\n`,
    'latin1',
  );
};

const numberOf = (text) => Number(/z9hG4bK-bench-(\d+)-/.exec(text)?.[1] ?? -1);
const firstCseq = (n) => 2 * Math.floor(n / USERS) + 1;

function authorization(user, challenge) {
  const nonce = /nonce="([^"]*)"/.exec(challenge)?.[1] ?? '';
  const opaque = /opaque="([^"]*)"/.exec(challenge)?.[1] ?? '';
  const uri = 'sip:127.0.0.1';
  const ha1 = md5(`user${user}:bench:secret`);
  const response = md5(`${ha1}:${nonce}:00000001:c:auth:${md5(`REGISTER:${uri}`)}`);
  return (
    `Authorization: Digest username="user${user}", realm="bench", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, ` +
    `cnonce="c", opaque="${opaque}", qop=auth, nc=00000001\r\n`
  );
}

/** A client: answers a challenge once, and wants a 200. */
function react(text) {
  const n = numberOf(text);
  if (text.startsWith('SIP/2.0 200')) return { n, send: [], isDone: true };
  if (!text.startsWith('SIP/2.0 401')) throw new Error(`unexpected answer: ${text.split('\r\n', 1)[0]}`);
  return { n, send: [registration(n, firstCseq(n) + 1, authorization(n % USERS, text))], isDone: false };
}

async function cost(server, reaction) {
  const exchanges = (count, from) =>
    runExchanges({
      port: server.port,
      count,
      window: WINDOW,
      begin: (n) => registration(from + n, firstCseq(from + n)),
      react: (text) => {
        const { n, ...rest } = reaction(text);
        return { ...rest, n: n - from };
      },
    });
  try {
    return await cpuPerOperation(
      server,
      () => exchanges(WARM_UP, 0),
      () => exchanges(MEASURED, WARM_UP),
    );
  } finally {
    await server.stop();
  }
}

const echoCost = async () =>
  cost(await startServer(...echo), (text) => ({ n: numberOf(text), send: [], isDone: true }));
const ours = async (kind) =>
  cost(await startServer('bench/register-server.mjs', [kind], /listening on udp 127\.0\.0\.1:(\d+)/), react);

const ratio = (value, yardstick) => value / yardstick;

export const rows = [
  {
    id: 'register',
    title: 'REGISTER refreshed, 10,000 users',
    unit: 'us CPU',
    yardstick: 'bare dgram echo',
    goal: 'at most 3.5x',
    ratio,
    isMet: (r) => r <= 3.5,
    run: async () => ({ yardstick: await echoCost(), value: await ours('plain') }),
  },
  {
    id: 'register-digest',
    title: 'the same with digest, 401 and 200',
    unit: 'us CPU',
    yardstick: 'bare dgram echo x 2 pairs of messages',
    goal: 'at most 4x',
    ratio,
    isMet: (r) => r <= 4,
    run: async () => ({ yardstick: 2 * (await echoCost()), value: await ours('digest') }),
  },
];
