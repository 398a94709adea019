import { gunzipSync } from 'node:zlib';

/** A small file may unpack to anything; a capture of more is not for one reading. */
const MAX_BYTES = 512 * 1024 * 1024;

/** Whether the octets are packed by gzip. @rfc 1952 §2.3.1 */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The octets, unpacked where they are packed by gzip; a sentence when they cannot be. */
export function unzipped(bytes: Uint8Array): Uint8Array | string {
  if (!isGzip(bytes)) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    return error instanceof RangeError
      ? `it unpacks to more than ${MAX_BYTES / 1024 / 1024} MiB`
      : 'it is packed by gzip, and the packing is damaged';
  }
}
