import type { Address } from '../core/address.ts';
import { COMMA, skipLws } from '../message/chars.ts';
import { headerId, type HeaderName } from '../message/header-names.ts';
import { topViaValue } from '../message/headers/via.ts';
import type { SipMessage, Span } from '../message/message.ts';
import { toBytes } from '../message/octets.ts';
import { asParsed, type ParsedMessage } from '../message/parsed-message.ts';
import { filledVia } from '../message/response.ts';
import { INDEX_STRIDE } from '../message/scan.ts';

/** [at, until) gives way to `text`. */
interface Edit {
  readonly at: number;
  readonly until: number;
  readonly text: string;
}

const VIA = headerId('Via');
const CONTENT_LENGTH = headerId('Content-Length');

/**
 * A message on its way through a proxy: its own octets with a few lines changed. What nobody touches (unknown headers, order, case, spacing,
 * the body) stays as it came; octets behind the body are no part of it and are left behind.
 * @rfc 3261 §16.6 step 1
 */
export class Splice {
  readonly #message: ParsedMessage;
  readonly #edits: Edit[] = [];

  constructor(message: SipMessage) {
    this.#message = asParsed(message);
  }

  /** Puts another Request-URI into the request line. */
  requestUri(uri: string): void {
    const { middleStart, middleEnd } = this.#message.scannedStartLine;
    this.#edit(middleStart, middleEnd, uri);
  }

  /** Fills `received` and `rport` of the top Via. @rfc 3261 §18.2.1, RFC 3581 §4 */
  fillTopVia(source: Address): void {
    const via = topViaValue(this.#message);
    if (via !== undefined) this.#edit(via.start, via.end, filledVia(via, source));
  }

  /** Removes the topmost Via value. @rfc 3261 §16.7 step 3 */
  dropTopVia(): void {
    const message = this.#message;
    const line = message.find(VIA);
    const via = topViaValue(message);
    if (via === undefined) return;
    if (message.bytes[via.end] === COMMA && via.end < message.lineEnd(line))
      this.#edit(via.start, skipLws(message.bytes, via.end + 1, message.lineEnd(line)), '');
    else this.#dropLine(line);
  }

  /** A line of its own above the others of that name; without one, below the Vias. Several calls stay in their order. */
  addAbove(name: HeaderName, value: string): void {
    const line = this.#message.find(headerId(name));
    const at = line < 0 ? this.#belowVias() : this.#message.lineStart(line);
    this.#edit(at, at, `${name}: ${value}\r\n`);
  }

  /** A line of its own below the others of that name; without one, below the Vias. */
  addBelow(name: HeaderName, value: string): void {
    const last = this.#lines(headerId(name)).at(-1);
    const at = last === undefined ? this.#belowVias() : this.#nextLine(last);
    this.#edit(at, at, `${name}: ${value}\r\n`);
  }

  /** Replaces the value of the first line of that name, or adds one. */
  set(name: HeaderName, value: string): void {
    const message = this.#message;
    const line = message.find(headerId(name));
    if (line < 0) this.addAbove(name, value);
    else this.#edit(message.valueStart(line), message.valueEnd(line), value);
  }

  /**
   * Removes values of a list header: whole lines where nothing else is in them.
   * @param all - every value of the header in order.
   * @param isDropped - by place in `all`.
   */
  dropValues(name: HeaderName, all: readonly Span[], isDropped: (place: number) => boolean): void {
    const message = this.#message;
    for (const line of this.#lines(headerId(name))) {
      const end = message.lineEnd(line);
      const own = all.flatMap((span, place) =>
        span.start >= message.lineStart(line) && span.start < end
          ? [{ span, isDropped: isDropped(place) }]
          : [],
      );
      const kept = own.filter((value) => !value.isDropped);
      if (kept.length === own.length) continue;
      if (kept.length === 0) this.#dropLine(line);
      else
        this.#edit(
          message.valueStart(line),
          message.valueEnd(line),
          kept.map(({ span }) => message.text.substring(span.start, span.end)).join(','),
        );
    }
  }

  /** Streams need a Content-Length. @rfc 3261 §16.6 step 9, §18.3 */
  ensureLength(): void {
    const message = this.#message;
    if (message.find(CONTENT_LENGTH) >= 0) return;
    const { start, end } = message.body;
    this.addBelow('Content-Length', String(end - start));
  }

  toBytes(): Uint8Array {
    const { text, body } = this.#message;
    // Sorting is stable: what was inserted at one place first stands first.
    const edits = this.#edits.sort((a, b) => a.at - b.at || a.until - b.until);
    let out = '';
    let pos = 0;
    for (const edit of edits) {
      out += text.substring(pos, edit.at) + edit.text;
      pos = edit.until;
    }
    return toBytes(out + text.substring(pos, body.end));
  }

  #edit(at: number, until: number, text: string): void {
    this.#edits.push({ at, until, text });
  }

  #dropLine(line: number): void {
    this.#edit(this.#message.lineStart(line), this.#nextLine(line), '');
  }

  #nextLine(line: number): number {
    return this.#message.lineStart(line + INDEX_STRIDE);
  }

  #lines(id: number): readonly number[] {
    const message = this.#message;
    const lines: number[] = [];
    for (let line = message.find(id); line >= 0; line = message.find(id, line + INDEX_STRIDE))
      lines.push(line);
    return lines;
  }

  /** Behind the run of Via lines that the message begins with, where a reader looks for what routes it. */
  #belowVias(): number {
    let line = this.#message.find(VIA);
    if (line < 0) return this.#message.lineStart(0);
    for (let next = line; next === line; next = this.#message.find(VIA, line)) line += INDEX_STRIDE;
    return this.#message.lineStart(line);
  }
}
