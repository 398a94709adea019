import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetText, toBytes } from '../../stack/message/octets.ts';
import { readCapture, type ReadCapture } from './read-capture.ts';

/* Capture files as other programs write them, made here octet by octet. */

const OPTIONS = 'OPTIONS sip:b@10.0.0.2 SIP/2.0\r\nCall-ID: a\r\nContent-Length: 4\r\n\r\nbody';
const ANSWER = 'SIP/2.0 200 OK\r\nCall-ID: a\r\nContent-Length: 0\r\n\r\n';

const be = (size: 1 | 2 | 4, value: number): number[] =>
  Array.from({ length: size }, (_, i) => (value >>> (8 * (size - 1 - i))) & 0xff);
const le = (size: 2 | 4, value: number): number[] => be(size, value).reverse();
const octets = (text: string): number[] => [...toBytes(text)];

const A = [10, 0, 0, 1];
const B = [10, 0, 0, 2];
const A6 = [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 1];
const B6 = [0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 2];

const ipv4 = (protocol: number, payload: number[], fragment = 0, id = 7, from = A, to = B): number[] => [
  ...[0x45, 0, ...be(2, 20 + payload.length), ...be(2, id), ...be(2, fragment), 64, protocol, 0, 0],
  ...[...from, ...to, ...payload],
];
const ipv6 = (next: number, payload: number[]): number[] => [
  ...[0x60, 0, 0, 0, ...be(2, payload.length), next, 64, ...A6, ...B6, ...payload],
];
const udp = (payload: number[]): number[] => [
  ...[...be(2, 5071), ...be(2, 5060), ...be(2, 8 + payload.length), 0, 0, ...payload],
];
const tcp = (sequence: number, payload: string | number[], flags = 0x18): number[] => [
  ...[...be(2, 5071), ...be(2, 5060), ...be(4, sequence), ...be(4, 0), 0x50, flags, 0, 0, 0, 0, 0, 0],
  ...(typeof payload === 'string' ? octets(payload) : payload),
];
const ethernet = (packet: number[], tags: number[] = []): number[] => [
  ...[...Array<number>(12).fill(2), ...tags, ...be(2, packet[0] === 0x60 ? 0x86dd : 0x0800), ...packet],
];

/** A pcap file, little endian with microseconds. */
const pcap = (linkType: number, packets: readonly number[][], cut = 0): Uint8Array =>
  Uint8Array.from([
    ...[
      0xd4,
      0xc3,
      0xb2,
      0xa1,
      ...le(2, 2),
      ...le(2, 4),
      ...le(4, 0),
      ...le(4, 0),
      ...le(4, 65535),
      ...le(4, linkType),
    ],
    ...packets.flatMap((packet, i) => [
      ...[
        ...le(4, 100 + i),
        ...le(4, 250_000),
        ...le(4, packet.length),
        ...le(4, packet.length + cut),
        ...packet,
      ],
    ]),
  ]);

const block = (type: number, body: number[], word: typeof le): number[] => {
  const padded = [...body, ...Array<number>((4 - (body.length % 4)) % 4).fill(0)];
  return [...word(4, type), ...word(4, padded.length + 12), ...padded, ...word(4, padded.length + 12)];
};

function opened(file: Uint8Array): Extract<ReadCapture, { kind: 'ok' }> {
  const read = readCapture(file);
  if (read.kind !== 'ok') throw new Error(read.reason);
  return read;
}
const texts = (file: Uint8Array): readonly string[] =>
  opened(file).messages.map(({ bytes }) => octetText(bytes));

const ONE = ipv4(17, udp(octets(OPTIONS)));
const sll = (packetType: number, packet: number[]): number[] => [
  ...[...be(2, packetType), 0, 1, 0, 6, ...Array<number>(8).fill(0), 8, 0, ...packet],
];

