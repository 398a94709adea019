import { isLoopback, type Address } from '../core/address.ts';
import type { LimitName } from '../core/limits.ts';

/** What a listener accepts. */
export interface AdmissionLimits {
  readonly acceptedConnections: number;
  /** From one address; loopback addresses are exempt. */
  readonly acceptedPerSource: number;
}

/** A connection that was let in; `leave` once when it is gone. */
export interface Pass {
  leave(): void;
}

/** Counts the connections of one listener, whatever they speak. */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #bySource = new Map<string, number>();
  #count = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  /** @returns a pass, or the limit that refuses it. */
  enter({ host }: Address): Pass | LimitName {
    const fromSource = this.#bySource.get(host) ?? 0;
    if (this.#count >= this.#limits.acceptedConnections) return 'connections';
    if (fromSource >= this.#limits.acceptedPerSource && !isLoopback(host)) return 'connections-per-source';
    this.#count++;
    this.#bySource.set(host, fromSource + 1);
    return {
      leave: () => {
        this.#leave(host);
      },
    };
  }

  #leave(host: string): void {
    this.#count--;
    const left = (this.#bySource.get(host) ?? 1) - 1;
    if (left > 0) this.#bySource.set(host, left);
    else this.#bySource.delete(host);
  }
}
