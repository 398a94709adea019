import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { fold, smallSum, wordSum } from './pcapng/checksum.ts';
import { parseIp } from './pcapng/ip-address.ts';
import { localHostFor } from './pcapng/local-host.ts';
import { createPcapngWriter, type PcapngOptions } from './pcapng.ts';
import { aCall, captured, requestBytes, START_MS } from './testing/messages.ts';
import { tshark, tsharkMissing } from './testing/pcapng-file.ts';

type Entry = CapturedMessage | { readonly message: CapturedMessage; readonly comment: string };

function fileOf(entries: readonly Entry[], options: Partial<PcapngOptions> = {}): Uint8Array {
  const chunks: Buffer[] = [];
  const writer = createPcapngWriter({ write: (chunk) => chunks.push(Buffer.from(chunk)), ...options });
  for (const entry of entries) {
    if ('message' in entry) writer.add(entry.message, { comment: entry.comment });
    else writer.add(entry);
  }
  writer.flush();
  const file = Buffer.concat(chunks);
  expect(writer.sizeBytes).toBe(file.length);
  return file;
}

/** Type, length and body of every block; fails when the two lengths of one differ. */
function blocksOf(file: Uint8Array): { type: number; body: Uint8Array }[] {
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const blocks = [];
  for (let at = 0; at < file.length;) {
    const length = view.getUint32(at + 4, true);
    expect([length % 4, view.getUint32(at + length - 4, true)]).toEqual([0, length]);
    blocks.push({ type: view.getUint32(at, true), body: file.subarray(at + 8, at + length - 4) });
    at += length;
  }
  return blocks;
}

/** The one's complement sum as RFC 1071 says it, octet by octet. */
function plainSum(bytes: Uint8Array): number {
  let sum = 0;
  bytes.forEach((octet, i) => (sum += i % 2 === 0 ? octet << 8 : octet));
  return fold(fold(sum));
}

describe('checksums (RFC 1071)', () => {
  it('agree with the plain sum over any octets at any even place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), fc.nat(8), (octets, half) => {
        const memory = new ArrayBuffer(octets.length + half * 2 + 1 + ((octets.length + 1) & 1));
        const bytes = new Uint8Array(memory);
        bytes.set(octets, half * 2);
        const words = new Uint16Array(memory, 0, memory.byteLength >> 1);
        expect(wordSum(words, bytes, half * 2, half * 2 + octets.length)).toBe(plainSum(octets));
      }),
    );
    expect(smallSum(Uint8Array.of(0xff, 0xff, 0x00, 0x01))).toBe(1);
  });
});

