import type { LoadSnapshot } from '../../contract/load.ts';
import type { CliIo } from '../io.ts';
import { harmless } from '../printable.ts';
import { styleFor } from '../style.ts';

/** Groups of failures that are printed for people; all of them are in the JSON report. */
const MOST_GROUPS = 10;

export interface LoadReport {
  /** Prints the seconds that are new. */
  readonly seconds: (snapshot: LoadSnapshot) => void;
  readonly end: (snapshot: LoadSnapshot, cpuUsPerCall: number) => void;
}

export function createLoadReport(io: CliIo, isJson: boolean): LoadReport {
  const style = styleFor(io);
  let toldSec = 0;
  const json = (fields: object): void => io.out(`${JSON.stringify(fields)}\n`);
  const seconds = (snapshot: LoadSnapshot): void => {
    for (const second of snapshot.seconds) {
      if (second.atSec <= toldSec) continue;
      toldSec = second.atSec;
      if (isJson) json({ event: 'second', ...second });
      else io.out(`${secondLine(second)}\n`);
    }
  };
  return {
    seconds,
    end: (snapshot, cpuUsPerCall) => {
      seconds(snapshot);
      if (isJson) {
        json({ event: 'report', ...reportOf(snapshot), cpuUsPerCall: Math.round(cpuUsPerCall) });
        return;
      }
      for (const line of reportLines(snapshot, cpuUsPerCall)) io.out(`${harmless(line)}\n`);
      for (const { signature, step, calls, example } of snapshot.failures.slice(0, MOST_GROUPS)) {
        io.out(`${style(harmless(`${calls} failed: ${signature} (${step})`), 'bad')}\n`);
        for (const { atMs, direction, actor, peer, text } of example) {
          const [first = ''] = text.split('\r\n', 1);
          io.out(
            `${harmless(`  ${atMs.toFixed(1).padStart(9)} ms  ${actor} ${direction === 'out' ? '→' : '←'} ${peer}  ${first}`)}\n`,
          );
        }
      }
    },
  };
}

function secondLine(second: LoadSnapshot['seconds'][number]): string {
  const { atSec, attempts, ratePerSec, active, succeeded, failed, p50Ms, p95Ms, p99Ms, retransmissions } =
    second;
  return [
    `${atSec.toFixed(0).padStart(5)} s`,
    `${attempts} calls (${ratePerSec.toFixed(0)} wanted)`,
    `${active} on`,
    `${succeeded} good`,
    `${failed} failed`,
    `setup ${p50Ms.toFixed(1)} ${p95Ms.toFixed(1)} ${p99Ms.toFixed(1)} ms`,
    `${retransmissions} sent again`,
  ].join('  ');
}

function* reportLines(snapshot: LoadSnapshot, cpuUsPerCall: number): Iterable<string> {
  const { attempts, elapsedSec, succeeded, failed, skipped, peakActive, setup, callLength, stoppedBecause } =
    snapshot;
  yield `${attempts} calls in ${elapsedSec.toFixed(1)} s: ${succeeded} good, ${failed} failed, ${skipped} skipped, at most ${peakActive} at once`;
  for (const [name, times] of [
    ['Setup ', setup],
    ['Length', callLength],
  ] as const)
    yield `${name} p50 ${times.p50Ms.toFixed(1)}  p95 ${times.p95Ms.toFixed(1)}  p99 ${times.p99Ms.toFixed(1)}  longest ${times.maxMs.toFixed(1)} ms`;
  yield `${snapshot.retransmissions} requests sent again, ${Math.round(cpuUsPerCall)} µs of processor time a call`;
  if (stoppedBecause !== undefined) yield stoppedBecause;
}

/** What a report says that is worth keeping. */
function reportOf(snapshot: LoadSnapshot): object {
  const { name, target, elapsedSec, attempts, succeeded, failed, skipped, peakActive } = snapshot;
  const { retransmissions, setup, callLength, failures, stoppedBecause } = snapshot;
  const counts = { attempts, succeeded, failed, skipped, peakActive, retransmissions };
  return { name, target, elapsedSec, ...counts, setup, callLength, failures, stoppedBecause };
}
