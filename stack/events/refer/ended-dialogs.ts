import type { Clock } from '../../core/clock.ts';
import type { Dialog } from '../../dialog/dialog.ts';
import { dialogId } from '../../dialog/dialog-store.ts';
import { NO_TAG } from '../../dialog/reference.ts';
import type { Replaces } from '../../message/headers/replaces.ts';

/** As long as a request about a dialog may be under way: 64 times T1. @rfc 3261 §17.1.2.2 (timer F) */
const KNOWN_FOR_MS = 32_000;

/** Knows for a while which dialogs there were. */
export class EndedDialogs {
  readonly #clock: Clock;
  /** When each ended, the first that ended first. */
  readonly #endedMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add({ callId, localTag, remoteTag }: Dialog): void {
    this.#forget();
    this.#endedMs.set(dialogId(callId, localTag, remoteTag ?? NO_TAG), this.#clock.now());
  }

  /** Whether the dialog that is to be replaced was there. */
  has({ callId, toTag, fromTag }: Replaces): boolean {
    this.#forget();
    return this.#endedMs.has(dialogId(callId, toTag, fromTag));
  }

  #forget(): void {
    const sinceMs = this.#clock.now() - KNOWN_FOR_MS;
    for (const [id, atMs] of this.#endedMs) {
      if (atMs > sinceMs) return;
      this.#endedMs.delete(id);
    }
  }
}
