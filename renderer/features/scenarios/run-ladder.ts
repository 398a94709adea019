import type { RunMessage, ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { OutlineStep, ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { type PlannedRow, plannedLadder, TARGET } from './planned-ladder.ts';
import { resultsOf, stateOf, type StepState } from './step-words.ts';

/** What the ladder shows of a scenario, with the run on top when there was one. */
export interface LadderRow extends PlannedRow {
  readonly key: string;
  /** Since the start of the run; undefined for what has not happened. */
  readonly atMs: number | undefined;
  /** Undefined without a run. */
  readonly state: StepState | undefined;
  /** It was planned and has not come. */
  readonly isGhost: boolean;
  readonly hasSdp: boolean;
  /** The octets of the message. */
  readonly text: string;
}

interface Happened {
  readonly from: string;
  readonly to: string;
  readonly message: RunMessage;
  readonly stepIds: string[];
}

/** A message between two actors or nodes is told twice, once by each: it is one arrow. */
function messagesOf(run: ScenarioRun, outline: ScenarioOutline): readonly Happened[] {
  const named = new Set([...outline.actors, ...outline.nodes].map(({ name }) => name));
  const happened: Happened[] = [];
  const open: Happened[] = [];
  for (const message of run.messages) {
    const isOut = message.direction === 'out';
    const peer = named.has(message.peer) ? message.peer : TARGET;
    const [from, to] = isOut ? [message.actor, peer] : [peer, message.actor];
    const stepIds = message.stepId === undefined ? [] : [message.stepId];
    const twin = isOut
      ? -1
      : open.findIndex((o) => o.from === from && o.to === to && o.message.title === message.title);
    const [known] = twin === -1 ? [] : open.splice(twin, 1);
    if (known !== undefined) {
      known.stepIds.push(...stepIds);
      continue;
    }
    const row = { from, to, message, stepIds };
    happened.push(row);
    if (isOut && named.has(peer)) open.push(row);
  }
  return happened;
}

/** The planned flow, or what happened of it in a run with what did not happen below. */
export function ladderRows(outline: ScenarioOutline, run: ScenarioRun | undefined): readonly LadderRow[] {
  const planned = plannedLadder(outline);
  const results = resultsOf(run);
  const nothing = { atMs: undefined, hasSdp: false, text: '' };
  if (run === undefined)
    return planned.map((row, i) => ({
      ...row,
      ...nothing,
      key: `p${String(i)}`,
      state: undefined,
      isGhost: false,
    }));

  const byId = new Map(outline.steps.map((step) => [step.id, step]));
  const stateOfAll = (steps: readonly OutlineStep[]): StepState | undefined => {
    const states = steps.map((step) => stateOf(step, run, results));
    return (['fail', 'paused', 'pass', 'open'] as const).find((state) => states.includes(state));
  };
  const happened = messagesOf(run, outline);
  const lastOfFailed = new Map<string, Happened>();
  for (const one of happened) for (const id of one.stepIds) lastOfFailed.set(id, one);

  const arrows = happened.map((one, i): LadderRow => {
    const steps = one.stepIds.flatMap((id) => byId.get(id) ?? []);
    const state = stateOfAll(steps);
    // A verb has several messages: only the last one of a failed step is where it failed.
    const isFailing = state === 'fail' && one.stepIds.some((id) => lastOfFailed.get(id) === one);
    return {
      key: `m${String(i)}`,
      from: one.from,
      to: one.to,
      label: one.message.title,
      kind: one.message.status === undefined ? 'request' : 'response',
      steps,
      atMs: one.message.atMs,
      state: state === 'fail' && !isFailing ? undefined : steps.length === 0 ? undefined : state,
      isGhost: false,
      hasSdp: one.message.hasSdp,
      text: one.message.text,
    };
  });
  const seen = new Set(happened.flatMap((one) => one.stepIds));
  const rest = planned.map((row, i): LadderRow => {
    const at = row.steps.flatMap((step) => results.get(step.id)?.atMs ?? []);
    return {
      ...row,
      ...nothing,
      key: `p${String(i)}`,
      atMs: at.length === 0 ? undefined : Math.max(...at),
      state: stateOfAll(row.steps),
      isGhost: row.kind !== 'note' || at.length === 0,
    };
  });
  const notes = rest.filter((row) => row.kind === 'note' && row.atMs !== undefined);
  const ghosts = rest.filter(
    (row) =>
      (row.kind !== 'note' || row.atMs === undefined) &&
      row.steps.every((step) => !seen.has(step.id) && results.get(step.id)?.outcome !== 'pass'),
  );
  const done = [...arrows, ...notes].sort((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0));
  return [...done, ...ghosts.map((row) => ({ ...row, atMs: undefined }))];
}
