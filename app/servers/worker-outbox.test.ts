import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../stack/testing/manual-clock.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import type { LogLevel } from '../contract/server-config.ts';
import { decodeBatch } from '../services/traffic/capture-batch.ts';
import type { FromNode } from './node-protocol.ts';
import { createOutbox } from './worker-outbox.ts';

const aMessage = (sizeBytes: number): CapturedMessage => ({
  direction: 'in',
  protocol: 'udp',
  local: { host: '127.0.0.1', port: 5060 },
  remote: { host: '127.0.0.1', port: 5061 },
  connectionId: undefined,
  atMs: 1,
  wallMs: 2,
  bytes: new Uint8Array(sizeBytes).fill(65),
});

function harness(level: LogLevel = 'info', creditBytes = 1_000_000) {
  const clock = new ManualClock();
  const posted: string[] = [];
  const batches: ArrayBuffer[] = [];
  const outbox = createOutbox({
    clock,
    level,
    creditBytes,
    post: (message: FromNode, transfer) => {
      if (message.kind === 'captured') {
        expect(transfer).toEqual([message.batch]);
        batches.push(message.batch);
        posted.push(`${clock.now()} captured ${decodeBatch(message.batch).length}`);
      } else if (message.kind === 'log') {
        for (const l of message.lines)
          posted.push(`${clock.now()} ${l.level} ${l.message} ${JSON.stringify(l.fields)}`);
      }
    },
  });
  return { clock, outbox, posted, batches };
}

describe('outbox of a worker', () => {
  it('sends captures and lines together, 20 ms after the first', () => {
    const { clock, outbox, posted } = harness();
    outbox.capture(aMessage(10));
    clock.advance(15);
    outbox.capture(aMessage(10));
    outbox.log.info('call answered', { 'call-id': 'a', empty: undefined });
    clock.advance(100);
    expect(posted).toEqual(['20 captured 2', '20 info call answered {"call-id":"a"}']);
    expect(clock.pending).toBe(0);
  });

  it('sends captures at once when 256 KiB are together', () => {
    const { outbox, posted } = harness();
    for (let i = 0; i < 5; i++) outbox.capture(aMessage(60_000));
    expect(posted).toEqual(['0 captured 5']);
  });

  it('keeps lines below the level of the server to itself', () => {
    const { outbox, posted } = harness('warn');
    outbox.log.debug('a');
    outbox.log.info('b');
    outbox.log.warn('c');
    outbox.log.error('d');
    outbox.flush();
    expect(posted).toEqual(['0 warn c {}', '0 error d {}']);
  });

  it('counts the lines a flood leaves out', () => {
    const { outbox, posted } = harness();
    for (let i = 0; i < 600; i++) outbox.log.info('again');
    outbox.flush();
    expect(posted).toHaveLength(501);
    expect(posted.at(-1)).toBe('0 warn log lines left out {"lines":100}');
  });

  it('loses captures rather than memory when nobody takes them, and says how many', () => {
    const { clock, outbox, posted, batches } = harness('info', 100);
    outbox.capture(aMessage(200));
    outbox.flush();
    outbox.capture(aMessage(200));
    outbox.capture(aMessage(200));
    outbox.flush();
    expect(posted).toEqual(['0 captured 1']);
    outbox.taken(batches[0]?.byteLength ?? 0);
    outbox.capture(aMessage(200));
    clock.advance(20);
    expect(posted).toEqual(['0 captured 1', '20 captured 1']);
    outbox.taken(batches[1]?.byteLength ?? 0);
    clock.advance(20);
    expect(posted.at(-1)).toBe('40 warn captures lost: the workbench fell behind {"messages":2}');
    expect(clock.pending).toBe(0);
  });
});
