import * as z from 'zod';
import { event, method } from './define.ts';
import { ScenarioPath, Value } from './scenario-values.ts';

/*
 * Load: one scenario many times at a rate, against one target. Rates are calls per second.
 */

const Rate = z.number().positive().max(20_000);
const RateOrNone = z.number().min(0).max(20_000);
const Seconds = z.number().positive().max(604_800);

/** How the rate goes over the time of a run. */
export const LoadProfile = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('constant'), ratePerSec: Rate }),
  z.strictObject({
    shape: z.literal('ramp'),
    fromPerSec: RateOrNone,
    toPerSec: Rate,
    rampSec: Seconds,
  }),
  z.strictObject({
    shape: z.literal('steps'),
    startPerSec: Rate,
    /** Added every `everySec`, until `maxPerSec`. */
    stepPerSec: Rate,
    everySec: Seconds,
    maxPerSec: Rate,
  }),
  z.strictObject({
    shape: z.literal('spike'),
    basePerSec: RateOrNone,
    peakPerSec: Rate,
    /** From the beginning of a peak to the beginning of the next. */
    everySec: Seconds,
    forSec: Seconds,
  }),
  /** A closed loop: each user begins anew when its call is over. */
  z.strictObject({ shape: z.literal('users'), users: z.number().int().positive().max(10_000) }),
]);
export type LoadProfile = z.infer<typeof LoadProfile>;

export const LoadPlan = z.strictObject({
  profile: LoadProfile,
  limits: z.strictObject({
    maxCalls: z.number().int().positive().optional(),
    /** Calls at once; one that is due while so many are on is skipped, and counted as such. */
    maxConcurrent: z.number().int().positive().max(100_000).default(10_000),
    durationSec: Seconds.optional(),
  }),
  stopWhen: z.strictObject({
    successBelowPercent: z.number().min(0).max(100).optional(),
    p95SetupAboveMs: z.number().positive().optional(),
  }),
  /** Threads that make calls. */
  workers: z.number().int().min(1).max(16).default(1),
});
export type LoadPlan = z.infer<typeof LoadPlan>;

/** What happened in one second of a run. */
export const LoadSecond = z.object({
  /** Its end, in seconds since the run began. */
  atSec: z.number(),
  attempts: z.number(),
  /** Calls that got a 2xx. */
  answered: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  /** Calls on at its end. */
  active: z.number(),
  /** The rate that was wanted. */
  ratePerSec: z.number(),
  /** Percentiles of the time from INVITE to its 2xx. */
  p50Ms: z.number(),
  p95Ms: z.number(),
  p99Ms: z.number(),
  retransmissions: z.number(),
  /** How late the threads of the run were at worst: above some ten milliseconds the figures tell of this machine, not of the target. */
  lagMs: z.number(),
  /** Failed calls by signature. */
  causes: z.record(z.string(), z.number()),
});
export type LoadSecond = z.infer<typeof LoadSecond>;

/** A message of the call that stands for a group. */
export const ExampleMessage = z.object({
  /** Since that call began. */
  atMs: z.number(),
  direction: z.enum(['out', 'in']),
  actor: z.string(),
  /** HOST:PORT of the other end. */
  peer: z.string(),
  text: z.string(),
});
export type ExampleMessage = z.infer<typeof ExampleMessage>;

/** Calls that failed alike. */
export const FailureGroup = z.object({
  /** `503 Service Unavailable`, `no answer: timer B`. */
  signature: z.string(),
  calls: z.number(),
  /** The step that failed, in words. */
  step: z.string(),
  firstAtSec: z.number(),
  lastAtSec: z.number(),
  /** Row of the dataset that the example used. */
  row: z.string().optional(),
  example: z.array(ExampleMessage),
});
export type FailureGroup = z.infer<typeof FailureGroup>;

const Times = z.object({ p50Ms: z.number(), p95Ms: z.number(), p99Ms: z.number(), maxMs: z.number() });

