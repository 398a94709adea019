import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { reasonPhrase } from '../../stack/message/reason-phrases.ts';
import { requestDefect } from '../../stack/message/check.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { checksOf, contentOf } from './content.ts';
import { answers, type Crossing, isSameTransaction } from './recorded.ts';
import { PROGRESS, transferState } from './transfers.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A step in the form it has in a file, with what a person should know of it. */
export interface MadeStep {
  readonly step: Record<string, unknown>;
  readonly notes: readonly string[];
}

/** What the URI of the target names, and how the scenario says it. */
export interface Home {
  /** `HOST:PORT`, or the domain. */
  readonly at: string;
  readonly host: string;
  readonly port: number;
  /** The same in terms of the variables of the scenario. */
  readonly text: string;
  /** How the scenario says the lane that requests are sent to. */
  readonly laneText: string;
  /** It is another than the lane, which is a proxy on the way. */
  readonly isElsewhere: boolean;
}

/** Whom the actor is and talks to, as the recording has it. */
export interface Parties {
  /** User part of From of the actor. */
  readonly user: string;
  /** User part of the target; undefined for one without. */
  readonly targetUser: string | undefined;
  readonly home: Home;
  /** Name of each dialog by Call-ID; none is named where there is one only. */
  readonly dialogs: ReadonlyMap<string, string>;
  readonly hasCredentials: boolean;
}

/** A person or a timer was at work: shorter pauses are the way of the messages. */
const PAUSE_MS = 300;
/** An answer that took longer is given more than the usual 32 s. */
const SLOW_MS = 16_000;
/** Of a URI without one. @rfc 3261 §19.1.2 */
export const DEFAULT_PORT = 5060;

/** Makes the steps of an actor that does what was recorded and expects what came, one after the other. */
export class StepMaker {
  readonly #crossings: readonly Crossing[];
  readonly #words: Vocabulary;
  readonly #parties: Parties;
  readonly #steps: MadeStep[] = [];
  /** Call-IDs of dialogs in which a transfer is under way. */
  readonly #transfers = new Set<string>();
  #at = 0;

  constructor(crossings: readonly Crossing[], words: Vocabulary, parties: Parties) {
    this.#crossings = crossings;
    this.#words = words;
    this.#parties = parties;
  }

  get steps(): readonly MadeStep[] {
    return this.#steps;
  }

  /** Where in the recording what it does next stands; Infinity at the end. */
  get next(): number {
    return this.#crossings[this.#at]?.place ?? Infinity;
  }

  /** What comes next is begun by a person or a timer, not by a message that came. */
  get beginsOfItself(): boolean {
    const one = this.#crossings[this.#at];
    return one?.isOurs === true && one.status === undefined && (this.#at === 0 || one.pauseMs > PAUSE_MS);
  }

  /** Waits for the other actors here. */
  meet(point: string): void {
    this.#steps.push({ step: { sync: point }, notes: [] });
  }

  /** Makes the next step. @returns where in the recording the last message of it stands */
  advance(): number {
    const one = this.#crossings[this.#at];
    if (one === undefined) return Infinity;
    if (one.isOurs) {
      this.#send(one, this.#at === 0);
      this.#at++;
      return one.place;
    }
    const group = this.#together(this.#at);
    this.#expect(group);
    this.#at += group.length;
    return group.at(-1)?.place ?? one.place;
  }

  #put(callId: string, step: Record<string, unknown>, notes: readonly string[] = []): void {
    const dialog = this.#parties.dialogs.get(callId);
    this.#steps.push({ step: { ...step, ...(dialog !== undefined && { dialog }) }, notes });
  }

