import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { bindingResponse } from './stun.ts';
import { StunFlows } from './stun-flows.ts';

/* Verified: when a flow over UDP is asked about, and what ends it. */

const SERVER: Address = { host: '192.0.2.9', port: 5060 };
const SEEN: Address = { host: '198.51.100.1', port: 40_000 };

const lab = () => {
  const clock = new ManualClock();
  const log: string[] = [];
  const asked: Uint8Array[] = [];
  let chance = 0;
  const flows = new StunFlows({
    clock,
    send: (bytes, to) => {
      asked.push(bytes);
      log.push(`${clock.now()} asks ${to.host}`);
    },
  });
  const stop = flows.keep(SERVER, {
    nextDelayMs: () => 25_000,
    chance: () => (chance = (chance + 0.37) % 1),
    onLost: ({ code, message }) => log.push(`${clock.now()} ${code}: ${message}`),
  });
  /** Answers a request, the latest one by default. */
  const answer = (seen = SEEN, { at = -1, from = SERVER } = {}): void => {
    const response = bindingResponse(asked.at(at) ?? new Uint8Array(0), seen);
    if (response !== undefined) flows.take(response, from);
  };
  return { clock, flows, log, asked, answer, stop };
};

describe('a flow over UDP (RFC 5626 §4.4.2)', () => {
  it('is asked about after each wait, under a new id, while the answers agree', () => {
    const { clock, log, asked, answer, stop } = lab();
    for (let i = 0; i < 3; i++) {
      clock.advance(25_000);
      answer();
    }
    expect(log).toEqual(['25000 asks 192.0.2.9', '50000 asks 192.0.2.9', '75000 asks 192.0.2.9']);
    expect(new Set(asked.map(String)).size).toBe(3);
    stop();
    expect(clock.pending).toBe(0);
  });

  it('has failed when it is seen at another address than before', () => {
    const { clock, log, answer } = lab();
    clock.advance(25_000);
    answer();
    clock.advance(25_000);
    answer({ ...SEEN, port: 40_001 });
    expect(log.at(-1)).toBe(
      '50000 closed: the flow is seen as 198.51.100.1:40001 now, no longer as 198.51.100.1:40000',
    );
    expect(clock.pending).toBe(0);
  });

  it('has failed after seven requests without an answer, 39.5 s after the first (RFC 5389 §7.2.1)', () => {
    const { clock, log, asked } = lab();
    clock.advance(80_000);
    expect(log).toEqual([
      ...[0, 500, 1500, 3500, 7500, 15_500, 31_500].map((ms) => `${25_000 + ms} asks 192.0.2.9`),
      '64500 timed-out: 192.0.2.9:5060 did not answer STUN',
    ]);
    expect(new Set(asked.map(String)).size).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it.each<[string, (given: ReturnType<typeof lab>) => void]>([
    ['answers of others', ({ answer }) => answer(SEEN, { from: { host: '192.0.2.66', port: 5060 } })],
    ['answers to earlier requests', ({ answer }) => answer({ ...SEEN, port: 1 }, { at: 0 })],
    [
      'what is no answer',
      ({ flows, asked }) => flows.take((asked.at(-1) ?? new Uint8Array()).subarray(0, 19), SERVER),
    ],
  ])('does not care about %s', (_, disturb) => {
    const given = lab();
    given.clock.advance(25_000);
    given.answer();
    given.clock.advance(25_000);
    disturb(given);
    given.clock.advance(500);
    expect(given.log.slice(1)).toEqual(['50000 asks 192.0.2.9', '50500 asks 192.0.2.9']);
    given.answer();
    given.clock.advance(24_999);
    expect(given.log).toHaveLength(3);
    given.flows.close();
    expect(given.clock.pending).toBe(0);
  });

  it('answers who asks us', () => {
    const { flows, log, asked, clock } = lab();
    clock.advance(25_000);
    flows.take(asked[0] ?? new Uint8Array(), { host: '192.0.2.77', port: 1 });
    expect(log).toEqual(['25000 asks 192.0.2.9', '25000 asks 192.0.2.77']);
    expect(asked[1]?.subarray(0, 2)).toEqual(Uint8Array.from([1, 1]));
    flows.close();
  });
});
