import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import { topVia } from '../../stack/message/headers/via.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { buildResponse } from '../../stack/message/response.ts';
import { buildAck } from '../../stack/transaction/client-requests.ts';
import { titleOf } from '../engine/match.ts';
import { stepTitle, type ReplayStep } from './plan.ts';
import { stepId } from './progress.ts';
import { hasCredentials } from './requests.ts';
import { sendStep } from './sender.ts';
import { wireOf, type Stage } from './stage.ts';
import type { GotRequest, ReplayWire, SentRequest } from './wire.ts';

/** Requests that a peer may send in passing and that need no more than a yes. */
const HARMLESS: ReadonlySet<string> = new Set(['OPTIONS', 'INFO', 'NOTIFY', 'MESSAGE', 'BYE', 'CANCEL']);

/** What comes while a plan is played, and the way on where it is not what came then. */
export class Arrivals {
  readonly #stage: Stage;
  #count = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Messages that came so far. */
  get count(): number {
    return this.#count;
  }

  response(sent: SentRequest, response: SipMessage): void {
    this.#count++;
    const asked = this.#stage.stepOf.get(sent);
    const { startLine } = response;
    if (asked === undefined || startLine.kind !== 'response') return;
    const { status } = startLine;
    const wanted = this.#answersTo(asked);
    const exact = wanted.find((step) => step.status === status);
    if (status < 200) {
      if (exact !== undefined) this.#met(exact, response);
      return;
    }
    const final = exact ?? wanted.find((step) => (step.status ?? 0) >= 200);
    if (final === undefined) return this.#lead(asked, sent, response, status, undefined);
    if (this.#answersChallenge(asked, sent, response, status, final)) return;
    for (const step of wanted)
      if (step.at < final.at && (step.status ?? 0) < 200)
        this.#settle(step, 'missing', `${titleText(response)} came without it`);
    this.#stage.credentials.settle(asked);
    if (exact !== undefined) this.#met(exact, response);
    else if (!this.#isAcceptedAtOnce(asked, sent, response, status, final)) {
      this.#stage.bindings.learn(final.message, response, asked.lane.address);
      this.#stage.trace.took(response.bytes, stepId(final));
      this.#settle(final, 'different', `${titleText(response)} came instead`);
    } else return;
    this.#lead(asked, sent, response, status, final);
  }

  request(lane: string, request: GotRequest): void {
    this.#count++;
    const { bindings, progress, got } = this.#stage;
    const { message, method } = request;
    const recordedId = bindings.recordedCallId(callId(message) ?? '');
    const step = progress.open.find(
      (one) =>
        one.kind === 'await' &&
        one.status === undefined &&
        one.lane.address === lane &&
        one.method === method &&
        (recordedId === undefined ? !bindings.knowsCallId(one.callId) : one.callId === recordedId),
    );
    const wire = this.#stage.wires.get(lane);
    if (method === 'BYE' && wire !== undefined) this.#stage.calls.ended(wire, message);
    if (step === undefined) return wire && this.#unforeseen(wire, request, recordedId);
    this.#met(step, message);
    if (method !== 'ACK') got.set(step.transaction, { step, request });
  }

  /** A response after the end: a call that is accepted now is ended. */
  late(wire: ReplayWire, sent: SentRequest, response: SipMessage): void {
    const { startLine } = response;
    if (sent.method !== 'INVITE' || startLine.kind !== 'response' || startLine.status < 200) return;
    const { calls } = this.#stage;
    if (startLine.status < 300) {
      calls.accepted(wire, sent, response);
      calls.acknowledge(wire, sent, response);
      calls.hangUp();
    } else wire.acknowledge(buildAck(sent.message, response), sent.target, sent);
  }

  /** Final responses to INVITE whose ACK was not played. */
  acknowledgeRest(): void {
    for (const [sent, asked] of this.#stage.stepOf)
      if (sent.final !== undefined && sent.ack === undefined) this.#acknowledge(asked, sent, sent.final);
  }

  /** A request did not get anywhere. */
  failed(sent: SentRequest, reason: string): void {
    const asked = this.#stage.stepOf.get(sent);
    if (asked === undefined) return;
    for (const step of this.#answersTo(asked)) this.#settle(step, 'missing', reason);
    if (isInitial(asked)) this.#abandon(asked, reason);
  }

  /** The time of a message that was waited for is over. */
  missed(step: ReplayStep, afterMs: number): void {
    const reason = `it did not come within ${Number((afterMs / 1000).toFixed(1))} s`;
    this.#settle(step, 'missing', reason);
    const { steps } = this.#stage.plan;
    const first = steps.find((one) => one.callId === step.callId && one.lane === step.lane);
    const asked = steps.find(
      (one) => one.kind === 'send' && one.status === undefined && one.transaction === step.transaction,
    );
    const isBeginning = asked === undefined ? first === step : (step.status ?? 0) >= 200 && isInitial(asked);
    if (isBeginning) this.#abandon(step, `${stepTitle(step)} did not come`);
  }

  /** Answers to a request of ours that have not come yet. */
  #answersTo(asked: ReplayStep): readonly ReplayStep[] {
    return this.#stage.progress.open.filter(
      (step) => step.kind === 'await' && step.status !== undefined && step.transaction === asked.transaction,
    );
  }

  #met(step: ReplayStep, message: SipMessage): void {
    this.#stage.bindings.learn(step.message, message, step.lane.address);
    this.#stage.trace.took(message.bytes, stepId(step));
    this.#settle(step, 'done');
  }

