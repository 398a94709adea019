/** What a frame carries: an IP packet, or why not. */
export type LinkPayload =
  | { readonly ip: Uint8Array; readonly direction: 'in' | 'out' | undefined }
  | { readonly unread: string }
  /** Something else than IP, ARP for example. */
  | undefined;

const ETHERTYPE = { ipv4: 0x0800, ipv6: 0x86dd, pppoe: 0x8864 } as const;
const VLAN_TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8, 0x9100]);
const PPP = { ipv4: 0x0021, ipv6: 0x0057 } as const;
const COOKED_OUTGOING = 4;
const COOKED_DIRECTIONS = ['in', undefined, undefined, undefined, 'out'] as const;

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** What is behind the header of the link. @see https://www.tcpdump.org/linktypes.html */
export function linkPayload(linkType: number, bytes: Uint8Array): LinkPayload {
  switch (linkType) {
    case 0: // NULL: the address family in the byte order of the machine that captured
    case 108: // LOOP: the same, big endian
      return ipAt(bytes, 4);
    case 1:
      return ethernet(bytes, 12);
    case 12: // RAW as some systems number it
    case 14:
    case 101:
    case 228:
    case 229:
      return ipAt(bytes, 0);
    case 113:
      return cooked(bytes, 14, 16, u16(bytes, 0));
    case 276:
      return cooked(bytes, 0, 20, bytes[10] ?? 0);
    default:
      return { unread: `packets of link type ${linkType}, which is not read here` };
  }
}

function ethernet(bytes: Uint8Array, typeAt: number): LinkPayload {
  let at = typeAt;
  while (VLAN_TAGS.has(u16(bytes, at))) at += 4;
  const type = u16(bytes, at);
  if (type !== ETHERTYPE.pppoe) return carried(bytes, type, at + 2, undefined);
  const protocol = u16(bytes, at + 8);
  return protocol === PPP.ipv4 || protocol === PPP.ipv6 ? ipAt(bytes, at + 10) : undefined;
}

/** Linux cooked capture, versions 1 and 2. */
function cooked(bytes: Uint8Array, typeAt: number, headerBytes: number, packetType: number): LinkPayload {
  const direction = packetType <= COOKED_OUTGOING ? COOKED_DIRECTIONS[packetType] : undefined;
  let [type, at] = [u16(bytes, typeAt), headerBytes];
  while (VLAN_TAGS.has(type)) {
    type = u16(bytes, at + 2);
    at += 4;
  }
  return carried(bytes, type, at, direction);
}

const carried = (
  bytes: Uint8Array,
  type: number,
  at: number,
  direction: 'in' | 'out' | undefined,
): LinkPayload =>
  type === ETHERTYPE.ipv4 || type === ETHERTYPE.ipv6 ? ipAt(bytes, at, direction) : undefined;

const ipAt = (bytes: Uint8Array, at: number, direction?: 'in' | 'out'): LinkPayload =>
  bytes.length > at ? { ip: bytes.subarray(at), direction } : undefined;
