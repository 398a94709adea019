import type { FailureGroup, LoadRun, LoadSecond } from '../../app/contract/load.ts';
import type { Workbench } from '../../app/contract/workbench.ts';
import type { Handlers } from '../../app/rpc/types.ts';
import { aRun } from './fake-load.ts';

const CAUSES = [
  '503 Service Unavailable',
  'no answer: timer B',
  '486 Busy Here',
  '481 Call/Transaction Does Not Exist',
] as const;

/** A hump from 60 to 76 s: the target was full. */
const hump = (sec: number): number => (sec < 60 || sec > 76 ? 0 : Math.sin(((sec - 60) / 16) * Math.PI));

/** Repeatable noise from 0 to 1. */
const noise = (n: number): number => Math.abs(Math.sin(n * 12.9898) * 43_758.5453) % 1;

/** Second by second of a ramp to 200 calls per second, with a bad quarter of a minute. */
export function sampleSeconds(count: number): LoadSecond[] {
  return Array.from({ length: count }, (_, i): LoadSecond => {
    const atSec = i + 1;
    const bad = hump(atSec);
    const ratePerSec = Math.min(200, (atSec / 30) * 200);
    const attempts = Math.round(ratePerSec + noise(i) * 3 - 1.5);
    const causes = {
      [CAUSES[0]]: Math.round(bad * 42),
      [CAUSES[1]]: Math.round(bad * 22),
      [CAUSES[2]]: noise(i + 7) > 0.3 ? Math.round(ratePerSec / 100) : 0,
      ...(atSec === 74 ? { [CAUSES[3]]: 3 } : {}),
    };
    const failed = Object.values(causes).reduce((sum, calls) => sum + calls, 0);
    return {
      atSec,
      attempts,
      answered: attempts - failed,
      succeeded: attempts - failed,
      failed,
      active: Math.round(ratePerSec * (5 + bad * 1.6) + noise(i + 3) * 12),
      ratePerSec,
      p50Ms: 18 + bad * 16 + noise(i + 1),
      p95Ms: 41 + bad * 190 + noise(i + 2) * 5,
      p99Ms: 66 + bad * 400 + noise(i + 4) * 14,
      retransmissions: Math.round(2 + bad * 60 + noise(i + 5) * 2),
      lagMs: 3 + bad * 22 + noise(i + 6) * 2,
      causes,
    };
  });
}