  #settle(step: ReplayStep, state: 'done' | 'different' | 'missing' | 'skipped', reason?: string): void {
    this.#stage.progress.settle(step, state, this.#stage.nowMs(), reason);
  }

  /** Nothing of this dialog has a place any more. */
  #abandon({ callId: id }: ReplayStep, reason: string): void {
    for (const step of this.#stage.progress.open)
      if (step.callId === id) this.#settle(step, 'skipped', reason);
  }

  /** The live peer challenges where the recorded one did not: the request goes out again with credentials. */
  #answersChallenge(
    asked: ReplayStep,
    sent: SentRequest,
    response: SipMessage,
    status: number,
    final: ReplayStep,
  ): boolean {
    if (!isChallenge(status) || asked.method === 'CANCEL') return false;
    const { bindings, credentials } = this.#stage;
    const canAnswer = credentials.canAnswer(asked, response);
    // Where it was challenged then, the recording has the request with credentials itself, or wants none.
    if (!canAnswer || isChallenge(final.status)) return false;
    this.#acknowledge(asked, sent, response);
    bindings.learn(final.message, response, asked.lane.address);
    bindings.shift(asked.lane.address, asked.callId, 1);
    bindings.renewBranch(topVia(asked.message)?.branch ?? '');
    sendStep(this.#stage, asked, true);
    return true;
  }

  /** The recorded peer challenged and the live one does not: what the answer to the challenge was is answered already. */
  #isAcceptedAtOnce(
    asked: ReplayStep,
    sent: SentRequest,
    response: SipMessage,
    status: number,
    final: ReplayStep,
  ): boolean {
    const retry = isChallenge(status) ? undefined : this.#retryOf(asked, final);
    if (retry === undefined) return false;
    const { plan, stepOf, sent: requests, bindings } = this.#stage;
    const reason = `${titleText(response)} came without a challenge`;
    this.#settle(final, 'missing', reason);
    for (const step of plan.steps)
      if (
        step.callId === asked.callId &&
        step.at > final.at &&
        step.at <= retry.at &&
        step.lane === asked.lane
      )
        this.#settle(step, 'skipped', reason);
    stepOf.set(sent, retry);
    requests.set(retry.transaction, sent);
    bindings.shift(asked.lane.address, asked.callId, asked.number - retry.number);
    this.response(sent, response);
    return true;
  }

  /** The request that was recorded with the answer to the challenge. */
  #retryOf(asked: ReplayStep, final: ReplayStep): ReplayStep | undefined {
    if (!isChallenge(final.status)) return undefined;
    return this.#stage.progress.open.find(
      (step) =>
        step.kind === 'send' &&
        step.status === undefined &&
        step.lane === asked.lane &&
        step.callId === asked.callId &&
        step.method === asked.method &&
        step.at > final.at &&
        hasCredentials(step.message),
    );
  }

  /** What a final response means for the call, where the recording does not see to it. */
  #lead(
    asked: ReplayStep,
    sent: SentRequest,
    response: SipMessage,
    status: number,
    final: ReplayStep | undefined,
  ): void {
    const { calls } = this.#stage;
    const wire = wireOf(this.#stage, asked);
    const isAccepted = status < 300;
    const wasAccepted = final?.status !== undefined && final.status < 300;
    if (asked.method === 'INVITE') {
      if (isAccepted) calls.accepted(wire, sent, response);
      if (final === undefined || isAccepted !== wasAccepted) this.#acknowledge(asked, sent, response);
    }
    if (final !== undefined && isAccepted !== wasAccepted && isInitial(asked))
      this.#abandon(asked, `${titleText(response)} came where ${stepTitle(final)} was recorded`);
  }

  #acknowledge(asked: ReplayStep, sent: SentRequest, response: SipMessage): void {
    const { startLine } = response;
    if (asked.method !== 'INVITE' || startLine.kind !== 'response') return;
    const wire = wireOf(this.#stage, asked);
    if (startLine.status < 300) this.#stage.calls.acknowledge(wire, sent, response);
    else wire.acknowledge(buildAck(sent.message, response), sent.target, sent);
  }

  /** A request that nothing in the recording is like. */
  #unforeseen(wire: ReplayWire, request: GotRequest, recordedId: string | undefined): void {
    const { message, method } = request;
    if (method === 'ACK') return;
    const status = HARMLESS.has(method) ? 200 : method === 'INVITE' || method === 'UPDATE' ? 488 : 501;
    const toTag = this.#stage.ids.tag();
    wire.respond(request, buildResponse(message, { status, toTag }), status);
    const isEnd = method === 'BYE' || method === 'CANCEL';
    if (!isEnd || recordedId === undefined) return;
    for (const { step, request: open } of this.#stage.got.values())
      if (method === 'CANCEL' && step.method === 'INVITE' && step.callId === recordedId && !open.isFinal)
        wire.respond(open, buildResponse(open.message, { status: 487, toTag }), 487);
    for (const step of this.#stage.progress.open)
      if (step.callId === recordedId) this.#settle(step, 'skipped', `${method} came before`);
  }
}

/** It makes a dialog: without it there is none. */
const isInitial = ({ method, message }: ReplayStep): boolean =>
  (method === 'INVITE' || method === 'SUBSCRIBE') &&
  toHeader(message)?.tag === undefined &&
  fromHeader(message) !== undefined;

const isChallenge = (status: number | undefined): boolean => status === 401 || status === 407;

const titleText = (message: SipMessage): string => decodeText(titleOf(message));
