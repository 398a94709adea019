import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { createBatchEncoder, decodeBatch, encodeBatch, readJournal } from './capture-batch.ts';

const address = fc.record({
  host: fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20, unit: 'grapheme' })),
  port: fc.nat(65535),
});
const captured: fc.Arbitrary<CapturedMessage> = fc.record({
  direction: fc.constantFrom('in', 'out'),
  protocol: fc.constantFrom('udp', 'tcp', 'tls', 'ws', 'wss'),
  local: address,
  remote: address,
  connectionId: fc.option(fc.string(), { nil: undefined }),
  atMs: fc.double({ noNaN: true }),
  wallMs: fc.double({ noNaN: true }),
  bytes: fc.uint8Array({ maxLength: 2000 }),
});

describe('capture batches', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(captured, { maxLength: 30 }), (messages) => {
        expect(decodeBatch(encodeBatch(messages))).toEqual(messages);
      }),
    );
  });

  it('start anew after each take, with texts of their own', () => {
    const [a, b] = fc.sample(captured, { numRuns: 2, seed: 7 });
    if (!a || !b) throw new Error('no sample');
    const encoder = createBatchEncoder();
    encoder.add(a);
    const first = encoder.take();
    encoder.add(a);
    encoder.add(b);
    expect(encoder.count).toBe(2);
    const second = encoder.take();
    expect(first && [first.number, decodeBatch(first.batch)]).toEqual([1, [a]]);
    expect(second && [second.number, decodeBatch(second.batch)]).toEqual([2, [a, b]]);
    expect([encoder.take(), encoder.count]).toEqual([undefined, 0]);
  });

  it('leave in their memory what was added and not sent, and only that', () => {
    const samples = fc.sample(captured, { numRuns: 40, seed: 8 });
    const memories: SharedArrayBuffer[] = [];
    const encoder = createBatchEncoder((memory) => memories.push(memory));
    const brief = ({ wallMs, bytes }: CapturedMessage): string =>
      `${wallMs} ${Buffer.from(bytes).toString('latin1')}`;
    const left = (received: number): string[] => {
      const memory = memories.at(-1);
      const batch = memory && readJournal(memory, received);
      return batch === undefined ? [] : decodeBatch(batch).map(brief);
    };
    expect(left(0)).toEqual([]);
    for (const [i, message] of samples.entries()) {
      encoder.add(message);
      expect(left(0)).toEqual(samples.slice(0, i + 1).map(brief));
    }
    const large = { ...samples[0], bytes: new Uint8Array(200_000) } as CapturedMessage;
    const all = [...samples, large].map(brief);
    encoder.add(large);
    expect(memories.length).toBeGreaterThan(1);
    expect(left(0)).toEqual(all);
    // Sent but not received is there still; received is not given twice.
    expect(encoder.take()?.number).toBe(1);
    expect([left(0), left(1)]).toEqual([all, []]);
    encoder.add(large);
    expect(left(1)).toEqual([brief(large)]);
  });

  it('grow past their first buffer and write a host once', () => {
    const bytes = new Uint8Array(700).fill(0x41);
    const message: CapturedMessage = {
      direction: 'in',
      protocol: 'udp',
      local: { host: '127.0.0.1', port: 5060 },
      remote: { host: '127.0.0.2', port: 5061 },
      connectionId: undefined,
      atMs: 1,
      wallMs: 2,
      bytes,
    };
    const batch = encodeBatch(Array<CapturedMessage>(1000).fill(message));
    expect(batch.byteLength).toBe(8 + 2 * (3 + 9) + 1000 * (38 + 700));
    expect(decodeBatch(batch)).toHaveLength(1000);
  });

  it('refuse what is no batch', () => {
    expect(() => decodeBatch(new ArrayBuffer(16))).toThrow('not a capture batch');
    const cut = encodeBatch(fc.sample(captured, { numRuns: 1, seed: 3 })).slice(0, -1);
    expect(() => decodeBatch(cut)).toThrow(/damaged|Offset/);
  });
});