describe('IP literals', () => {
  it.each([
    ['127.0.0.1', '7f000001'],
    ['::1', '00000000000000000000000000000001'],
    ['[fe80::1%eth0]', 'fe800000000000000000000000000001'],
    ['2001:db8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
    ['::ffff:10.0.0.1', '0a000001'],
    ['64:ff9b::10.0.0.1', '0064ff9b00000000000000000a000001'],
    ['example.com', undefined],
    ['', undefined],
  ])('%s', (host, hex) => {
    const bytes = parseIp(host);
    expect(bytes && Buffer.from(bytes).toString('hex')).toBe(hex);
  });

  it('get a stand-in for a socket bound to every interface', () => {
    const interfaces = [
      { address: '127.0.0.1', netmask: '255.0.0.0', internal: true },
      { address: '10.1.2.3', netmask: '255.255.0.0', internal: false },
      { address: '192.168.7.7', netmask: '255.255.255.0', internal: false },
      { address: '::1', netmask: 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', internal: true },
    ];
    const hosts = ['127.0.0.1', '10.1.9.9', '192.168.7.8', '8.8.8.8', '192.168.7.7', '::1', '2001:db8::9'];
    expect(hosts.map((host) => localHostFor(host, interfaces))).toEqual([
      '127.0.0.1',
      '10.1.2.3',
      '192.168.7.7',
      '10.1.2.3',
      '192.168.7.7',
      '::1',
      '2001:db8::1',
    ]);
    expect(localHostFor('10.0.0.1', [])).toBe('192.0.2.1');
  });
});

/** From the UDP checksum to the end of a block with two octets of payload: checksum, payload, padding, options, length. */
const TAIL_BYTES = 2 + 2 + 2 + 12 + 4;

describe('pcapng files', () => {
  it('hold a section, an interface and a block a message, whatever the chunk size', () => {
    const messages = Array.from({ length: 40 }, (_, i) => aCall({ callId: `c${i}`, atMs: i })).flat();
    const whole = fileOf(messages);
    expect(blocksOf(whole).map(({ type }) => type)).toEqual([
      0x0a0d0d0a,
      1,
      ...Array<number>(messages.length).fill(6),
    ]);
    expect(Buffer.compare(fileOf(messages, { chunkBytes: 2048 }), whole)).toBe(0);
  });

  it('carry microseconds and direction', () => {
    const [, , packet] = blocksOf(fileOf([{ ...captured('out', 'x'), wallMs: START_MS + 0.125 }]));
    if (!packet) throw new Error('no packet');
    const view = new DataView(packet.body.buffer, packet.body.byteOffset);
    const micros = view.getUint32(4, true) * 2 ** 32 + view.getUint32(8, true);
    expect(micros).toBe(START_MS * 1000 + 125);
    expect(view.getUint32(packet.body.length - 8, true)).toBe(2);
  });

  it('never write a UDP checksum of 0', () => {
    const sums = new Set<number>();
    const writer = createPcapngWriter({
      write: (chunk) => sums.add(new DataView(chunk.buffer).getUint16(chunk.length - TAIL_BYTES)),
      chunkBytes: 512,
    });
    writer.flush();
    sums.clear();
    for (let word = 0; word < 0x10000; word += 1) {
      writer.add(captured('in', Uint8Array.of(word >> 8, word & 0xff)));
      writer.flush();
    }
    expect(sums.size).toBe(0xffff);
    expect(sums.has(0)).toBe(false);
  });
});

const missing = tsharkMissing();

describe.skipIf(missing)(
  `pcapng files as tshark reads them${missing ? ` (${missing})` : ''}`,
  { timeout: 60_000 },
  () => {
    const checks = [
      '-o',
      'udp.check_checksum:TRUE',
      '-o',
      'tcp.check_checksum:TRUE',
      '-o',
      'ip.check_checksum:TRUE',
    ];
    const nothingWrong = (file: Uint8Array): void => {
      const wrong =
        '_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0 || (tcp.analysis.flags && !tcp.analysis.reused_ports)';
      expect(tshark(file, wrong, ['frame.number', '_ws.col.Info'], checks)).toEqual([]);
    };

    it('show every message over UDP with its Call-ID, addresses and direction', () => {
      const messages = Array.from({ length: 300 }, (_, i) => aCall({ callId: `c${i}@x`, atMs: i })).flat();
      const file = fileOf(messages);
      const rows = tshark(file, 'sip', [
        'sip.Call-ID',
        'ip.src',
        'udp.srcport',
        'frame.packet_flags_direction',
      ]);
      expect(rows).toEqual(
        messages.map((m, i) => [
          `c${Math.floor(i / 7)}@x`,
          '127.0.0.1',
          m.direction === 'in' ? '5071' : '5060',
          m.direction === 'in' ? '0x00000001' : '0x00000002',
        ]),
      );
      nothingWrong(file);
    });

    it('show IPv6, names for ends bound to every interface, and comments', () => {
      const v6 = { local: { host: '::', port: 5060 }, remote: { host: '::1', port: 5071 } };
      const any = { local: { host: '0.0.0.0', port: 5060 }, remote: { host: '10.9.8.7', port: 5071 } };
      const mapped = { local: { host: '::', port: 5060 }, remote: { host: '::ffff:10.9.8.7', port: 5071 } };
      const bytes = requestBytes('OPTIONS', { headers: ['Subject: odd'] });
      const file = fileOf(
        [
          { message: captured('in', bytes, v6), comment: 'step 1 FAILED: grün' },
          captured('out', bytes, any),
          captured('in', bytes, mapped),
        ],
        { localHost: (remote) => (remote === '::1' ? '::1' : '10.9.8.1') },
      );
      expect(
        tshark(file, 'sip', ['ipv6.src', 'ipv6.dst', 'ip.src', 'ip.dst', 'frame.comment', 'sip.Method']),
      ).toEqual([
        ['::1', '::1', '', '', 'step 1 FAILED: grün', 'OPTIONS'],
        ['', '', '10.9.8.1', '10.9.8.7', '', 'OPTIONS'],
        ['', '', '10.9.8.7', '10.9.8.1', '', 'OPTIONS'],
      ]);
      nothingWrong(file);
    });

    it('reassemble what TCP carried, on two connections that used the same ports', () => {
      const long = `X-Long: ${'y'.repeat(4000)}`;
      const tcp = (connectionId: string, atMs: number) => ({ protocol: 'tcp', connectionId, atMs }) as const;
      const messages = [
        ...aCall({ callId: 'first', headers: [long], ...tcp('1', 0) }),
        ...aCall({ callId: 'second', ...tcp('2', 5000) }),
        ...aCall({
          callId: 'six',
          local: { host: '::1', port: 5060 },
          remote: { host: '::1', port: 40_000 },
          ...tcp('3', 9000),
        }),
      ];
      const file = fileOf(messages, { chunkBytes: 4096 });
      const rows = tshark(file, 'sip', ['sip.Call-ID', 'tcp.stream']);
      expect(rows).toEqual(
        messages.map((_, i) => [['first', 'second', 'six'][Math.floor(i / 7)], String(Math.floor(i / 7))]),
      );
      expect(tshark(file, 'tcp.flags.syn == 1', ['tcp.stream'])).toHaveLength(6);
      expect(tshark(file, 'tcp.len > 1460', ['frame.number'])).toEqual([]);
      nothingWrong(file);
    });

    it('are read on the port of another protocol too, when content goes before ports', () => {
      const local = { host: '127.0.0.1', port: 16_002 };
      const pmcd = { host: '127.0.0.1', port: 44_321 };
      const enip = { host: '127.0.0.1', port: 44_818 };
      const file = fileOf([
        ...aCall({ callId: 'tcp', protocol: 'tcp', connectionId: '1', local, remote: pmcd }),
        ...aCall({ callId: 'udp', local, remote: enip }),
      ]);
      expect(tshark(file, 'sip', ['sip.Call-ID'])).toEqual([]);
      const rows = tshark(
        file,
        'sip',
        ['sip.Call-ID'],
        ['-o', 'tcp.try_heuristic_first:TRUE', '-o', 'udp.try_heuristic_first:TRUE'],
      );
      expect(rows).toEqual([...Array<string[]>(7).fill(['tcp']), ...Array<string[]>(7).fill(['udp'])]);
    });

    it('fall back to exported PDUs for huge datagrams and for plaintext of TLS', () => {
      const huge = requestBytes('MESSAGE', { callId: 'huge', headers: [`X-Huge: ${'z'.repeat(70_000)}`] });
      const file = fileOf([
        captured('in', huge),
        ...aCall({ callId: 'sips', protocol: 'tls', connectionId: 't1' }),
        ...aCall({ callId: 'plain' }),
      ]);
      const rows = tshark(file, 'sip', ['sip.Call-ID', 'frame.interface_id']);
      expect(rows).toEqual([
        ['huge', '1'],
        ...Array<string[]>(7).fill(['sips', '1']),
        ...Array<string[]>(7).fill(['plain', '0']),
      ]);
      nothingWrong(file);
    });

    it('count messages of any content and size', () => {
      const seen = fc.sample(
        fc.record({
          text: fc.string({ maxLength: 60 }),
          size: fc.nat(5000),
          tcp: fc.boolean(),
          out: fc.boolean(),
        }),
        { numRuns: 200, seed: 42 },
      );
      const messages = seen.map(({ text, size, tcp, out }, i) =>
        captured(
          out ? 'out' : 'in',
          requestBytes('MESSAGE', {
            callId: `m${i}`,
            headers: [`Subject: ${text.replace(/[\r\n]/g, '')}`, `X-Pad: ${'p'.repeat(size)}`],
          }),
          tcp
            ? {
                protocol: 'tcp',
                connectionId: `k${i % 5}`,
                remote: { host: '10.0.0.1', port: 7000 + (i % 5) },
                atMs: i,
              }
            : { atMs: i },
        ),
      );
      const file = fileOf(messages);
      expect(tshark(file, 'sip.Call-ID', ['sip.Call-ID']).flat()).toEqual(messages.map((_, i) => `m${i}`));
      nothingWrong(file);
    });
  },
);
