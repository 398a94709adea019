/** A figure that goes up and down, or only up, with its labels. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
  /** Of a histogram: what the line stands for. */
  readonly part?: 'bucket' | 'sum' | 'count';
}

export interface Metric {
  /** `siphon_dialogs_active` */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly samples: readonly Sample[];
}

export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const escapeHelp = (text: string): string =>
  text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`);
const escapeLabel = (text: string): string => escapeHelp(text).replaceAll('"', String.raw`\"`);

/** The text format of Prometheus, version 0.0.4. */
export function exposition(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, type, help, samples }) => {
      const lines = samples.map(({ labels = {}, value, part }) => {
        const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escapeLabel(text)}"`);
        const full = part === undefined ? name : `${name}_${part}`;
        return `${full}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}\n`;
      });
      return `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines.join('')}`;
    })
    .join('');
}

/** The metrics of several nodes as one list: each sample says whose it is. */
export function labelled(nodes: ReadonlyMap<string, readonly Metric[]>): readonly Metric[] {
  const merged = new Map<string, Metric>();
  for (const [node, metrics] of nodes)
    for (const metric of metrics) {
      const samples = metric.samples.map((sample) => ({ ...sample, labels: { node, ...sample.labels } }));
      const known = merged.get(metric.name);
      merged.set(metric.name, { ...metric, samples: [...(known?.samples ?? []), ...samples] });
    }
  return [...merged.values()];
}
