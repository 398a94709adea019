/** Tags of Wireshark's "exported PDU" (link type 252): what stands before a message that has no packets. Numbers are big endian, and padded to four octets. */
export const UPPER_PDU_TAG = {
  end: 0,
  dissector: 12,
  source4: 20,
  destination4: 21,
  source6: 22,
  destination6: 23,
  portType: 24,
  sourcePort: 25,
  destinationPort: 26,
  protocolColumn: 33,
} as const;

/** Values of the tag `portType`. */
export const UPPER_PDU_PORT_TYPE = { udp: 3, tcp: 2 } as const;