const message = (
  atMs: number,
  direction: 'out' | 'in',
  first: string,
  cseq: string,
): FailureGroup['example'][number] => ({
  atMs,
  direction,
  actor: 'alice',
  peer: '127.0.0.1:5060',
  text: [
    first,
    'Via: SIP/2.0/UDP 127.0.0.1:40211;branch=z9hG4bK-l0ad-48121;rport',
    'From: "Alice" <sip:alice@127.0.0.1>;tag=7f3b2c',
    `To: <sip:bob@127.0.0.1:5060>${direction === 'in' ? ';tag=uas-91' : ''}`,
    'Call-ID: load-48121@127.0.0.1',
    `CSeq: ${cseq}`,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n'),
});

const INVITE = 'INVITE sip:bob@127.0.0.1:5060 SIP/2.0';
const groups: readonly Omit<FailureGroup, 'calls' | 'firstAtSec' | 'lastAtSec'>[] = [
  {
    signature: CAUSES[0],
    step: 'alice: expect 180',
    example: [
      message(0, 'out', INVITE, '1 INVITE'),
      message(4.1, 'in', 'SIP/2.0 100 Trying', '1 INVITE'),
      message(31.7, 'in', 'SIP/2.0 503 Service Unavailable', '1 INVITE'),
      message(32.2, 'out', 'ACK sip:bob@127.0.0.1:5060 SIP/2.0', '1 ACK'),
    ],
  },
  {
    signature: CAUSES[1],
    step: 'alice: expect 180',
    example: [0, 500, 1500, 3500, 7500, 15_500, 31_500].map((atMs) =>
      message(atMs, 'out', INVITE, '1 INVITE'),
    ),
  },
  {
    signature: CAUSES[2],
    step: 'alice: expect 180',
    example: [
      message(0, 'out', INVITE, '1 INVITE'),
      message(6.4, 'in', 'SIP/2.0 486 Busy Here', '1 INVITE'),
      message(6.9, 'out', 'ACK sip:bob@127.0.0.1:5060 SIP/2.0', '1 ACK'),
    ],
  },
  {
    signature: CAUSES[3],
    step: 'alice: bye',
    example: [
      message(0, 'out', INVITE, '1 INVITE'),
      message(21, 'in', 'SIP/2.0 200 OK', '1 INVITE'),
      message(22, 'out', 'ACK sip:bob@127.0.0.1:5060 SIP/2.0', '1 ACK'),
      message(3024, 'out', 'BYE sip:bob@127.0.0.1:5060 SIP/2.0', '2 BYE'),
      message(3031, 'in', 'SIP/2.0 481 Call/Transaction Does Not Exist', '2 BYE'),
    ],
  },
];

/** A run of so many seconds, with the figures that come of them. */
export function sampleRun(count: number, change: Partial<LoadRun> = {}): LoadRun {
  const seconds = sampleSeconds(count);
  const sum = (pick: (second: LoadSecond) => number): number =>
    seconds.reduce((total, second) => total + pick(second), 0);
  const most = (pick: (second: LoadSecond) => number): number => Math.max(0, ...seconds.map(pick));
  const failures = groups.flatMap((group): FailureGroup[] => {
    const hit = seconds.filter(({ causes }) => (causes[group.signature] ?? 0) > 0);
    const [first, last] = [hit[0], hit.at(-1)];
    if (first === undefined || last === undefined) return [];
    const calls = sum(({ causes }) => causes[group.signature] ?? 0);
    return [{ ...group, calls, firstAtSec: first.atSec, lastAtSec: last.atSec }];
  });
  const setup = { p50Ms: 19, p95Ms: 41, p99Ms: 66, maxMs: most((s) => s.p99Ms) };
  return aRun({
    elapsedSec: count,
    ratePerSec: seconds.at(-1)?.ratePerSec ?? 0,
    attempts: sum((s) => s.attempts),
    succeeded: sum((s) => s.succeeded),
    failed: sum((s) => s.failed),
    active: seconds.at(-1)?.active ?? 0,
    peakActive: most((s) => s.active),
    setup,
    callLength: { p50Ms: 3012, p95Ms: 3044, p99Ms: 3080, maxMs: 3390 },
    retransmissions: sum((s) => s.retransmissions),
    failures: failures.sort((a, b) => b.calls - a.calls),
    seconds,
    plan: {
      profile: { shape: 'ramp', fromPerSec: 0, toPerSec: 200, rampSec: 30 },
      limits: { maxConcurrent: 1000, durationSec: 300 },
      stopWhen: { successBelowPercent: 90 },
      workers: 1,
    },
    ...change,
  });
}

/** Two shipped scenarios to load. */
export const SAMPLE_SOURCES: Partial<Handlers<Workbench>> = {
  'scenarios.list': () => ({
    folder: '/data/scenarios',
    files: [{ path: 'trunk/failover.yaml', name: 'Trunk failover', modifiedAtMs: 0, hasDraft: false }],
    templates: [
      {
        path: 'calls/basic.yaml',
        name: 'Basic call',
        description: 'INVITE, ringing, answer, three seconds, BYE.',
        group: 'Calls',
      },
      {
        path: 'options/ping.yaml',
        name: 'OPTIONS ping',
        description: 'OPTIONS, and 200 within a second.',
        group: 'Options',
      },
    ],
  }),
  'scenarios.template': ({ path }) => ({ text: `version: 1\nname: ${path}\n` }),
  'scenarios.read': ({ path }) => ({ path, text: `version: 1\nname: ${path}\n`, revision: '1' }),
};
