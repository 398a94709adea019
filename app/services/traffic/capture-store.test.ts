import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBatch } from './capture-batch.ts';
import { CaptureStore, DIALOG_COST_BYTES, MESSAGE_COST_BYTES } from './capture-store.ts';
import type { DialogRecord } from './store/records.ts';
import { aCall, captured, requestBytes } from './testing/messages.ts';

const call = (n: number): ArrayBuffer => encodeBatch(aCall({ callId: `call-${n}`, atMs: n * 10 }));
/** A call nobody has hung up. */
const openCall = (n: number): ArrayBuffer =>
  encodeBatch(aCall({ callId: `open-${n}`, atMs: n * 10 }).slice(0, 5));
const callIds = (store: CaptureStore): string[] => Array.from(store.dialogs.values(), ({ callId }) => callId);
const sizeOfCall = call(1).byteLength + 7 * MESSAGE_COST_BYTES + DIALOG_COST_BYTES + 60;

describe('the capture store', () => {
  it('keeps the octets of every message under its number', () => {
    const store = new CaptureStore();
    const messages = Array.from({ length: 50 }, (_, i) => aCall({ callId: `c${i}` })).flat();
    store.ingest(encodeBatch(messages.slice(0, 99)), 's1');
    store.ingest(encodeBatch(messages.slice(99)), 's1');
    expect(store.messageCount).toBe(350);
    messages.forEach((message, i) => {
      expect(store.message(i + 1)?.bytes.equals(message.bytes)).toBe(true);
    });
    expect(store.message(0)).toBeUndefined();
    expect(store.message(351)).toBeUndefined();
  });

  it('drops the dialogs that ended first, then the oldest, and counts their messages', () => {
    const store = new CaptureStore(sizeOfCall * 4.5);
    store.ingest(openCall(1), 's1');
    for (const n of [2, 3, 4, 5, 6]) store.ingest(call(n), 's1');
    expect(callIds(store)).toEqual(['open-1', 'call-4', 'call-5', 'call-6']);
    expect([store.dropped, store.messageCount]).toEqual([14, 26]);
    for (const n of [7, 8, 9, 10, 11]) store.ingest(openCall(n), 's1');
    expect(callIds(store)[0]).not.toBe('open-1');
    expect(callIds(store)).not.toContain('call-6');
    expect(store.sizeBytes).toBeLessThanOrEqual(store.limitBytes);
    expect(store.message(1)).toBeUndefined();
  });

  it('stays within its bound whatever comes, counts everything, and forgets nothing of what it keeps', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.array(fc.record({ id: fc.nat(12), part: fc.nat(7), junk: fc.boolean() }), { maxLength: 20 }),
          {
            maxLength: 30,
          },
        ),
        (batches) => {
          const store = new CaptureStore(20_000);
          let sent = 0;
          for (const batch of batches) {
            const messages = batch.flatMap(({ id, part, junk }) =>
              junk ? [captured('in', `junk ${id}`)] : aCall({ callId: `c${id}` }).slice(part),
            );
            store.ingest(encodeBatch(messages), 's1');
            sent += messages.length;
            expect(store.sizeBytes).toBeLessThanOrEqual(store.limitBytes);
          }
          const kept = Array.from(store.dialogs.values(), (dialog) => dialog.messages).flat();
          expect([store.messageCount, store.messageCount + store.dropped]).toEqual([kept.length, sent]);
          for (const message of kept) {
            expect(store.message(message.id)).toBe(message);
            const text = message.bytes.toString('latin1');
            expect(
              message.kind === 'invalid'
                ? text.startsWith('junk')
                : text.includes(`: ${message.dialog.callId}\r`),
            ).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts what hostile messages make long', () => {
    const store = new CaptureStore(300_000);
    for (let n = 0; n < 20; n += 1) {
      const callId = `${n}${'x'.repeat(60_000)}`;
      store.ingest(encodeBatch([captured('in', requestBytes('y'.repeat(5000), { callId }))]), 's1');
    }
    expect(store.dialogs.size).toBe(2);
    expect(store.dialogs.first?.method).toHaveLength(200);
    for (let n = 0; n < 3; n += 1) store.ingest(encodeBatch([captured('in', new Uint8Array(250_000))]), 's1');
    store.clear();
    expect(store.sizeBytes).toBe(0);
  });

  it('does not hold a whole batch for one long call', () => {
    const store = new CaptureStore(60_000);
    const many = Array.from({ length: 20 }, (_, i) => aCall({ callId: `short-${i}` })).flat();
    store.ingest(encodeBatch([...aCall({ callId: 'long' }).slice(0, 5), ...many]), 's1');
    const before = store.message(1)?.bytes.toString();
    for (let n = 0; n < 40; n += 1) store.ingest(call(n), 's1');
    expect(callIds(store)).toContain('long');
    expect(store.message(1)?.bytes.toString()).toBe(before);
    expect(store.message(1)?.slab.sizeBytes).toBeLessThan(5000);
  });

  it('splits endless junk of one sender, so that old junk can go', () => {
    const store = new CaptureStore();
    const junk = Array.from({ length: 2500 }, (_, i) => captured('in', `junk ${i}`));
    store.ingest(encodeBatch(junk), 's1');
    expect(Array.from(store.dialogs.values(), ({ messages }) => messages.length)).toEqual([1000, 1000, 500]);
  });

  it('tells watchers once a batch what changed, what was dropped and that all is gone', () => {
    const log: string[] = [];
    const names = (dialogs: readonly DialogRecord[]): string => dialogs.map(({ callId }) => callId).join(' ');
    const store = new CaptureStore(sizeOfCall * 2.5);
    const stop = store.watch({
      changed: (dialogs) => log.push(`changed ${names(dialogs)}`),
      dropped: (dialogs) => log.push(`dropped ${names(dialogs)}`),
      cleared: () => log.push('cleared'),
    });
    store.ingest(encodeBatch([...aCall({ callId: 'a' }), ...aCall({ callId: 'b' })]), 's1');
    store.ingest(call(3), 's1');
    store.clear();
    stop();
    store.ingest(call(4), 's1');
    expect(log).toEqual(['changed a b', 'changed call-3', 'dropped a', 'cleared']);
    expect([store.messageCount, store.dialogs.size, callIds(store)]).toEqual([7, 1, ['call-4']]);
  });

  it('never uses a number twice, not after clearing either', () => {
    const store = new CaptureStore();
    store.ingest(call(1), 's1');
    store.clear();
    store.ingest(encodeBatch([captured('in', requestBytes('OPTIONS'))]), 's1');
    expect(Array.from(store.dialogs.values(), ({ id, first }) => [id, first?.id])).toEqual([[2, 8]]);
    expect([store.sizeBytes > 0, store.dropped]).toEqual([true, 0]);
  });
});
