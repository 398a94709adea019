const FIRST_LINE_BYTES = 1024;

/** `INVITE sip:bob@example.com SIP/2.0` or `SIP/2.0 200 OK`; methods of others than we know too. */
const SIP_START = /^(?:SIP\/2\.0 \d{3}|[A-Za-z0-9\-.!%*_+`'~]{1,32} \S{1,900} SIP\/2\.0\r?\n)/i;

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** Whether a message of SIP begins here. */
export const startsSip = (bytes: Uint8Array): boolean =>
  SIP_START.test(latin1(bytes.subarray(0, FIRST_LINE_BYTES)));

/** The first octets as text. */
export const beginningOf = (bytes: Uint8Array, length: number): string => latin1(bytes.subarray(0, length));
