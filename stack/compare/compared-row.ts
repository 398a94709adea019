/** A piece of a value, and whether the other message has it too. */
export interface Segment {
  text: string;
  readonly isChanged: boolean;
}

/** One part of two messages side by side; a side that has no such part is left out. */
export interface ComparedRow {
  /** `Via [0]`, `Request-URI`, `SDP m=audio [0] a=rtpmap [1]` */
  label: string;
  section: 'start-line' | 'headers' | 'body';
  difference: 'equal' | 'changed' | 'added' | 'removed' | 'reordered';
  /** A difference two messages of one call always have (branch, tag, CSeq number, Content-Length). */
  isExpected: boolean;
  note?: string | undefined;
  a?: Segment[] | undefined;
  b?: Segment[] | undefined;
}
