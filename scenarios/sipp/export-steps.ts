import { expand } from '../engine/expand.ts';
import type { Path } from '../engine/source.ts';
import { type Duration, durationMs } from '../schema/duration.ts';
import type { Matcher, OptionalMatcher } from '../schema/matcher.ts';
import { octetsOf, type Send } from '../schema/send.ts';
import { STEP_KINDS, type StepKind, type StepValue } from '../schema/steps.ts';
import { checkActions } from './export-checks.ts';
import type { ExportedCall } from './export-messages.ts';
import { escaped, NoSuchThing } from './export-text.ts';

/** Tells what has no like in SIPp. `refuse`: the scenario would not be the same without it. */
export type Tell = (severity: 'warning' | 'error', path: Path, message: string) => void;

type Whole = Record<string, unknown>;
type MatcherObject = Exclude<Matcher, string | number>;

/** A choice of `anyOf`: a message, or a time in which none has come. */
interface ExportedChoice {
  readonly matcher: MatcherObject | undefined;
  readonly timeout?: Duration | undefined;
  readonly then?: readonly unknown[];
}

const PROVISIONAL = [100, 180, 181, 182, 183];
/** More rounds than this make a file that nobody can read. */
const MAX_ROUNDS = 50;

/** Writes the steps of an actor as elements of SIPp. */
export class StepExporter {
  readonly #call: ExportedCall;
  readonly #tell: Tell;
  readonly #acksByHand: boolean;
  readonly #timeoutMs: number;
  readonly #out: string[] = [];
  #optional: MatcherObject[] = [];
  /** Requests that may come before the next message, and are answered then. */
  #answered: ExportedChoice[] = [];
  #labels = 0;

  constructor(call: ExportedCall, acksByHand: boolean, timeoutMs: number, tell: Tell) {
    this.#call = call;
    this.#acksByHand = acksByHand;
    this.#timeoutMs = timeoutMs;
    this.#tell = tell;
  }

  get elements(): readonly string[] {
    return this.#out;
  }

  steps(steps: readonly unknown[], path: Path, isOfVerb = false): void {
    steps.forEach((step, i) => {
      const at = isOfVerb ? path : [...path, i];
      try {
        this.#step(step as Whole, at);
      } catch (error) {
        if (!(error instanceof NoSuchThing)) throw error;
        this.#tell('error', at, error.message);
      }
    });
  }

