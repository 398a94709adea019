const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What Node's Buffer adds to Uint8Array; found by looking, so that these files need no Node types. */
interface Latin1Sliceable {
  latin1Slice(start: number, end: number): string;
}

function isSliceable(bytes: Uint8Array): bytes is Uint8Array & Latin1Sliceable {
  return 'latin1Slice' in bytes;
}

/** Arguments of one `String.fromCharCode` call; more would overflow the call stack. */
const CHUNK_SIZE = 8192;

/** Octets as octet text: one character per octet, so that string offsets are byte offsets. */
export function octetText(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (isSliceable(bytes)) return bytes.latin1Slice(start, end);
  const part = bytes.subarray(start, end);
  const decoded = decoder.decode(part);
  // Equal length without a replacement character means ASCII only: UTF-8 never grows when decoded.
  if (decoded.length === part.length && !decoded.includes('\ufffd')) return decoded;
  let text = '';
  for (let at = 0; at < part.length; at += CHUNK_SIZE) {
    text += String.fromCharCode(...part.subarray(at, at + CHUNK_SIZE));
  }
  return text;
}

/** A body as octet text: none is empty. */
export function bodyText(body: string | Uint8Array | undefined): string {
  if (body === undefined) return '';
  return typeof body === 'string' ? body : octetText(body);
}

/** Messages are written side by side into slabs of this size: a slab costs one allocation, not one a message. */
const SLAB_BYTES = 64 * 1024;
let slab = new Uint8Array(SLAB_BYTES);
let slabUsed = 0;

/** Octets nobody else has; large ones get their own memory, so that they pin no slab. */
function freshBytes(length: number): Uint8Array<ArrayBuffer> {
  if (length > SLAB_BYTES / 8) return new Uint8Array(length);
  if (slabUsed + length > SLAB_BYTES) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const start = slabUsed;
  slabUsed += length;
  return slab.subarray(start, slabUsed);
}

/** Octet text as octets. A character above U+00FF, which octet text cannot hold, becomes `?`. */
export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  const bytes = freshBytes(text.length);
  // ASCII is the same in UTF-8 and fits exactly; anything else does not fit and is written octet by octet.
  if (encoder.encodeInto(text, bytes).read === text.length) return bytes;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    bytes[at] = code > 0xff ? 0x3f : code;
  }
  return bytes;
}

/** Octet text (UTF-8 octets) as Unicode for people to read; what is not UTF-8 becomes U+FFFD. */
export function decodeText(text: string): string {
  return /[\x80-\uffff]/.test(text) ? decoder.decode(toBytes(text)) : text;
}

/** Unicode as typed by people as octet text in UTF-8. */
export function encodeText(unicode: string): string {
  const bytes = encoder.encode(unicode);
  return bytes.length === unicode.length ? unicode : octetText(bytes);
}
