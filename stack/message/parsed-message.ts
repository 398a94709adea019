import { type Source, skipDigits, numberAt, skipLws, trimEnd, unfold } from './chars.ts';
import { type HeaderName, headerId, headerNameOf } from './header-names.ts';
import type { Diagnostic, HeaderField, SipMessage, Span, StartLine } from './message.ts';
import { octetText } from './octets.ts';
import { parseDiagnostics } from './parse-diagnostics.ts';
import {
  ANOMALY,
  INDEX_STRIDE,
  type Scan,
  lineEndBefore,
  packedId,
  packedValueOffset,
  scan,
} from './scan.ts';
import { type ScannedStartLine, scanStartLine } from './start-line.ts';

/** Stands in a slot for a computed `undefined`. */
const ABSENT = Symbol('absent');
/** What nearly every message is asked for has a slot of its own from the start; the others share an array made when it is needed. */
export const HOT = { topVia: 0, from: 1, to: 2, callId: 3, cseq: 4, vias: 5 } as const;
const NO_SLOTS: readonly unknown[] = Object.values(HOT).map(() => undefined);

/**
 * The parsed message as the files of this folder see it: octet text, the flat index of header lines and the slots in which typed headers
 * are kept. Header lines are numbered by their place in the index: 0, 2, 4...
 */
export class ParsedMessage implements SipMessage, Source {
  readonly bytes: Uint8Array;
  /** All octets as octet text; offsets into it are byte offsets. */
  readonly text: string;
  readonly scan: Scan;
  /** Values of the accessors made by {@link lazy}: the hot ones and the others. */
  readonly hotSlots: unknown[] = NO_SLOTS.slice();
  coldSlots: unknown[] | undefined = undefined;
  #startLine: ScannedStartLine | undefined;
  #headers: readonly HeaderField[] | undefined;
  #body: Span | undefined;
  #diagnostics: readonly Diagnostic[] | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.text = octetText(bytes);
    this.scan = scan(this);
  }

  /** The start line with the places of its parts. */
  get scannedStartLine(): ScannedStartLine {
    return (this.#startLine ??= scanStartLine(this, this.scan.startLineStart, this.scan.startLineEnd));
  }

  get startLine(): StartLine {
    return this.scannedStartLine.line;
  }

  get headers(): readonly HeaderField[] {
    return (this.#headers ??= this.#materialise());
  }

  get body(): Span {
    return (this.#body ??= { start: this.scan.bodyStart, end: bodyEnd(this) });
  }

  get diagnostics(): readonly Diagnostic[] {
    return (this.#diagnostics ??= parseDiagnostics(this, this.scan, this.scannedStartLine));
  }

  first(name: HeaderName): string | undefined {
    const at = this.find(headerId(name));
    return at < 0 ? undefined : this.valueOf(at);
  }

  all(name: HeaderName): readonly string[] {
    const id = headerId(name);
    const values: string[] = [];
    for (let at = this.find(id); at >= 0; at = this.find(id, at + INDEX_STRIDE))
      values.push(this.valueOf(at));
    return values;
  }

  /** The first header line of that id at or after the index place `from`, or -1. */
  find(id: number, from = 0): number {
    const index = this.scan.index;
    for (let at = from; at + 1 < index.length; at += INDEX_STRIDE) {
      if (packedId(index[at + 1] ?? 0) === id) return at;
    }
    return -1;
  }

  /** Offset of the first octet of the header line. */
  lineStart(at: number): number {
    return this.scan.index[at] ?? 0;
  }

  /** Offset behind the last octet of the header line, its final line end excluded. */
  lineEnd(at: number): number {
    const index = this.scan.index;
    return lineEndBefore(this.bytes, index[at] ?? 0, index[at + INDEX_STRIDE] ?? 0);
  }

  /** Offset behind the colon; the start of the line when it has none. */
  rawValueStart(at: number): number {
    const index = this.scan.index;
    return (index[at] ?? 0) + packedValueOffset(index[at + 1] ?? 0);
  }

  /** Where the value begins, white space skipped. */
  valueStart(at: number): number {
    return skipLws(this.bytes, this.rawValueStart(at), this.lineEnd(at));
  }

  /** Where the value ends, white space skipped. */
  valueEnd(at: number): number {
    return trimEnd(this.bytes, this.rawValueStart(at), this.lineEnd(at));
  }

  valueOf(at: number): string {
    const end = this.lineEnd(at);
    const start = this.rawValueStart(at);
    if (this.scan.anomalies & ANOMALY.folded) return unfold(this, start, end);
    const from = skipLws(this.bytes, start, end);
    return this.text.substring(from, trimEnd(this.bytes, from, end));
  }

  #materialise(): readonly HeaderField[] {
    const fields: HeaderField[] = [];
    const { index } = this.scan;
    for (let at = 0; at + 1 < index.length; at += INDEX_STRIDE) {
      const packed = index[at + 1] ?? 0;
      const start = this.lineStart(at);
      const end = this.lineEnd(at);
      const offset = packedValueOffset(packed);
      const rawName =
        offset === 0 ? '' : this.text.substring(start, trimEnd(this.bytes, start, start + offset - 1));
      const valueStart = skipLws(this.bytes, start + offset, end);
      fields.push({
        rawName,
        name: headerNameOf(packedId(packed)) ?? rawName,
        value: unfold(this, valueStart, end),
        span: { start, end },
        valueSpan: { start: valueStart, end: trimEnd(this.bytes, valueStart, end) },
      });
    }
    return fields;
  }
}

const CONTENT_LENGTH = headerId('Content-Length');

/** The first Content-Length as written: a number, or undefined when it is absent or no number. */
export function declaredLength(message: ParsedMessage): number | undefined {
  const at = message.find(CONTENT_LENGTH);
  if (at < 0) return undefined;
  const start = message.valueStart(at);
  const end = message.valueEnd(at);
  const isNumber = start < end && end - start <= 15 && skipDigits(message.bytes, start, end) === end;
  return isNumber ? numberAt(message.bytes, start, end) : undefined;
}

/** Content-Length says where the body ends, the octets behind are none of it; without it the body is the rest. @rfc 3261 §18.3 */
function bodyEnd(message: ParsedMessage): number {
  const rest = message.text.length - message.scan.bodyStart;
  return message.scan.bodyStart + Math.min(rest, declaredLength(message) ?? rest);
}

/** The message as this folder's own class; a foreign implementation is parsed again from its octets. */
export function asParsed(message: SipMessage): ParsedMessage {
  return message instanceof ParsedMessage ? message : new ParsedMessage(message.bytes);
}

let coldCount = 0;

/**
 * Makes an accessor whose result is computed once a message and kept on it.
 * @param hot - the slot of {@link HOT}, for what is read on the hot path
 */
export function lazy<T>(compute: (message: ParsedMessage) => T, hot?: number): (message: SipMessage) => T {
  const slot = hot ?? coldCount++;
  const isHot = hot !== undefined;
  return (message) => {
    const parsed = asParsed(message);
    const slots = isHot ? parsed.hotSlots : (parsed.coldSlots ??= []);
    const kept = slots[slot];
    if (kept !== undefined) return (kept === ABSENT ? undefined : kept) as T;
    const value = compute(parsed);
    slots[slot] = value === undefined ? ABSENT : value;
    return value;
  };
}
