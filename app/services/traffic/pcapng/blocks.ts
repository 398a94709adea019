/** The rarely written blocks of a pcapng section, whole. @see draft-ietf-opsawg-pcapng */

export const LINK_TYPE = { raw: 101, upperPdu: 252 } as const;

const BLOCK = { section: 0x0a0d0d0a, interface: 1 } as const;
const OPTION = {
  end: 0,
  comment: 1,
  sectionApplication: 4,
  interfaceName: 2,
  interfaceResolution: 9,
} as const;
const MICROSECONDS = 6;
/** 0: no limit. */
const SNAP_LENGTH = 0;

const utf8 = new TextEncoder();

export function sectionHeader(application: string, comment: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(16));
  fixed.setUint32(0, 0x1a2b3c4d, true);
  fixed.setUint16(4, 1, true);
  fixed.setUint16(6, 0, true);
  fixed.setBigInt64(8, -1n, true);
  return block(BLOCK.section, [
    new Uint8Array(fixed.buffer),
    option(OPTION.comment, utf8.encode(comment)),
    option(OPTION.sectionApplication, utf8.encode(application)),
    option(OPTION.end, new Uint8Array(0)),
  ]);
}

export function interfaceDescription(linkType: number, name: string): Uint8Array {
  const fixed = new DataView(new ArrayBuffer(8));
  fixed.setUint16(0, linkType, true);
  fixed.setUint32(4, SNAP_LENGTH, true);
  return block(BLOCK.interface, [
    new Uint8Array(fixed.buffer),
    option(OPTION.interfaceName, utf8.encode(name)),
    option(OPTION.interfaceResolution, Uint8Array.of(MICROSECONDS)),
    option(OPTION.end, new Uint8Array(0)),
  ]);
}

/** An opt_comment; longer ones than an option can hold are cut. */
export const commentOption = (comment: string): Uint8Array => option(OPTION.comment, utf8.encode(comment));

function option(code: number, value: Uint8Array): Uint8Array {
  const kept = value.subarray(0, 0xfffc);
  const out = new Uint8Array(4 + ((kept.length + 3) & ~3));
  const view = new DataView(out.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, kept.length, true);
  out.set(kept, 4);
  return out;
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const out = new Uint8Array(length);
  const view = new DataView(out.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, length, true);
  let at = 8;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  view.setUint32(at, length, true);
  return out;
}