  #step(whole: Whole, path: Path): void {
    const kind = STEP_KINDS.find((word) => word in whole);
    if (kind === undefined) return;
    if (whole['dialog'] !== undefined && whole['dialog'] !== 'main')
      throw new NoSuchThing('sipp knows one dialog at a time');
    const value = whole[kind];
    const plain = expand(kind, value);
    if (plain !== undefined) this.steps(plain, path, true);
    else this.#plain(kind, value, whole, path);
  }

  #plain(kind: StepKind, value: unknown, whole: Whole, path: Path): void {
    switch (kind) {
      case 'send':
        return this.#send(value as Send);
      case 'optional':
        return this.#pass(value as OptionalMatcher);
      case 'expect':
        return this.#expect([{ matcher: objectOf(value as Matcher) }], path);
      case 'anyOf':
        return this.#expect(
          (value as StepValue<'anyOf'>).map(({ expect, timeout, then = [] }) => ({
            matcher: expect === undefined ? undefined : objectOf(expect),
            timeout,
            then,
          })),
          path,
        );
      case 'allOf':
        this.#tell('warning', path, 'sipp waits for messages in one order: in that of the file');
        return this.#gather(value as Matcher[], path);
      case 'wait':
        this.#out.push(`<pause milliseconds="${durationMs(value as Duration)}"/>`);
        return;
      case 'log':
        this.#action(`<log message="${escaped(this.#call.fill(value as string))}"/>`);
        return;
      case 'set':
        for (const [name, text] of Object.entries(value as StepValue<'set'>)) {
          this.#call.texts.used.add(name);
          this.#action(`<assignstr assign_to="${name}" value="${escaped(this.#call.fill(String(text)))}"/>`);
        }
        return;
      case 'label':
        this.#out.push(`<label id="${escaped(value as string)}"/>`);
        return;
      case 'goto':
        this.#out.push(`<nop next="${escaped(value as string)}"/>`);
        return;
      case 'if':
        return this.#if(value as string, whole, path);
      case 'repeat': {
        const { times, steps } = value as StepValue<'repeat'>;
        if (times > MAX_ROUNDS)
          throw new NoSuchThing(`sipp repeats nothing, and ${times} rounds are too many to write down`);
        for (let round = 0; round < times; round++) this.steps(steps, [...path, 'repeat', 'steps']);
        return;
      }
      default:
        throw new NoSuchThing(`sipp has nothing like ${kind}`);
    }
  }

  #action(text: string): void {
    this.#out.push(`<nop>\n    <action>\n      ${text}\n    </action>\n  </nop>`);
  }

  #if(expression: string, { then = [], else: otherwise = [] }: Whole, path: Path): void {
    const test = this.#call.texts.test(expression);
    const yes = this.#label();
    const end = this.#label();
    this.#out.push(`<nop next="${yes}" test="${test}"/>`);
    this.steps(otherwise as unknown[], [...path, 'else']);
    this.#out.push(`<nop next="${end}"/>`, `<label id="${yes}"/>`);
    this.steps(then as unknown[], [...path, 'then']);
    this.#out.push(`<label id="${end}"/>`);
  }

  /** Of the next element: sipp counts labels not. */
  get #index(): number {
    return this.#out.filter((element) => !element.startsWith('<label')).length;
  }

  #label(): string {
    return `siphon_${++this.#labels}`;
  }

  #send(value: Send): void {
    const what =
      typeof value === 'number' ? { status: value } : typeof value === 'string' ? { method: value } : value;
    if (what.body !== undefined && typeof what.body === 'string' && /[^\r]\n/.test(octetsOf(what.body)))
      throw new NoSuchThing('sipp ends every line of a body in CRLF: write it as `lines`');
    const text = 'status' in what ? this.#call.response(what) : this.#call.request(what, this.#index);
    const isAnswered = !('status' in what) && what.method !== 'ACK';
    const isAccepted = 'status' in what && what.status >= 200 && this.#call.receivedMethod === 'INVITE';
    this.#message(text, isAnswered || isAccepted);
    if (isAccepted && what.status >= 300) this.#receive({ method: 'ACK' }, '', []);
  }

  #message(text: string, isRepeated: boolean): void {
    const lines = text.split('\n').map((line) => (line === '' ? '' : `      ${line}`));
    this.#out.push(
      `<send${isRepeated ? ' retrans="500"' : ''}>\n    <![CDATA[\n\n${lines.join('\n')}\n    ]]>\n  </send>`,
    );
  }

  #pass(value: OptionalMatcher): void {
    const matcher = objectOf(value);
    if (typeof value !== 'object' || !('answer' in value) || value.answer === undefined)
      this.#optional.push(matcher);
    else this.#answered.push({ matcher, then: [{ send: { status: value.answer, method: value.method } }] });
  }

  #gather(matchers: readonly Matcher[], path: Path): void {
    const [optional, answered] = [this.#optional, this.#answered];
    for (const matcher of matchers) {
      [this.#optional, this.#answered] = [optional, answered];
      this.#expect([{ matcher: objectOf(matcher) }], path);
    }
  }

  /** Where a request is answered on the way, it is one of several messages that may come, and the others are waited for again. */
  #expect(choices: readonly ExportedChoice[], path: Path): void {
    const answered = this.#answered;
    this.#answered = [];
    if (answered.length === 0) return this.#expectOne(choices, path);
    const again = this.#label();
    this.#out.push(`<label id="${again}"/>`);
    const loops = answered.map(({ matcher, then = [] }) => ({ matcher, then: [...then, { goto: again }] }));
    this.#expectOne([...loops, ...choices], path);
  }

  #expectOne(choices: readonly ExportedChoice[], path: Path): void {
    const call = this.#call;
    const optional = this.#optional;
    this.#optional = [];
    const messages = choices.flatMap(({ matcher }) => (matcher === undefined ? [] : [matcher]));
    const statuses = [...optional, ...messages].map((m) => ('status' in m ? m.status : 0));
    const isOfResponse = messages.some((matcher) => 'status' in matcher);
    const passedOver = call.sentMethod === 'INVITE' ? PROVISIONAL : [100];
    const all: MatcherObject[] = [
      ...(isOfResponse ? passedOver : [])
        .filter((status) => !statuses.includes(status))
        .map((status) => ({ status })),
      ...optional,
    ];
    const isChoice = choices.length > 1;
    const labels = choices.map(() => (isChoice ? this.#label() : ''));
    const late = choices.findIndex(({ timeout }) => timeout !== undefined);
    const within = choices[late]?.timeout;
    // sipp looks at the time of the element it stands at: the first of those that may come.
    const timed = (matcher: MatcherObject): MatcherObject =>
      within === undefined ? matcher : { ...matcher, within };
    const onTimeout = within === undefined ? '' : ` ontimeout="${labels[late] ?? ''}"`;
    for (const matcher of all) this.#receive(timed(matcher), ` optional="true"${onTimeout}`, [], path);
    const last = choices.map(({ matcher }) => matcher !== undefined).lastIndexOf(true);
    choices.forEach(({ matcher }, i) => {
      if (matcher === undefined) return;
      const next = isChoice ? ` next="${labels[i] ?? ''}"` : '';
      this.#receive(
        timed(matcher),
        `${i === last ? '' : ' optional="true"'}${onTimeout}${next}`,
        checkActions(matcher, call.texts),
        path,
      );
    });
    const end = isChoice ? this.#label() : '';
    choices.forEach(({ matcher, then = [] }, i) => {
      if (isChoice) this.#out.push(`<label id="${labels[i] ?? ''}"/>`);
      if (matcher !== undefined) this.#took(matcher);
      this.steps(then, [...path, 'anyOf', i, 'then']);
      if (isChoice && i < choices.length - 1) this.#out.push(`<nop next="${end}"/>`);
    });
    if (isChoice) this.#out.push(`<label id="${end}"/>`);
  }

  #receive(matcher: MatcherObject, more: string, actions: readonly string[], path?: Path): void {
    const withinMs = matcher.within === undefined ? this.#timeoutMs : durationMs(matcher.within);
    let what: string;
    if ('status' in matcher) {
      if (typeof matcher.status === 'string' && matcher.status !== '2xx')
        throw new NoSuchThing(`sipp waits for one status, and not for ${matcher.status}`);
      if (typeof matcher.status === 'string' && path !== undefined)
        this.#tell(
          'warning',
          path,
          `sipp waits for one status: for ${statusOf(matcher)} in place of ${matcher.status}`,
        );
      what = `response="${statusOf(matcher)}" rrs="true"`;
    } else what = `request="${matcher.method}"${matcher.method === 'ACK' ? '' : ' rrs="true"'}`;
    const names = 'status' in matcher || matcher.method === 'ACK' ? [] : this.#nameActions();
    const inside = [...names, ...actions];
    const open = `<recv ${what} timeout="${withinMs}"${more}`;
    this.#out.push(
      inside.length === 0
        ? `${open}/>`
        : `${open}>\n    <action>\n${inside.map((one) => `      ${one}`).join('\n')}\n    </action>\n  </recv>`,
    );
  }

  /** Both ends, from the first request of the peer. */
  #nameActions(): readonly string[] {
    if (!this.#call.isServer || this.#call.requestsReceived > 0 || !this.#call.needsNames) return [];
    for (const name of ['peer_name', 'own_name']) this.#call.texts.used.add(name);
    return [
      '<ereg regexp=".*" search_in="hdr" header="From:" assign_to="peer_name"/>',
      '<ereg regexp=".*" search_in="hdr" header="To:" assign_to="own_name"/>',
    ];
  }

  /** What a correct agent does at once, which sipp has to be told. */
  #took(matcher: MatcherObject): void {
    const call = this.#call;
    if ('status' in matcher) {
      const status = statusOf(matcher);
      const isOfInvite = (matcher.method ?? call.sentMethod) === 'INVITE';
      if (isOfInvite && status > 100 && status < 300) call.isInside = true;
      if (!isOfInvite || status < 200) return;
      if (status >= 300) this.#message(call.refusalAck(), false);
      else if (!this.#acksByHand) this.#message(call.request({ method: 'ACK' }, this.#index), false);
      return;
    }
    if (matcher.method === 'ACK') return;
    call.receivedMethod = matcher.method;
    call.requestsReceived++;
    if (matcher.method !== 'CANCEL') {
      call.isInside = true;
      return;
    }
    this.#message(call.response({ status: 200, method: 'CANCEL', headers: { Contact: null } }), false);
  }
}

const statusOf = ({ status }: { readonly status: number | string }): number =>
  typeof status === 'number' ? status : Number(`${status.charAt(0)}00`);

function objectOf(matcher: OptionalMatcher): MatcherObject {
  if (typeof matcher === 'object') return matcher;
  if (typeof matcher === 'number') return { status: matcher };
  return /^[1-6]xx$/.test(matcher) ? { status: matcher } : { method: matcher };
}
