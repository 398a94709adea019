import { formatAddress } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Finding, RuleId } from '../lint/finding.ts';
import { createLinter, type Linter } from '../lint/linter.ts';
import type { LintListener, LintOptions } from '../lint/options.ts';
import type { Recorded } from '../lint/seen.ts';
import { octetText } from '../message/octets.ts';
import type { CaptureSink } from '../transport/capture.ts';
import { tapped } from '../transport/tapped.ts';
import type { Transport } from '../transport/transport.ts';

/** Legal, and yet nothing our own stack does. */
const STRICT: ReadonlySet<RuleId> = new Set(['G3']);
/** Messages kept to show what a finding is about. */
const KEPT = 2000;

export interface LintWatchOptions extends Omit<LintOptions, 'listeners'> {
  readonly clock: Clock;
}

/** Lints what the nodes of a test say, each by its own traffic. */
export interface LintWatch {
  /**
   * Records the transport from now on.
   * @param node - whose it is: a node with several addresses needs a name. Default: its host.
   * @returns the same transport.
   */
  tap(transport: Transport, node?: string): Transport;
  /** Takes the traffic of one node by hand. */
  sinkFor(node: string, listeners: readonly LintListener[]): CaptureSink;
  /** Mistakes the test makes on purpose; `why` is for its reader. */
  allow(ruleIds: readonly RuleId[], why: string): void;
  /** Looks no further: what the test sends is no SIP that could be answered by the rules; `why` is for its reader. */
  stop(why: string): void;
  /** What the watched nodes did wrong until now, severity above info. Mistakes of their peers are not counted. */
  faults(): readonly string[];
  /** @throws Error with a readable list when there is any fault. */
  expectClean(): void;
}

/** Watches made since the last {@link takeWatches}. */
let open: LintWatch[] = [];

/** The watches made since the last call: a suite asks them all after each test. */
export function takeWatches(): readonly LintWatch[] {
  const made = open;
  open = [];
  return made;
}

/** A watch of nothing yet. */
export function createLintWatch(options: LintWatchOptions): LintWatch {
  const watch = new Watch(options);
  open.push(watch);
  return watch;
}

interface Node {
  readonly linter: Linter;
  readonly listeners: LintListener[];
  readonly messages: Map<number, Recorded>;
  count: number;
}

class Watch implements LintWatch {
  readonly #options: LintWatchOptions;
  readonly #nodes = new Map<string, Node>();
  readonly #allowed = new Set<RuleId>();
  #isStopped = false;
  readonly #faults: { readonly ruleId: RuleId; readonly text: string }[] = [];

  constructor(options: LintWatchOptions) {
    this.#options = options;
  }

  tap(transport: Transport, node = transport.local.host): Transport {
    const { protocol, local } = transport;
    return tapped(transport, this.#options.clock, this.sinkFor(node, [{ protocol, address: local }]));
  }

  sinkFor(name: string, listeners: readonly LintListener[]): CaptureSink {
    const node = this.#node(name);
    node.listeners.push(...listeners);
    return (message) => {
      if (this.#isStopped) return;
      // The octets belong to the sender, who may use them again.
      const recorded = { ...message, bytes: new Uint8Array(message.bytes), id: node.count++ };
      node.messages.set(recorded.id, recorded);
      node.messages.delete(recorded.id - KEPT);
      this.#take(name, node, node.linter.add(recorded));
    };
  }

  allow(ruleIds: readonly RuleId[], why: string): void {
    if (why === '') throw new Error('say why the test breaks these rules');
    for (const id of ruleIds) this.#allowed.add(id);
  }

  stop(why: string): void {
    if (why === '') throw new Error('say why nothing is to be watched');
    this.#isStopped = true;
    this.#nodes.clear();
    this.#faults.length = 0;
  }

  faults(): readonly string[] {
    for (const [name, node] of this.#nodes)
      this.#take(name, node, node.linter.finish(this.#options.clock.now()));
    return this.#faults.filter(({ ruleId }) => !this.#allowed.has(ruleId)).map(({ text }) => text);
  }

  expectClean(): void {
    const faults = this.faults();
    if (faults.length === 0) return;
    const more = faults.length > 5 ? [`... and ${faults.length - 5} more`] : [];
    throw new Error(['own traffic has findings', ...faults.slice(0, 5), ...more].join('\n\n'));
  }

  #node(name: string): Node {
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const listeners: LintListener[] = [];
    const node = {
      linter: createLinter({ ...this.#options, listeners }),
      listeners,
      messages: new Map(),
      count: 0,
    };
    this.#nodes.set(name, node);
    return node;
  }

  #take(name: string, node: Node, found: readonly Finding[]): void {
    for (const finding of found) {
      const counts = finding.severity !== 'info' || STRICT.has(finding.ruleId);
      if (counts && finding.by === 'local')
        this.#faults.push({ ruleId: finding.ruleId, text: describe(name, node, finding) });
    }
  }
}

function describe(name: string, node: Node, finding: Finding): string {
  const { ruleId, severity, rfc, message, advice, messageId, span, relatedTo } = finding;
  const show = (id: number | undefined): string => {
    const recorded = id === undefined ? undefined : node.messages.get(id);
    if (recorded === undefined) return '';
    const { atMs, direction, remote, bytes } = recorded;
    return `--- ${atMs} ms ${direction} ${formatAddress(remote)}\n${octetText(bytes)}`;
  };
  const bytes = node.messages.get(messageId)?.bytes;
  const octets = bytes === undefined ? '' : octetText(bytes, span.start, span.end);
  return [
    `${name}: ${ruleId} ${severity} ${message} (${rfc})`,
    `at: ${octets}`,
    advice,
    show(messageId),
    show(relatedTo),
  ].join('\n');
}