  #send(one: Crossing, isFirst: boolean): void {
    if (one.pauseMs > PAUSE_MS && !isFirst)
      this.#steps.push({ step: { wait: durationText(one.pauseMs) }, notes: [] });
    const notes: string[] = [];
    const { message, method, status, callId } = one;
    const content = contentOf(one, this.#words, (note) => notes.push(note));
    if (status !== undefined) {
      const { startLine } = message;
      const reason = startLine.kind === 'response' ? decodeText(startLine.reason) : '';
      const isReliable = message.first('RSeq') !== undefined;
      const what = {
        status,
        method,
        ...(reason !== decodeText(reasonPhrase(status)) && { reason: this.#words.say(reason) }),
        ...(isReliable && { reliable: true }),
        ...content,
      };
      return this.#put(callId, { send: what }, notes);
    }
    const defect = requestDefect(message);
    if (defect !== undefined)
      notes.push(`the request was malformed (${defect.reason}), and is sent well-formed.`);
    const what = { method, ...this.#beginning(one), ...this.#refusedChallenge(one), ...content };
    this.#put(callId, { send: Object.keys(what).length === 1 ? method : what }, notes);
  }

  /** What a request says that begins a dialog; one in a dialog says nothing. */
  #beginning({ message, method }: Crossing): Record<string, string> {
    const { startLine } = message;
    const to = toHeader(message);
    if (startLine.kind !== 'request' || method === 'CANCEL' || to?.tag !== undefined) return {};
    const { user, targetUser, home } = this.#parties;
    const uri = parseUri(startLine.uri);
    const own = parseUri(fromHeader(message)?.uri ?? '').user;
    const called = parseUri(to?.uri ?? '');
    const from =
      own === user || own === undefined ? {} : { from: this.#words.say(fromHeader(message)?.uri ?? '') };
    if (method === 'REGISTER')
      return called.user === user ? {} : { to: this.#words.say(called.text), ...from };
    const isAtHome = uri.host === home.host && (uri.port ?? DEFAULT_PORT) === home.port;
    const userPart = `${uri.scheme}:${uri.user === undefined ? '' : `${uri.user}@`}`;
    return {
      ...((!isAtHome || uri.user !== targetUser) && {
        uri: isAtHome ? this.#words.say(userPart) + home.text : this.#words.say(uri.text),
      }),
      ...(called.user !== uri.user && { to: this.#words.say(called.text) }),
      ...from,
    };
  }

  /** A challenge that was recorded and never answered is to be seen, not answered. */
  #refusedChallenge(request: Crossing): Record<string, boolean> {
    const isRefused = this.#crossings.some(
      (one) => (one.status === 401 || one.status === 407) && answers(one, request),
    );
    return this.#parties.hasCredentials && isRefused ? { auth: false } : {};
  }

  /** Messages that came together from several transactions of a dialog: their order was chance. */
  #together(at: number): readonly Crossing[] {
    const group: Crossing[] = [];
    for (const one of this.#crossings.slice(at)) {
      const isAlike = !one.isOurs && one.callId === this.#crossings[at]?.callId && !isInOrder(one);
      const isAlone = group.every((other) => !isSameTransaction(other, one));
      if (!isAlike || !isAlone || (group.length > 0 && one.pauseMs > PAUSE_MS)) break;
      group.push(one);
    }
    const [first] = this.#crossings.slice(at);
    return group.length > 0 || first === undefined ? group : [first];
  }

  #expect(group: readonly Crossing[]): void {
    const matches = group.map((one) => {
      const { method, status, message, pauseMs } = one;
      const match: Record<string, unknown> = {
        ...(status !== undefined && { status }),
        method,
        ...checksOf(one),
        ...(pauseMs > SLOW_MS && { within: durationText(2 * pauseMs) }),
      };
      this.#words.learn(message, match);
      return match;
    });
    const [first] = group;
    const [match] = matches;
    if (first === undefined || match === undefined) return;
    if (this.#transfers.has(first.callId)) this.#put(first.callId, { optional: PROGRESS });
    if (matches.length > 1) this.#put(first.callId, { allOf: matches });
    else this.#put(first.callId, { expect: match });
    for (const one of group) {
      const state = transferState(one);
      if (state === 'under way') this.#transfers.add(one.callId);
      if (state === 'over') this.#transfers.delete(one.callId);
    }
  }
}

/** What comes in an order of its own: responses that ring or accept, and what follows a 2xx. */
const isInOrder = ({ status, method }: Crossing): boolean =>
  method === 'ACK' || method === 'BYE' || (method === 'INVITE' && (status === undefined || status < 300));

const durationText = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${Number((ms / 1000).toFixed(1))} s`;
