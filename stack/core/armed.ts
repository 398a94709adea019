/** How often something on purpose happens. */
export type Amount =
  | { readonly kind: 'always' }
  /** The next so many times, then never again. */
  | { readonly kind: 'next'; readonly count: number }
  /** Of every hundred, drawn by chance. */
  | { readonly kind: 'share'; readonly percent: number };

/** Something on purpose. */
export interface OnPurpose {
  /** As a person wrote it; the same text is the same thing. */
  readonly spec: string;
  readonly amount: Amount;
}

/** Something on purpose, and how often it has happened. */
export class Armed<T extends OnPurpose> {
  readonly what: T;
  #hits = 0;

  constructor(what: T) {
    this.what = what;
  }

  get hits(): number {
    return this.#hits;
  }

  /** How often it will happen yet; undefined when there is no end. */
  get left(): number | undefined {
    const { amount } = this.what;
    return amount.kind === 'next' ? Math.max(0, amount.count - this.#hits) : undefined;
  }

  /**
   * Whether it happens this time, which is counted.
   * @param chance - draws a number in [0, 1).
   */
  take(chance: () => number): boolean {
    const { amount } = this.what;
    if (this.left === 0) return false;
    if (amount.kind === 'share' && chance() * 100 >= amount.percent) return false;
    this.#hits++;
    return true;
  }
}

/** What is armed now, in order; what stays armed when the list changes keeps its count. */
export class ArmedList<T extends OnPurpose> {
  #entries: readonly Armed<T>[] = [];

  get entries(): readonly Armed<T>[] {
    return this.#entries;
  }

  /** Arms exactly these from now on. */
  replace(wanted: readonly T[]): void {
    const kept = [...this.#entries];
    this.#entries = wanted.map((what) => {
      const at = kept.findIndex((entry) => entry.what.spec === what.spec);
      return at < 0 ? new Armed(what) : (kept.splice(at, 1)[0] ?? new Armed(what));
    });
  }
}

/** The end of a sentence about something on purpose: nothing when it happens always. */
export function howOften(amount: Amount, left: number | undefined): string {
  if (amount.kind === 'always') return '';
  return amount.kind === 'share' ? `, ${amount.percent} % of the time` : `, ${left ?? 0} times more`;
}
