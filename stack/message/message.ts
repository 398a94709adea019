import type { HeaderName } from './header-names.ts';

/*
 * The model of a SIP message. Bytes are the truth; everything else points into them.
 *
 * Every string in stack/ is octet text: one character per octet (ISO 8859-1), exactly as on the wire. So spans, string offsets and
 * octets agree, nothing is lost, and no decoding happens on the hot path. `decodeText` and `encodeText` (octets.ts) convert to and from
 * Unicode at the edges, where people read and type.
 */

/** Half-open byte range [start, end) into `SipMessage.bytes`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** One header line as it came, folding and all. */
export interface HeaderField {
  /** The name as written: `f`, `FROM`, `From`. */
  readonly rawName: string;
  /** The canonical name: `From`; an unknown one as written. */
  readonly name: string;
  /** The value without surrounding white space, folds replaced by one space. @rfc 3261 §7.3.1 */
  readonly value: string;
  /** The whole line without its final line end. */
  readonly span: Span;
  /** The value's octets, unfolded not. */
  readonly valueSpan: Span;
}

/** A finding about the octets of a message. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning' | 'info';
  /** Stable kebab-case id. */
  readonly code: string;
  readonly message: string;
  /** `RFC 3261 §7.3.1` */
  readonly rfc: string;
  readonly span: Span;
}

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string; readonly version: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string; readonly version: string }
  | { readonly kind: 'invalid'; readonly text: string };

/** A parsed message. Immutable; what costs time is computed on first use and kept. */
export interface SipMessage {
  readonly bytes: Uint8Array;
  readonly startLine: StartLine;
  readonly headers: readonly HeaderField[];
  readonly body: Span;
  /** Framing and start-line findings of the parse itself; deeper ones come from `lint`. */
  readonly diagnostics: readonly Diagnostic[];
  /** Value of the first header of that name. */
  first(name: HeaderName): string | undefined;
  /** Values of all headers of that name, one entry a line, not split at commas. */
  all(name: HeaderName): readonly string[];
}
