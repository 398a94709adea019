/** Canonical names of the header fields known to the stack. */
export type HeaderName = 'Via' | 'From' | 'To' | 'Call-ID' | 'CSeq';