describe('links', () => {
  it.each([
    ['Ethernet', 1, ethernet(ONE)],
    ['Ethernet with two VLAN tags', 1, ethernet(ONE, [0x88, 0xa8, 0, 1, 0x81, 0, 0, 2])],
    ['PPPoE', 1, [...Array<number>(12).fill(2), 0x88, 0x64, 0x11, 0, 0, 1, 0, 9, 0, 0x21, ...ONE]],
    ['raw IP', 101, ONE],
    ['raw IP by its old number', 12, ONE],
    ['IPv4', 228, ONE],
    ['BSD loopback', 0, [2, 0, 0, 0, ...ONE]],
    ['OpenBSD loopback', 108, [0, 0, 0, 2, ...ONE]],
    ['Linux cooked', 113, sll(0, ONE)],
    [
      'Linux cooked, version 2',
      276,
      [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, ...Array<number>(8).fill(0), ...ONE],
    ],
  ])('%s', (_name, linkType, frame) => {
    const { messages, isCut, isOwn, notes } = opened(pcap(linkType, [frame]));
    expect({ isCut, isOwn, notes }).toEqual({ isCut: false, isOwn: false, notes: [] });
    expect(messages).toMatchObject([
      {
        protocol: 'udp',
        remote: { host: '10.0.0.1', port: 5071 },
        local: { host: '10.0.0.2', port: 5060 },
        wallMs: 100_250,
      },
    ]);
    expect(octetText(messages[0]?.bytes ?? new Uint8Array())).toBe(OPTIONS);
  });

  it('that are not read are counted, and nothing but SIP is taken', () => {
    expect(opened(pcap(147, [ONE, ONE])).notes).toEqual([
      '2 packets of link type 147, which is not read here',
    ]);
    expect(texts(pcap(101, [ipv4(17, udp([0x80, 0, 0, 1])), ipv4(1, [8, 0, 0, 0, 0, 0, 0, 0])]))).toEqual([]);
  });

  it('show a packet that stays on the machine once, in a cooked capture', () => {
    const { messages } = opened(pcap(113, [sll(4, ONE), sll(0, ONE)]));
    expect(messages.map(({ direction }) => direction)).toEqual(['out']);
  });
});

describe('files', () => {
  it('of both byte orders and units of time', () => {
    for (const [word, magic] of [
      [le, [0x4d, 0x3c, 0xb2, 0xa1]],
      [be, [0xa1, 0xb2, 0x3c, 0x4d]],
    ] as const) {
      const head = [
        ...magic,
        ...word(2, 2),
        ...word(2, 4),
        ...Array<number>(8).fill(0),
        ...word(4, 65535),
        ...word(4, 101),
      ];
      const record = [...word(4, 7), ...word(4, 500_000_000), ...word(4, ONE.length), ...word(4, ONE.length)];
      expect(opened(Uint8Array.from([...head, ...record, ...ONE])).messages).toMatchObject([
        { wallMs: 7500 },
      ]);
    }
  });

  it.each([
    ['little', le],
    ['big', be],
  ] as const)('pcapng, %s endian, with its unit of time and its direction', (_name, word) => {
    const section = block(
      0x0a0d0d0a,
      [...word(4, 0x1a2b3c4d), ...word(2, 1), ...word(2, 0), ...Array<number>(8).fill(0xff)],
      word,
    );
    // if_tsresol 9: nanoseconds
    const described = block(
      1,
      [...word(2, 101), 0, 0, ...word(4, 0), ...word(2, 9), ...word(2, 1), 9, 0, 0, 0, 0, 0, 0, 0],
      word,
    );
    const flags = [...word(2, 2), ...word(2, 4), ...word(4, 2), 0, 0, 0, 0];
    const padding = Array<number>((4 - (ONE.length % 4)) % 4).fill(0);
    const packet = [
      ...word(4, 0),
      ...word(4, 0),
      ...word(4, 2_500_000_000),
      ...word(4, ONE.length),
      ...word(4, ONE.length),
      ...ONE,
      ...padding,
      ...flags,
    ];
    const simple = block(3, [...word(4, ONE.length), ...ONE], word);
    const { messages } = opened(
      Uint8Array.from([...section, ...described, ...block(6, packet, word), ...simple]),
    );
    expect(messages).toMatchObject([{ wallMs: 2500, direction: 'out' }, { direction: 'in' }]);
  });

  it('that end too early give what is before, and say so', () => {
    const file = pcap(101, [ONE, ONE]);
    const { messages, isCut } = opened(file.subarray(0, file.length - 3));
    expect([messages.length, isCut]).toEqual([1, true]);
    expect(opened(pcap(101, [ONE], 9)).notes).toEqual([
      '1 messages cut short, because the capture kept only the beginning of packets',
    ]);
  });

  it('that are none are refused in one sentence, and no octets do harm', () => {
    expect(readCapture(new Uint8Array())).toEqual({ kind: 'unreadable', reason: 'it is empty' });
    expect(readCapture(toBytes('INVITE sip:a@b SIP/2.0'))).toEqual({
      kind: 'unreadable',
      reason: 'it is no pcapng or pcap file',
    });
    expect(readCapture(Uint8Array.of(0x0a, 0x0d, 0x0d, 0x0a))).toMatchObject({
      reason: 'it ends in its first block',
    });
    const whole = pcap(1, [
      ethernet(ONE),
      ethernet(ipv4(6, tcp(1, OPTIONS))),
      ethernet(ipv6(17, udp(octets(OPTIONS)))),
    ]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(whole.length),
        (changes, end) => {
          const file = whole.slice(0, end);
          for (const [at, value] of changes) if (at < end) file[at] = value;
          expect(['ok', 'unreadable']).toContain(readCapture(file).kind);
        },
      ),
    );
  });
});