/** Everything about a run at one moment. */
export const LoadSnapshot = z.object({
  id: z.string(),
  /** Of the scenario. */
  name: z.string(),
  target: z.string(),
  state: z.enum(['starting', 'running', 'paused', 'draining', 'ended']),
  elapsedSec: z.number(),
  /** Wanted now; with users, what they come to. */
  ratePerSec: z.number(),
  attempts: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  active: z.number(),
  peakActive: z.number(),
  /** Calls not begun, because `maxConcurrent` were on. */
  skipped: z.number(),
  /** From INVITE to its 2xx. */
  setup: Times,
  callLength: Times,
  retransmissions: z.number(),
  /** The largest group first. */
  failures: z.array(FailureGroup),
  /** The last 300. */
  seconds: z.array(LoadSecond),
  /** Why it ended before its time, in a sentence. */
  stoppedBecause: z.string().optional(),
  /** Why it could not run, in a sentence. */
  problem: z.string().optional(),
});
export type LoadSnapshot = z.infer<typeof LoadSnapshot>;

/** A run that the workbench keeps: what was asked for, and what came of it. */
export const LoadRun = LoadSnapshot.extend({
  plan: LoadPlan,
  /** Wall-clock milliseconds since 1970. */
  startedAtMs: z.number(),
});
export type LoadRun = z.infer<typeof LoadRun>;

/** Where the text of a scenario stands: the files that it names, and those of its TLS, are beside it. */
export const ScenarioOrigin = z.discriminatedUnion('kind', [
  /** A file of the workspace folder. */
  z.object({ kind: z.literal('file'), path: ScenarioPath }),
  /** A shipped one. */
  z.object({ kind: z.literal('template'), path: ScenarioPath }),
]);
export type ScenarioOrigin = z.infer<typeof ScenarioOrigin>;

export const LoadStart = z.object({
  /** The text of the scenario, YAML or JSON: what was typed and not saved counts. */
  text: z.string().max(1_000_000),
  /** A text that stands nowhere cannot name files. */
  origin: ScenarioOrigin.optional(),
  /** A SIP URI; empty where the first node of the scenario is called. */
  target: z.string().max(1000),
  /** Name of an environment whose variables count where `variables` says nothing; its target does not count. */
  environment: z.string().max(60).optional(),
  variables: z.record(z.string(), Value),
  plan: LoadPlan,
  /** A person said that a target off this machine is theirs to load. */
  ownsTarget: z.boolean(),
});
export type LoadStart = z.infer<typeof LoadStart>;

const OneRun = z.object({ id: z.string() });
const NO_RUN = { 'not-found': 'there is no such run', conflict: 'it has ended' } as const;

export const loadMethods = {
  'load.read': method(
    z.object({}),
    z.object({ runs: z.array(LoadRun) }),
    'The last ten runs, the newest first.',
  ),
  'load.start': method(
    LoadStart,
    LoadRun,
    'Runs a scenario again and again, at the rate that the plan says.',
    {
      conflict: 'a run is on',
      'invalid-config': 'the scenario, or the target, is none, or a file that it names cannot be read',
      'bad-params': 'the path of the origin leads out of the folder, or is no name of a scenario',
      'not-found': 'there is no such template, or environment',
      'file-error': '',
      'permission-denied': 'the target is not on this machine, and nobody said that it may be loaded',
    },
  ),
  'load.setRate': method(
    OneRun.extend({ ratePerSec: RateOrNone }),
    LoadRun,
    'Sets the rate by hand, whatever the profile says from then on.',
    { ...NO_RUN, conflict: 'it has ended, or is one of users, who have no rate' },
  ),
  'load.pause': method(OneRun, LoadRun, 'Begins no more calls; those that are on go on.', NO_RUN),
  'load.resume': method(OneRun, LoadRun, 'Begins calls again.', NO_RUN),
  'load.drain': method(
    OneRun,
    LoadRun,
    'Begins no more calls, and ends when the last that is on has ended.',
    NO_RUN,
  ),
  'load.stop': method(
    OneRun,
    LoadRun,
    'Ends now: what is on is cancelled or hung up. Answers when it has ended; harmless on a run that has.',
    { 'not-found': 'there is no such run' },
  ),
} as const;

export const loadEvents = {
  'load.changed': event(LoadRun, 'How it stands with a run, at most four times a second.'),
} as const;
