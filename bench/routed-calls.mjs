// Calls through a server that sends them on: the generator is the caller and the registered callee on one socket.
import { createSocket } from 'node:dgram';
import { cpuPerOperation } from './child.mjs';
import { runExchanges } from './generator.mjs';

const WARM_UP = 4_000;
const MEASURED = 12_000;
const WINDOW = 24;

const SDP =
  'v=0\r\no=bench 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0 8 101\r\n' +
  'a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n';

const octets = (lines, body = '') =>
  Buffer.from(`${[...lines, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`, 'latin1');

/** Lines of a message with this name, as they stand. */
const linesOf = (text, name) => text.match(new RegExp(`^${name}:[^\\r]*`, 'gim')) ?? [];

const valueOf = (text, name) => (linesOf(text, name)[0] ?? '').slice(name.length + 1).trim();

const request = (own, uri, { method, n, cseq, to, routes = [], more = [], body = '' }) =>
  octets(
    [
      `${method} ${uri} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${own};branch=z9hG4bK-${method}-${n};rport`,
      'Max-Forwards: 70',
      ...routes,
      `From: "Bench" <sip:bench@127.0.0.1:${own}>;tag=bench${n}`,
      `To: ${to}`,
      `Call-ID: bench-call-${n}-@127.0.0.1`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:bench@127.0.0.1:${own}>`,
      'User-Agent: bench generator',
      ...more,
    ],
    body,
  );

/** What the callee answers. */
const response = (text, own, status, body = '') =>
  octets(
    [
      `SIP/2.0 ${status}`,
      ...linesOf(text, 'Via'),
      ...linesOf(text, 'Record-Route'),
      ...linesOf(text, 'From'),
      text.includes(';tag=callee') ? `To: ${valueOf(text, 'To')}` : `To: ${valueOf(text, 'To')};tag=callee`,
      ...linesOf(text, 'Call-ID'),
      ...linesOf(text, 'CSeq'),
      `Contact: <sip:bob@127.0.0.1:${own}>`,
      ...(body === '' ? [] : ['Content-Type: application/sdp']),
    ],
    body,
  );

function react(text, own, from) {
  if (text.startsWith('INVITE '))
    return {
      n: -1,
      send: [response(text, own, '180 Ringing'), response(text, own, '200 OK', SDP)],
      isDone: false,
    };
  if (text.startsWith('BYE ')) return { n: -1, send: [response(text, own, '200 OK')], isDone: false };
  // An empty datagram with which the server asks whether anybody listens here says nothing.
  if (text.trim() === '' || text.startsWith('ACK ') || text.startsWith('SIP/2.0 1')) return undefined;
  if (!text.startsWith('SIP/2.0 200')) throw new Error(`unexpected: ${text.split('\r\n', 1)[0]}`);
  const n = Number(/bench-call-(\d+)-/.exec(text)?.[1] ?? -1);
  const cseq = valueOf(text, 'CSeq');
  if (!cseq.endsWith(' INVITE')) return { n: n - from, send: [], isDone: true };
  const uri = /<([^>]*)>/.exec(valueOf(text, 'Contact'))?.[1] ?? '';
  const routes = linesOf(text, 'Record-Route')
    .reverse()
    .map((line) => line.replace(/^Record-Route/i, 'Route'));
  const dialog = { n, to: valueOf(text, 'To'), routes };
  return {
    n: n - from,
    send: [
      request(own, uri, { ...dialog, method: 'ACK', cseq: 1 }),
      request(own, uri, { ...dialog, method: 'BYE', cseq: 2 }),
    ],
    isDone: false,
  };
}

/** A port that is free on UDP now. */
async function freePort() {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise((resolve) => socket.close(resolve));
  return port;
}

const calleeAt = ({ port }) => `sip:bob@127.0.0.1:${port}`;

async function registerCallee(server, own) {
  const uri = calleeAt(server);
  const registration = request(own, `sip:127.0.0.1:${server.port}`, {
    method: 'REGISTER',
    n: 0,
    cseq: 1,
    to: `<${uri}>`,
    more: ['Expires: 3600'],
  });
  const binding = Buffer.from(
    registration
      .latin1Slice()
      .replace(/^From: .*$/m, `From: <${uri}>;tag=register`)
      .replace(`sip:bench@127.0.0.1:${own}>\r\nUser`, `sip:bob@127.0.0.1:${own}>\r\nUser`),
    'latin1',
  );
  await runExchanges({
    port: server.port,
    localPort: own,
    count: 1,
    window: 1,
    begin: () => binding,
    react: (text) => {
      if (!text.startsWith('SIP/2.0 200')) throw new Error(`not registered: ${text.split('\r\n', 1)[0]}`);
      return { n: 0, send: [], isDone: true };
    },
  });
}

const invite = (server, own, n) =>
  request(own, calleeAt(server), {
    method: 'INVITE',
    n,
    cseq: 1,
    to: `<${calleeAt(server)}>`,
    more: ['Content-Type: application/sdp'],
    body: SDP,
  });

/** Registers the callee and makes calls that nobody ends. @param server - as of `startServer`. */
export async function openRoutedCalls(server, count) {
  const own = await freePort();
  await registerCallee(server, own);
  await runExchanges({
    port: server.port,
    localPort: own,
    count,
    window: WINDOW,
    begin: (n) => invite(server, own, n),
    react: (text) => {
      const reaction = react(text, own, 0);
      if (reaction === undefined || reaction.send.length < 2 || text.startsWith('INVITE ')) return reaction;
      // The ACK without the BYE: the call stays.
      return { n: Number(/bench-call-(\d+)-/.exec(text)?.[1] ?? -1), send: [reaction.send[0]], isDone: true };
    },
  });
}

/** CPU microseconds of a server for one call from INVITE to the 200 of BYE. @param server - as of `startServer`. */
export async function routedCallCost(server) {
  const own = await freePort();
  await registerCallee(server, own);
  const calls = (count, from) =>
    runExchanges({
      port: server.port,
      localPort: own,
      count,
      window: WINDOW,
      begin: (n) => invite(server, own, from + n),
      react: (text) => react(text, own, from),
    });
  return cpuPerOperation(
    server,
    () => calls(WARM_UP, 0),
    () => calls(MEASURED, WARM_UP),
  );
}
