import type { Refusal } from '../agent/refusal.ts';
import { ArmedList, howOften, type Armed, type OnPurpose } from '../core/armed.ts';
import type { Incoming } from '../transaction/types.ts';

/** A final response that takes the place of what the server would say. */
export interface Override extends OnPurpose {
  /** In upper case, or `*` for every one. */
  readonly method: string;
  /** 200 to 699. */
  readonly status: number;
  /** Undefined: the usual one of the status. */
  readonly reason: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * Answers requests with what a person wants, before anybody else looks at them: before the inspection of RFC 3261 §8.2, and before a proxy takes
 * them. ACK has no response and CANCEL is answered by its transaction, so both are left alone.
 */
export class Overrides {
  readonly #list = new ArmedList<Override>();
  readonly #chance: () => number;

  /** @param chance - draws a number in [0, 1) for those that are for a share of requests. */
  constructor(chance: () => number) {
    this.#chance = chance;
  }

  get armed(): readonly Armed<Override>[] {
    return this.#list.entries;
  }

  replace(overrides: readonly Override[]): void {
    this.#list.replace(overrides);
  }

  /** The response to a request; undefined leaves it to the server. The first that is for it counts. */
  answer({ message: { startLine } }: Incoming): Refusal | undefined {
    if (startLine.kind !== 'request') return undefined;
    const { method } = startLine;
    for (const entry of this.#list.entries) {
      const { what } = entry;
      if (what.method !== '*' && what.method !== method) continue;
      if (!entry.take(this.#chance)) continue;
      const { status, reason, headers } = what;
      return { status, headers, ...(reason === undefined ? {} : { reason }) };
    }
    return undefined;
  }

  /** One sentence an override, as it stands now. */
  explain(): readonly string[] {
    return this.#list.entries.map(({ what: { method, status, reason, amount }, left }) => {
      const answer = reason === undefined ? String(status) : `${status} ${reason}`;
      const whom = method === '*' ? 'Every method' : method;
      return `${whom}: answers ${answer} on purpose${howOften(amount, left)}.`;
    });
  }
}
