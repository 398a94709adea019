import type { CallOptions } from '../agent/call-options.ts';
import type { Handler, Reply, ServerRequest } from '../agent/handler.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import { describeResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import type { UserAgent, UserAgentOptions } from '../agent/user-agent.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { createAgentLab } from './agent-lab.ts';
import type { LintWatch } from './lint-watch.ts';
import type { LoopNetwork } from './loop-network.ts';
import type { ManualClock } from './manual-clock.ts';
import type { RawPeer, RawRequest } from './raw-peer.ts';

/** The peer's description, and ours. */
export const PEER_SDP = 'v=0\r\no=peer 1 1 IN IP4 10.0.0.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
export const OUR_SDP = 'v=0\r\no=us 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';

/** Line of a message that carries a description. */
export const SDP_LINE = 'Content-Type: application/sdp';
export const PEER_CONTACT = 'Contact: <sip:peer@10.0.0.9:5060>';

/** One of our agents, whose handler does what the test says, and a peer that does too. */
export interface CallLab {
  readonly clock: ManualClock;
  readonly network: LoopNetwork;
  readonly lint: LintWatch;
  readonly ua: UserAgent;
  readonly peer: RawPeer;
  /** What the handler was asked, in order. */
  readonly requests: readonly ServerRequest[];
  /** Answers a request the handler was asked; negative numbers count from the end. */
  readonly answer: (at: number, status: number, reply?: Reply) => void;
  /** Our tag in the latest message of ours. */
  readonly ourTag: () => string;
  /** The peer calls; the rest is up to the test. */
  readonly invite: (request?: Partial<RawRequest>) => void;
  /** An answered and acknowledged call of the peer. @returns our tag. */
  readonly answered: () => string;
  /** We call the peer; what is told of the call is in `events`. */
  readonly dial: (options?: Partial<CallOptions>) => OutgoingCall;
  /** A call of ours that the peer has answered. */
  readonly dialled: (options?: Partial<CallOptions>, lines?: readonly string[]) => OutgoingCall;
  /** `500 180`, `1000 answered`, … */
  readonly events: string[];
  /** The only call there is. */
  readonly session: () => Session;
}

/** @param answers - what the handler does at once with a request. */
export function createCallLab(
  answers: (request: ServerRequest) => void = () => undefined,
  options: Partial<UserAgentOptions> & { readonly handler?: Partial<Handler> } = {},
): CallLab {
  const { handler: own, ...agentOptions } = options;
  const { clock, agent, peer: peerAt, network, lint } = createAgentLab();
  const requests: ServerRequest[] = [];
  const events: string[] = [];
  const handler: Handler = {
    name: 'desk',
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'PRACK', 'UPDATE', 'INFO', 'OPTIONS', 'MESSAGE'],
    supported: ['100rel', 'timer'],
    explain: () => 'Writes down what is asked.',
    handle: (request) => {
      requests.push(request);
      answers(request);
    },
    ...own,
  };
  const ua = agent('10.0.0.1', handler, agentOptions);
  const peer = peerAt('10.0.0.9');
  const ourTag = (): string => toHeader(peer.last)?.tag ?? '';
  const answer: CallLab['answer'] = (at, status, reply) => {
    const request = requests.at(at);
    if (request === undefined) throw new Error(`the handler got ${requests.length} requests`);
    request.respond(status, reply);
    clock.advance(0);
  };
  const invite: CallLab['invite'] = (request) => {
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i', ...request });
  };
  const dial: CallLab['dial'] = (call) => {
    const made = ua.call({ target: 'sip:peer@10.0.0.9', sdp: OUR_SDP, ...call });
    made.onProvisional(({ status }) => events.push(`${clock.now()} ${status}`));
    made.onAnswered(() => events.push(`${clock.now()} answered`));
    made.onFailed((result) => events.push(`${clock.now()} failed: ${describeResult(result)}`));
    made.onEnded(({ by, reason }) => events.push(`${clock.now()} ended: ${by}, ${reason}`));
    clock.advance(0);
    return made;
  };
  return {
    clock,
    network,
    lint,
    ua,
    peer,
    requests,
    answer,
    ourTag,
    invite,
    answered: () => {
      invite({ lines: [SDP_LINE], body: PEER_SDP });
      answer(-1, 200, { body: OUR_SDP });
      const toTag = ourTag();
      peer.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack-1' });
      peer.take();
      return toTag;
    },
    dial,
    dialled: (call, lines = []) => {
      const made = dial(call);
      peer.respond(peer.last, '200 OK', [PEER_CONTACT, ...lines, SDP_LINE, PEER_SDP], 'p1');
      peer.take();
      events.splice(0);
      return made;
    },
    events,
    session: () => {
      const [session] = ua.sessions;
      if (session === undefined) throw new Error('there is no call');
      return session;
    },
  };
}

/** What is left of calls, transactions and timers once everything has run out: nothing, if all is well. */
export function leftOvers({ clock, ua }: Pick<CallLab, 'clock' | 'ua'>): readonly number[] {
  clock.runAll(400_000);
  const { activeCalls, serverTransactions, clientTransactions } = ua.stats;
  return [activeCalls, serverTransactions, clientTransactions, clock.pending];
}
