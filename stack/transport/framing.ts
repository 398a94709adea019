import {
  DEFAULT_FRAMING_LIMITS,
  type Framer,
  type FramerOptions,
  type FramingErrorCode,
  type FramingEvents,
  type FramingLimits,
} from './framer.ts';

const CR = 13;
const LF = 10;
const NOTHING = new Uint8Array(0);

/**
 * Cuts a stream into messages by Content-Length. @rfc 3261 §18.3
 *
 * Lenient where the message can still be told from the next, so that it can be shown: bare LF as line end, no Content-Length (taken as 0),
 * a start line that is no SIP. So text that is no SIP comes out as a message of its own and the stream is in step again at the blank line.
 * What leaves the end of the message unknown (a first octet that starts no SIP message, a Content-Length that is no number or contradicts
 * another, a limit passed) is reported once, and then everything is ignored: guessing where the next message begins would let the
 * inside of a body pass for a message. The owner closes the connection.
 *
 * Each octet is looked at once and copied at most twice, however the stream is cut.
 */
export class StreamFramer implements Framer {
  readonly #events: FramingEvents;
  readonly #limits: FramingLimits;
  readonly #allocate: (size: number) => Uint8Array;
  /** What is being looked at: a chunk as it came, or the store of an incomplete message with the chunk behind it. */
  #data: Uint8Array = NOTHING;
  #start = 0;
  #end = 0;
  #isStored = false;
  /** Where the search for the end of the headers goes on. */
  #scanned = 0;
  #lineStart = 0;
  /** Where the message being read ends; 0 while its headers are incomplete. */
  #messageEnd = 0;
  #contentLength: number | undefined;
  #hasLoneCrLf = false;
  #isDead = false;

  constructor(events: FramingEvents, options: FramerOptions = {}) {
    this.#events = events;
    this.#limits = options.limits ?? DEFAULT_FRAMING_LIMITS;
    this.#allocate = options.allocate ?? ((size) => new Uint8Array(size));
  }

