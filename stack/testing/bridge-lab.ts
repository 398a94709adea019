import { expect } from 'vitest';
import type { CallOptions } from '../agent/call-options.ts';
import type { Handler, Reply, ServerRequest } from '../agent/handler.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import { describeResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import type { UserAgent, UserAgentOptions } from '../agent/user-agent.ts';
import { createBridge, type Bridge } from '../b2bua/bridge.ts';
import type { BridgeEnd } from '../b2bua/bridged-call.ts';
import type { BridgeOptions } from '../b2bua/options.ts';
import type { Protocol } from '../core/address.ts';
import { createAgentLab, type AgentLab } from './agent-lab.ts';
import type { RawPeer } from './raw-peer.ts';

/** Descriptions of both sides, told apart by their ports. */
export const sdpOfPort = (port: number, version = 1): string =>
  `v=0\r\no=u${port} 1 ${version} IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`;

export const CALLER_SDP = sdpOfPort(4000);
export const CALLEE_SDP = sdpOfPort(5000);
export const SDP_LINE = 'Content-Type: application/sdp';

const BRIDGE_HOST = '10.0.0.1';
const CALLEE_HOST = '10.0.0.2';
const CALLER_HOST = '10.0.0.9';

/** One of our agents as a phone: what it is asked is answered by `answers`, and written down. */
export interface ScriptedPhone {
  readonly ua: UserAgent;
  readonly requests: ServerRequest[];
  /** The latest request. */
  readonly last: () => ServerRequest;
  /** Its only call. */
  readonly session: () => Session;
  readonly answer: (status: number, reply?: Reply) => void;
}

export interface BridgeLab extends AgentLab {
  readonly hub: UserAgent;
  readonly bridge: Bridge;
  /** `500 ended by caller: …` */
  readonly ends: string[];
  /** What callers heard: `500 180`, `600 answered`, ... */
  readonly heard: string[];
  readonly phone: (
    host: string,
    answers?: (request: ServerRequest) => void,
    protocol?: Protocol,
    options?: Partial<UserAgentOptions>,
  ) => ScriptedPhone;
  /** A peer with a pen on either side. */
  readonly rawCaller: () => RawPeer;
  readonly rawCallee: (host?: string) => RawPeer;
  /** A phone calls through the bridge. */
  readonly dial: (from: ScriptedPhone, options?: Partial<CallOptions>) => OutgoingCall;
  /** Nothing is left of anything once all has run out. */
  readonly expectNothingLeft: (...agents: UserAgent[]) => void;
  /** The same where connections were used: closes everything. */
  readonly expectClosed: (...agents: UserAgent[]) => Promise<void>;
}

/** Listeners of the bridge. */
const LISTENERS: readonly (readonly [Protocol, number])[] = [
  ['tcp', 5060],
  ['tls', 5061],
  ['ws', 8080],
];

/** Port and transport parameter by which a phone is reached. */
const WAYS: Readonly<Record<Protocol, readonly [port: number, param: string]>> = {
  udp: [5060, ''],
  tcp: [5060, ';transport=tcp'],
  tls: [5061, ';transport=tls'],
  ws: [8080, ';transport=ws'],
  wss: [8443, ';transport=wss'],
};

/** URI of the callee over a transport. */
export const calleeUri = (protocol: Protocol = 'udp', host = CALLEE_HOST): string => {
  const [port, param] = WAYS[protocol];
  return `sip:bob@${host}:${port}${param}`;
};

/** URI of the bridge over a transport. */
export const bridgeUri = (protocol: Protocol = 'udp'): string => {
  const [port, param] = WAYS[protocol];
  return `sip:bob@${BRIDGE_HOST}:${port}${param}`;
};

