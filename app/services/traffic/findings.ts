import type { Finding } from '../../../stack/lint/finding.ts';
import type { FromTags } from '../../../stack/lint/knowledge/from-tags.ts';
import { createLinter, type Linter } from '../../../stack/lint/linter.ts';
import type { LintListener } from '../../../stack/lint/options.ts';
import { hasEnded } from './dialogs/derive.ts';
import type { DialogRecord, StoredMessage } from './store/records.ts';
import type { TrafficServer } from './traffic-api.ts';

/** What the rules say about the messages of a dialog, by the numbers of the messages. */
export type DialogFindings = ReadonlyMap<number, readonly Finding[]>;

const NONE: readonly Finding[] = [];
const NOTHING: DialogFindings = new Map();

/** After so long of silence nothing more is expected of a dialog that has ended: 64*T1 and some seconds. */
const SETTLED_MS = 40_000;
/** What must come in time is looked for again after so long. */
const STALE_MS = 2000;

interface Judgement {
  readonly revision: number;
  readonly servers: number;
  readonly untilMs: number;
  readonly isSettled: boolean;
  readonly found: DialogFindings;
}

/**
 * Lints dialogs when somebody looks at them, not as their messages come: capturing costs nothing by it, and what nobody looks at neither.
 * The messages of each server are judged by themselves: one may see what another does not.
 */
export class Findings {
  readonly #fromTagsOf: (capture: string) => FromTags;
  readonly #untilMs: (capture: string) => number;
  readonly #judgements = new WeakMap<DialogRecord, Judgement>();
  readonly #listeners = new Map<string, readonly LintListener[]>();
  #servers = 0;

  /**
   * @param fromTagsOf - the tags of what was recorded, or of an opened capture.
   * @param untilMs - up to when either goes, wall clock.
   */
  constructor(fromTagsOf: (capture: string) => FromTags, untilMs: (capture: string) => number) {
    this.#fromTagsOf = fromTagsOf;
    this.#untilMs = untilMs;
  }

  setServers(servers: readonly TrafficServer[]): void {
    this.#servers += 1;
    // A server that stopped is remembered: its messages are still there.
    for (const { id, listeners } of servers)
      if (listeners.length > 0)
        this.#listeners.set(
          id,
          listeners.map(({ protocol, host, port }) => ({ protocol, address: { host, port } })),
        );
  }

  of(message: StoredMessage): readonly Finding[] {
    return this.ofDialog(message.dialog).get(message.id) ?? NONE;
  }

  ofDialog(dialog: DialogRecord): DialogFindings {
    if (dialog.kind === 'junk') return NOTHING;
    const untilMs = Math.max(this.#untilMs(dialog.capture), dialog.lastAtMs);
    const known = this.#judgements.get(dialog);
    const isCurrent = known?.revision === dialog.revision && known.servers === this.#servers;
    if (isCurrent && (known.isSettled || untilMs - known.untilMs < STALE_MS)) return known.found;
    const found = this.#judge(dialog, untilMs);
    const isSettled = hasEnded(dialog.state) && untilMs - dialog.lastAtMs > SETTLED_MS;
    const { revision } = dialog;
    this.#judgements.set(dialog, { revision, servers: this.#servers, untilMs, isSettled, found });
    return found;
  }

  /** For a row of the list: of a dialog that goes on only what is known already, since it would be judged anew with every message. */
  ofRow(dialog: DialogRecord): DialogFindings {
    return hasEnded(dialog.state) ? this.ofDialog(dialog) : (this.#judgements.get(dialog)?.found ?? NOTHING);
  }

  #judge(dialog: DialogRecord, untilMs: number): DialogFindings {
    const linters = new Map<string, Linter>();
    const all: Finding[] = [];
    for (const { id, flow, atMs, bytes } of dialog.messages) {
      let linter = linters.get(flow.serverId);
      if (linter === undefined) {
        linter = this.#linterOf(flow.serverId, dialog.capture);
        linters.set(flow.serverId, linter);
      }
      const { direction, protocol, local, remote, connectionId } = flow;
      all.push(...linter.add({ id, direction, protocol, local, remote, connectionId, atMs, bytes }));
    }
    for (const linter of linters.values()) all.push(...linter.finish(untilMs));
    const found = new Map<number, Finding[]>();
    for (const finding of all) {
      const others = found.get(finding.messageId);
      if (others === undefined) found.set(finding.messageId, [finding]);
      else others.push(finding);
    }
    return found;
  }

  #linterOf(serverId: string, capture: string): Linter {
    return createLinter({
      fromTags: this.#fromTagsOf(capture),
      listeners: this.#listeners.get(serverId) ?? [],
    });
  }
}