  /** Octets of a message that is not complete yet. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Takes the next octets of the stream; `chunk` must not change afterwards. Events come from inside the call. */
  push(chunk: Uint8Array): void {
    if (this.#isDead || chunk.length === 0) return;
    this.#take(chunk);
    while (!this.#isDead && this.#start < this.#end && this.#step());
    if (this.#isDead) this.#forget();
    else this.#keepRest();
  }

  /** Ends all reporting, also from inside an event. */
  stop(): void {
    this.#isDead = true;
  }

  /** Goes as far as the octets allow; false when more are needed. */
  #step(): boolean {
    if (this.#messageEnd === 0) {
      if (this.#scanned === this.#start && !this.#skipLineEnds()) return false;
      if (!this.#readHeaders()) return false;
    }
    if (this.#end < this.#messageEnd) return false;
    const bytes = this.#data.subarray(this.#start, this.#messageEnd);
    this.#begin(this.#messageEnd);
    this.#events.onMessage(bytes);
    return true;
  }

  #begin(start: number): void {
    this.#start = this.#scanned = this.#lineStart = start;
    this.#messageEnd = 0;
    this.#contentLength = undefined;
  }

  /** Passes CRLFs between messages; false when nothing else is there. @rfc 3261 §7.5 */
  #skipLineEnds(): boolean {
    while (this.#start < this.#end && !this.#isDead) {
      const octet = this.#data[this.#start];
      if (octet === CR) {
        if (this.#start + 1 === this.#end) return false;
        if (this.#data[this.#start + 1] !== LF) return this.#fail('not-sip', this.#end);
        this.#begin(this.#start + 2);
        this.#countCrLf();
      } else if (octet === LF) {
        this.#begin(this.#start + 1);
      } else if (isTokenChar(octet)) {
        this.#hasLoneCrLf = false;
        return true;
      } else {
        return this.#fail('not-sip', this.#end);
      }
    }
    return false;
  }

  #countCrLf(): void {
    if (this.#hasLoneCrLf) this.#events.onPing();
    this.#hasLoneCrLf = !this.#hasLoneCrLf && this.#events.onCrLf?.() !== true;
  }

  /** Looks for the blank line, noting Content-Length on the way; false when it is not there yet or the stream was given up. */
  #readHeaders(): boolean {
    const data = this.#data;
    const limit = this.#start + this.#limits.headerBytes;
    const end = Math.min(this.#end, limit);
    for (let at = this.#scanned; at < end; at++) {
      if (data[at] !== LF) continue;
      const next = data[at + 1];
      // The octets after a line end decide: a blank line ends the headers, white space continues the line.
      if (at + 1 >= end || (next === CR && at + 2 >= end)) {
        this.#scanned = at;
        return end === limit ? this.#fail('header-too-long', end) : false;
      }
      if (next === 32 || next === 9) continue;
      if (!this.#readLine(this.#lineStart, at)) return this.#fail('bad-content-length', this.#end);
      this.#lineStart = at + 1;
      if (next === LF) return this.#finishHeaders(at + 2);
      if (next === CR && data[at + 2] === LF) return this.#finishHeaders(at + 3);
    }
    this.#scanned = end;
    return end === limit ? this.#fail('header-too-long', end) : false;
  }

  #finishHeaders(bodyStart: number): boolean {
    const length = this.#contentLength ?? 0;
    if (length > this.#limits.bodyBytes) return this.#fail('body-too-long', bodyStart);
    this.#messageEnd = bodyStart + length;
    return true;
  }

  /** False when the line is a Content-Length that cannot be used. */
  #readLine(start: number, end: number): boolean {
    const valueStart = contentLengthValue(this.#data, start, end);
    if (valueStart === 0) return true;
    const length = parseLength(this.#data, valueStart, end);
    if (length === undefined || (this.#contentLength !== undefined && this.#contentLength !== length))
      return false;
    this.#contentLength = length;
    return true;
  }

  #fail(code: FramingErrorCode, end: number): false {
    this.#isDead = true;
    this.#events.onInvalid(this.#data.subarray(this.#start, end), code);
    return false;
  }

  #forget(): void {
    this.#data = NOTHING;
    this.#isStored = false;
    this.#begin(0);
    this.#end = 0;
  }

  /** Puts the chunk behind what is kept, or looks at it where it is. */
  #take(chunk: Uint8Array): void {
    if (!this.#isStored) {
      this.#data = chunk;
      this.#begin(0);
      this.#end = chunk.length;
      return;
    }
    const needed = this.#end + chunk.length;
    if (needed > this.#data.length) this.#move(0, Math.max(needed, 2 * this.#data.length));
    this.#data.set(chunk, this.#end);
    this.#end = needed;
  }

  /** Copies an incomplete message out of a chunk, or out of a store that handed messages away. */
  #keepRest(): void {
    const rest = this.#end - this.#start;
    if (rest === 0) this.#forget();
    else if (!this.#isStored || this.#start > 0) this.#move(this.#start, Math.max(512, 2 * rest));
  }

  #move(from: number, size: number): void {
    const store = this.#allocate(size);
    store.set(this.#data.subarray(from, this.#end));
    this.#data = store;
    this.#isStored = true;
    this.#start -= from;
    this.#end -= from;
    this.#scanned -= from;
    this.#lineStart -= from;
    if (this.#messageEnd > 0) this.#messageEnd -= from;
  }
}

/** RFC 3261 §25.1 `token`: what a method or `SIP` is made of. */
const TOKEN_CHARS = /^[A-Za-z0-9\-.!%*_+`'~]$/;
const IS_TOKEN = Array.from({ length: 256 }, (_, code) => TOKEN_CHARS.test(String.fromCharCode(code)));

function isTokenChar(octet: number | undefined): boolean {
  return octet !== undefined && IS_TOKEN[octet] === true;
}

const NAME = 'content-length';

/** Where the value of a Content-Length line (`l` in short, any case) begins; 0 when the line is another. @rfc 3261 §7.3.3 */
function contentLengthValue(data: Uint8Array, start: number, end: number): number {
  const first = (data[start] ?? 0) | 32;
  let at: number;
  if (first === 108) at = start + 1;
  else if (first === 99 && isNameAt(data, start)) at = start + NAME.length;
  else return 0;
  while (at < end && (data[at] === 32 || data[at] === 9)) at++;
  return data[at] === 58 ? at + 1 : 0;
}

function isNameAt(data: Uint8Array, start: number): boolean {
  for (let i = 1; i < NAME.length; i++) {
    const octet = data[start + i] ?? 0;
    if ((i === 7 ? octet : octet | 32) !== NAME.charCodeAt(i)) return false;
  }
  return true;
}

/** Digits with white space and line folds around them; undefined for anything else. */
function parseLength(data: Uint8Array, start: number, end: number): number | undefined {
  let from = start;
  let to = end;
  while (from < to && isWhiteSpace(data[from])) from++;
  while (to > from && isWhiteSpace(data[to - 1])) to--;
  if (from === to || to - from > 15) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (data[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

function isWhiteSpace(octet: number | undefined): boolean {
  return octet === 32 || octet === 9 || octet === CR || octet === LF;
}
