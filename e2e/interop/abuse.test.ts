import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { seededRandom } from '../fixtures/abuse/attack.ts';
import { attacksOn } from '../fixtures/abuse/attacks.ts';
import { options } from '../fixtures/abuse/payloads.ts';
import { type Holdings, type Listening, type Siphond, startMeasuredSiphond } from '../fixtures/siphond.ts';

/*
 * Everything at once on every transport. Verified: OPTIONS is answered all the time, nothing is left afterwards. Time is real here: that is the point.
 */

const DURATION_MS = 1000 * Number(process.env['ABUSE_SEC'] ?? (process.env['CI'] === undefined ? 10 : 60));
/** Transactions are over 64*T1 after the last message. */
const T1_MS = 20;
const PATIENCE_MS = 20_000;
const TOLERANCE = 1.1;

let siphond: Siphond | undefined;
afterEach(async () => {
  await siphond?.stop();
  siphond = undefined;
});

/** Asks for OPTIONS over UDP, one at a time, until told to stop; tells the slowest answer and how many never came. */
function keepAsking({ host, port }: Listening) {
  const socket = createSocket('udp4');
  const report = { answered: 0, lost: 0, slowestMs: 0 };
  let isOver = false;
  const ask = async (): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const answer = once(socket, 'message', { signal: AbortSignal.timeout(5000) });
      const startMs = performance.now();
      socket.send(
        options(1_000_000 + n).replace('127.0.0.1:9;', `127.0.0.1:${socket.address().port};`),
        port,
        host,
      );
      try {
        await answer;
        report.answered++;
        report.slowestMs = Math.max(report.slowestMs, performance.now() - startMs);
      } catch {
        report.lost++;
      }
      await pause(50);
    }
  };
  socket.bind(0, '127.0.0.1');
  const asking = once(socket, 'listening').then(ask);
  return {
    stop: async () => {
      isOver = true;
      await asking;
      socket.close();
      return report;
    },
  };
}

/** Holdings once they are no more than wanted, or after the patience is over. */
async function settled(node: Siphond, isEnough: (holdings: Holdings) => boolean): Promise<Holdings> {
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const holdings = await node.holdings();
    if (isEnough(holdings) || performance.now() > untilMs) return holdings;
    await pause(500);
  }
}

async function abuse(node: Siphond, seed: number, durationMs: number): Promise<number> {
  const random = seededRandom(seed);
  const attacks = node.listeners.flatMap((l) => attacksOn(l.protocol).map((start) => start(l, random)));
  await pause(durationMs);
  const counts = attacks.map(({ name, count }) => [name, count] as const);
  await Promise.all(attacks.map((attack) => attack.stop()));
  expect(counts.filter(([, count]) => count === 0)).toEqual([]);
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

describe('a node under abuse on every transport (RFC 3261 §26.1.5)', () => {
  it(
    'keeps answering OPTIONS, and holds on to nothing afterwards',
    { timeout: DURATION_MS + 120_000 },
    async () => {
      const any = '127.0.0.1:0';
      siphond = await startMeasuredSiphond(
        [
          '--mode',
          'full-uas',
          '--udp-bind',
          any,
          '--tcp-bind',
          any,
          '--sips-bind',
          any,
          '--ws-bind',
          any,
        ].concat(['--wss-bind', any, '--t1-ms', String(T1_MS), '--log-level', 'error']),
        5,
      );
      const { handles: handlesBefore } = await siphond.holdings();
      const hasNoMoreHandles = ({ handles }: Holdings): boolean => handles <= handlesBefore * TOLERANCE;
      // A taste of it first: code gets compiled and buffers allocated once.
      await abuse(siphond, 1, 3000);
      const before = await settled(siphond, hasNoMoreHandles);

      const [udp] = siphond.listeners;
      if (udp === undefined) throw new Error('no listener');
      const asking = keepAsking(udp);
      const blows = await abuse(siphond, 2, DURATION_MS);
      const { answered, lost, slowestMs } = await asking.stop();
      const after = await settled(
        siphond,
        (now) => hasNoMoreHandles(now) && now.memoryBytes <= before.memoryBytes * TOLERANCE,
      );
      const summary = JSON.stringify({ blows, answered, lost, slowestMs, handlesBefore, before, after });

      expect(blows, summary).toBeGreaterThan(DURATION_MS / 10);
      expect(lost, summary).toBeLessThanOrEqual(answered / 100);
      expect(slowestMs, summary).toBeLessThan(3000);
      expect(after.handles, summary).toBeLessThanOrEqual(handlesBefore * TOLERANCE);
      expect(after.memoryBytes, summary).toBeLessThanOrEqual(before.memoryBytes * TOLERANCE);
      const { exitCode, stderr } = await siphond.stop();
      siphond = undefined;
      expect([exitCode, /error/i.test(stderr)]).toEqual([0, false]);
    },
  );
});
