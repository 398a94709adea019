import type { Metric, Sample } from './exposition.ts';

/** Upper bounds of the buckets, in seconds: from an answer on the loopback to a call that rings long. */
const BOUNDS_SEC = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly counts: number[];
  sumSec: number;
  count: number;
}

/** Times, counted by how long they are and by labels. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #rows = new Map<string, Row>();

  constructor(name: string, help: string) {
    this.#name = name;
    this.#help = help;
  }

  observe(durationMs: number, labels: Readonly<Record<string, string>>): void {
    const key = Object.values(labels).join(' ');
    let row = this.#rows.get(key);
    if (row === undefined) {
      row = { labels, counts: BOUNDS_SEC.map(() => 0), sumSec: 0, count: 0 };
      this.#rows.set(key, row);
    }
    const sec = durationMs / 1000;
    const bucket = BOUNDS_SEC.findIndex((bound) => sec <= bound);
    if (bucket >= 0) row.counts[bucket] = (row.counts[bucket] ?? 0) + 1;
    row.sumSec += sec;
    row.count++;
  }

  metric(): Metric {
    const samples = [...this.#rows.values()].flatMap(({ labels, counts, sumSec, count }): Sample[] => {
      let below = 0;
      const buckets = BOUNDS_SEC.map((bound, i): Sample => {
        below += counts[i] ?? 0;
        return { part: 'bucket', labels: { ...labels, le: String(bound) }, value: below };
      });
      return [
        ...buckets,
        { part: 'bucket', labels: { ...labels, le: '+Inf' }, value: count },
        { part: 'sum', labels, value: sumSec },
        { part: 'count', labels, value: count },
      ];
    });
    return { name: this.#name, type: 'histogram', help: this.#help, samples };
  }
}
