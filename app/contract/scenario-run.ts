import * as z from 'zod';
import { LadderMessage } from './ladder-message.ts';
import { ScenarioPath, Value } from './scenario-values.ts';

export const RunId = z.string().max(100);
export const RunStep = z.object({
  id: z.string(),
  actor: z.string(),
  title: z.string(),
  line: z.number().int(),
  outcome: z.enum(['pass', 'fail']),
  /** When it was over, since the start of the run. */
  atMs: z.number(),
  tookMs: z.number(),
  reason: z.string().optional(),
  hint: z.string().optional(),
  /** What a log step said. */
  said: z.string().optional(),
});
export type RunStep = z.infer<typeof RunStep>;

/** A message of a run: an arrow of its ladder. */
export const RunMessage = LadderMessage.extend({
  actor: z.string(),
  direction: z.enum(['out', 'in']),
  /** Name of the actor at the other end, or its `HOST:PORT`. */
  peer: z.string(),
  /** Since the start of the run. */
  atMs: z.number(),
  /** Of the step that sent or took it. */
  stepId: z.string().optional(),
});
export type RunMessage = z.infer<typeof RunMessage>;

export const RunDialog = z.object({
  actor: z.string(),
  name: z.string(),
  state: z.enum(['early', 'confirmed', 'ended']),
  callId: z.string(),
  localTag: z.string(),
  remoteTag: z.string(),
});
export type RunDialog = z.infer<typeof RunDialog>;

/** How it went with one row of the datasets. */
export const RunRow = z.object({
  /** From 1, in the order they were played. */
  number: z.number().int(),
  /** `row 17 of users.csv: alice17` */
  name: z.string(),
  outcome: z.enum(['pass', 'fail', 'error', 'stopped']),
  reason: z.string().optional(),
  tookMs: z.number(),
});
export type RunRow = z.infer<typeof RunRow>;

export const ScenarioRun = z.object({
  id: RunId,
  path: ScenarioPath,
  name: z.string(),
  startedAtMs: z.number(),
  state: z.enum(['running', 'paused', 'ended']),
  /** Where each actor stands that is held before a step. */
  paused: z.array(z.object({ actor: z.string(), stepId: z.string(), line: z.number().int() })),
  steps: z.array(RunStep),
  /** The first ones only, when there are very many. */
  messages: z.array(RunMessage),
  variables: z.record(z.string(), Value),
  dialogs: z.array(RunDialog),
  /** Of a run for all rows. Steps, messages, variables and dialogs are those of one row. */
  series: z
    .object({
      total: z.number().int(),
      /** Those that are over. */
      rows: z.array(RunRow),
      /** Numbers of the rows that `scenarios.readRun` can show: the one that is on, and the first fifty that did not pass. */
      kept: z.array(z.number().int()),
      /** Number of the row that is shown. */
      shown: z.number().int(),
    })
    .optional(),
  /** Of a run for all rows the worst of them; the time is that of all. */
  verdict: z
    .object({
      outcome: z.enum(['pass', 'fail', 'error', 'stopped']),
      reason: z.string().optional(),
      tookMs: z.number(),
    })
    .optional(),
});
export type ScenarioRun = z.infer<typeof ScenarioRun>;