describe('IP', () => {
  it('puts fragments together, whatever their order, and counts those that miss one', () => {
    const datagram = udp(octets(OPTIONS));
    const [first, second] = [datagram.slice(0, 40), datagram.slice(40)];
    const parts = [ipv4(17, second, 40 / 8), ipv4(17, first, 0x2000)];
    expect(texts(pcap(101, parts))).toEqual([OPTIONS]);
    expect(texts(pcap(101, [...parts].reverse()))).toEqual([OPTIONS]);
    expect(opened(pcap(101, [ipv4(17, first, 0x2000)])).notes).toEqual([
      '1 IP packets of which a fragment is missing',
    ]);
  });

  it('reads version 6, past its extension headers and in fragments', () => {
    const datagram = udp(octets(OPTIONS));
    const hopByHop = ipv6(0, [17, 0, 1, 4, 0, 0, 0, 0, ...datagram]);
    const { messages } = opened(pcap(101, [hopByHop]));
    expect(messages).toMatchObject([
      { remote: { host: '2001:db8::1', port: 5071 }, local: { host: '2001:db8::2' } },
    ]);
    const fragment = (offset: number, isLast: boolean, payload: number[]): number[] =>
      ipv6(44, [17, 0, ...be(2, offset | (isLast ? 0 : 1)), 0, 0, 0, 9, ...payload]);
    const cut = [fragment(0, false, datagram.slice(0, 48)), fragment(48, true, datagram.slice(48))];
    expect(texts(pcap(229, cut))).toEqual([OPTIONS]);
  });
});

describe('TCP', () => {
  const segments = (list: readonly (readonly [number, string | number[], number?])[]): Uint8Array =>
    pcap(
      101,
      list.map(([sequence, payload, flags]) => ipv4(6, tcp(sequence, payload, flags))),
    );

  it('is put in order and cut into messages, however it was segmented', () => {
    const both = OPTIONS + ANSWER;
    const third = Math.floor(both.length / 3);
    const base = 0xffffff00;
    const part = (from: number, to: number): readonly [number, string] => [
      (base + 1 + from) >>> 0,
      both.slice(from, to),
    ];
    const file = segments([
      [base, [], 0x02],
      part(0, third),
      part(2 * third, both.length),
      part(0, third),
      part(third - 5, 2 * third + 5),
    ]);
    expect(texts(file)).toEqual([OPTIONS, ANSWER]);
    expect(opened(file).messages[0]).toMatchObject({ protocol: 'tcp' });
  });

  it('goes on behind a gap, and with a capture that began in the middle', () => {
    const file = segments([
      [1000, 'end of another\r\n\r\n'],
      [1018, OPTIONS],
      [9000, ANSWER],
    ]);
    expect(texts(file)).toEqual([OPTIONS, ANSWER]);
    expect(opened(file).notes).toEqual(['1 gaps in TCP connections: messages around them are missing']);
  });

  it('says that it is encrypted, once a direction', () => {
    expect(
      opened(
        segments([
          [1, [0x16, 3, 1, 0, 5, 1]],
          [7, [0x16, 3, 3]],
        ]),
      ).notes,
    ).toEqual(['1 connections encrypted by TLS']);
  });

  it('carries WebSockets: masked, in fragments, and compressed ones are counted', () => {
    const mask = [1, 2, 3, 4];
    const masked = (text: string): number[] => octets(text).map((octet, i) => octet ^ (mask[i % 4] ?? 0));
    const frame = (first: number, text: string): number[] => [
      first,
      0x80 | 126,
      ...be(2, text.length),
      ...mask,
      ...masked(text),
    ];
    const upgrade = octets('GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n');
    const [head, tail] = [OPTIONS.slice(0, 30), OPTIONS.slice(30)];
    const stream = [
      ...upgrade,
      ...frame(0x01, head),
      ...frame(0x80, tail),
      ...frame(0xc1, 'packed'),
      ...frame(0x81, ANSWER),
    ];
    const { messages, notes } = opened(
      segments([
        [1, stream.slice(0, 50)],
        [51, stream.slice(50)],
      ]),
    );
    expect(messages.map(({ bytes, protocol }) => [protocol, octetText(bytes)])).toEqual([
      ['ws', OPTIONS],
      ['ws', ANSWER],
    ]);
    expect(notes).toEqual(['1 WebSocket messages that are compressed or too large']);
  });
});