/** A bridge at 10.0.0.1 that sends every call to 10.0.0.2 unless the options say otherwise. */
export const createBridgeLab = (
  options: Partial<BridgeOptions> = {},
  agentOptions: Partial<UserAgentOptions> = {},
): BridgeLab => {
  const lab = createAgentLab('bridge');
  const { clock, network, lint } = lab;
  const hub = lab.agent(BRIDGE_HOST, undefined, agentOptions);
  for (const [protocol, port] of LISTENERS)
    hub.addTransport(lint.tap(network.bind(protocol, { host: BRIDGE_HOST, port })));
  const bridge = createBridge({ agent: hub, route: () => ({ targets: [{ uri: calleeUri() }] }), ...options });
  hub.serve(bridge);
  const ends: string[] = [];
  const heard: string[] = [];
  bridge.onCall((call) => {
    call.onEnded((end) => ends.push(`${clock.now()} ${describeEnd(end)}`));
  });
  const phone: BridgeLab['phone'] = (host, answers = () => undefined, protocol = 'udp', more = {}) => {
    const requests: ServerRequest[] = [];
    const handler: Handler = {
      name: 'phone',
      methods: [
        'INVITE',
        'ACK',
        'CANCEL',
        'BYE',
        'PRACK',
        'UPDATE',
        'INFO',
        'OPTIONS',
        'MESSAGE',
        'REFER',
        'NOTIFY',
      ],
      supported: ['100rel', 'timer'],
      explain: () => 'Writes down what is asked.',
      handle: (request) => {
        requests.push(request);
        answers(request);
      },
    };
    const ua = lab.agent(host, handler, more);
    if (protocol !== 'udp')
      ua.addTransport(lint.tap(network.bind(protocol, { host, port: WAYS[protocol][0] })));
    const last = (): ServerRequest => {
      const request = requests.at(-1);
      if (request === undefined) throw new Error(`${host} was asked nothing`);
      return request;
    };
    return {
      ua,
      requests,
      last,
      session: () => {
        const [session] = ua.sessions;
        if (session === undefined) throw new Error(`${host} has no call`);
        return session;
      },
      answer: (status, reply) => {
        last().respond(status, reply);
        clock.advance(0);
      },
    };
  };
  return {
    ...lab,
    hub,
    bridge,
    ends,
    heard,
    phone,
    rawCaller: () => lab.peer(CALLER_HOST),
    rawCallee: (host = CALLEE_HOST) => lab.peer(host),
    dial: (from, call) => {
      const made = from.ua.call({ target: bridgeUri(), sdp: CALLER_SDP, ...call });
      made.onProvisional(({ status }) => {
        if (status > 100) heard.push(`${clock.now()} ${status}`);
      });
      made.onAnswered(() => heard.push(`${clock.now()} answered`));
      made.onFailed((result) => heard.push(`${clock.now()} ${describeResult(result)}`));
      made.onEnded(({ by }) => heard.push(`${clock.now()} ended by ${by}`));
      clock.advance(0);
      return made;
    },
    expectNothingLeft: (...agents) => {
      clock.runAll(2_000_000);
      expect(bridge.calls).toEqual([]);
      for (const agent of [hub, ...agents])
        expect(agent.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
      expect(clock.pending).toBe(0);
    },
    expectClosed: async (...agents) => {
      await clock.advanceAsync(40_000);
      expect(bridge.calls).toEqual([]);
      for (const agent of [hub, ...agents]) {
        expect(agent.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
        agent.dispose();
        for (const transport of agent.context.listeners.transports) await transport.close();
      }
      await clock.advanceAsync(60_000);
      expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
    },
  };
};

/** A bridge lab with a phone on either side. */
export const twoPhones = (...options: Parameters<typeof createBridgeLab>) => {
  const lab = createBridgeLab(...options);
  return { ...lab, alice: lab.phone(CALLER_HOST), bob: lab.phone(CALLEE_HOST) };
};

/** Two phones in a call through the bridge. */
export const bridged = (...options: Parameters<typeof createBridgeLab>) => {
  const lab = twoPhones(...options);
  const call = lab.dial(lab.alice);
  lab.bob.answer(200, { body: CALLEE_SDP });
  lab.heard.splice(0);
  lab.bob.requests.splice(0);
  return { ...lab, call };
};

const describeEnd = ({ by, status, reason }: BridgeEnd): string =>
  `ended by ${by}${status === undefined ? '' : ` with ${status}`}: ${reason}`;

/** The body of a message as text. */
export const bodyOf = ({ message }: ServerRequest): string => {
  const { bytes, body } = message;
  return String.fromCharCode(...bytes.subarray(body.start, body.end));
};
