import type { OutlineStep, ScenarioOutline } from '../../../app/contract/scenarios.ts';

/** Who messages go to that the file does not name. */
export const TARGET = 'target';

/** A row of the ladder: an arrow between two lanes, or something an actor does by itself. */
export interface PlannedRow {
  readonly from: string;
  readonly to: string;
  /** On the arrow: `INVITE`, `2xx`. Of a row without arrow: what is done. */
  readonly label: string;
  readonly kind: 'request' | 'response' | 'note';
  /** The steps it belongs to: of who sends and who waits for it. */
  readonly steps: readonly OutlineStep[];
}

interface Item {
  readonly step: OutlineStep;
  readonly arrow: OutlineStep['arrows'][number] | undefined;
}

interface Sent {
  readonly from: string;
  readonly label: string;
  readonly row: { steps: OutlineStep[] };
}

/** `2xx` is met by `200`; what is no status must be equal. */
function meets(expected: string, sent: string): boolean {
  const [want = ''] = expected.split(' ');
  const [got = ''] = sent.split(' ');
  return want === got || (/^[1-6]xx$/i.test(want) && want.charAt(0) === got.charAt(0) && /^\d{3}$/.test(got));
}

/**
 * The flow that a scenario describes. Actors do their steps at the same time: one that waits for another stands until that has sent what is
 * waited for, and both steps share the arrow.
 */
export function plannedLadder(outline: ScenarioOutline): readonly PlannedRow[] {
  const names = outline.actors.map(({ name }) => name);
  const queues = new Map<string, Item[]>(names.map((name) => [name, []]));
  for (const step of outline.steps)
    for (const arrow of step.arrows.length === 0 ? [undefined] : step.arrows)
      queues.get(step.actor)?.push({ step, arrow });
  const inboxes = new Map<string, Sent[]>(names.map((name) => [name, []]));
  const rows: (PlannedRow & { steps: OutlineStep[] })[] = [];

  const take = (actor: string, { step, arrow }: Item): boolean => {
    const inbox = inboxes.get(actor) ?? [];
    const found = inbox.findIndex((sent) => arrow !== undefined && meets(arrow.label, sent.label));
    const [sent] = found === -1 ? [] : inbox.splice(found, 1);
    sent?.row.steps.push(step);
    return sent !== undefined;
  };
  const draw = (actor: string, { step, arrow }: Item): void => {
    const peer = arrow === undefined ? actor : arrow.peer === '' ? TARGET : arrow.peer;
    const row = {
      from: arrow?.direction === 'in' ? peer : actor,
      to: arrow?.direction === 'in' ? actor : peer,
      label: arrow?.label ?? step.title,
      kind: arrow?.kind ?? ('note' as const),
      steps: [step],
    };
    rows.push(row);
    if (arrow?.direction === 'out') inboxes.get(peer)?.push({ from: actor, label: arrow.label, row });
  };
  /** Does what an actor can do now; false when it stands. */
  const advance = (actor: string, mayWait: boolean): boolean => {
    const queue = queues.get(actor) ?? [];
    const [next] = queue;
    if (next === undefined) return false;
    if (next.arrow?.direction === 'in') {
      if (take(actor, next)) {
        queue.shift();
        return true;
      }
      // Somebody else may send it yet.
      if (mayWait && queues.has(next.arrow.peer)) return false;
    }
    queue.shift();
    draw(actor, next);
    return true;
  };

  for (;;) {
    if (names.some((name) => advance(name, true))) continue;
    // Everybody waits for somebody: the first waits in vain, as far as the file says.
    if (!names.some((name) => advance(name, false))) return rows;
  }
}

/** The lanes of a ladder: actors in the order of the file, the target and the nodes between the first and the others. */
export function lanesOf(
  outline: ScenarioOutline,
  rows: readonly { readonly from: string; readonly to: string }[],
): readonly string[] {
  const actors = outline.actors.map(({ name }) => name);
  const others = new Set(rows.flatMap(({ from, to }) => [from, to]).filter((name) => !actors.includes(name)));
  return [...actors.slice(0, 1), ...others, ...actors.slice(1)];
}
