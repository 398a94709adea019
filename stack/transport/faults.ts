import { formatAddress, type Address } from '../core/address.ts';
import { ArmedList, howOften, type Armed, type OnPurpose } from '../core/armed.ts';
import type { Logger } from '../core/logger.ts';
import { octetText } from '../message/octets.ts';
import { corrupted, type Corruption } from './corrupt.ts';

/** Something that goes wrong on purpose where messages cross the transport. */
export interface Fault extends OnPurpose {
  readonly kind: 'drop' | 'delay' | 'duplicate' | 'corrupt';
  readonly direction: 'in' | 'out';
  /** Messages it is for: a method, a status or class of them such as `2xx`, `request`, `response`; undefined: all. */
  readonly only: string | undefined;
  /** Of a delay. */
  readonly delayMs: number;
  /** Of a corruption. */
  readonly corruption: Corruption;
}

/** What becomes of one message. */
export interface Fate {
  readonly bytes: Uint8Array;
  /** 0: it is lost; 2 and more: it comes again. */
  readonly copies: number;
  readonly delayMs: number;
}

export interface FaultsOptions {
  /** Draws a number in [0, 1). */
  readonly chance: () => number;
  readonly log: Logger;
}

/** Start lines are told apart by as many octets. */
const START_OCTETS = 64;

/** The faults of a node, shared by its transports. */
export class Faults {
  readonly #list = new ArmedList<Fault>();
  readonly #options: FaultsOptions;
  #isIdle = true;

  constructor(options: FaultsOptions) {
    this.#options = options;
  }

  get armed(): readonly Armed<Fault>[] {
    return this.#list.entries;
  }

  /** Nothing is armed: every message passes untouched. */
  get isIdle(): boolean {
    return this.#isIdle;
  }

  replace(faults: readonly Fault[]): void {
    this.#list.replace(faults);
    this.#isIdle = faults.length === 0;
  }

  /** One sentence a fault, as it stands now. */
  explain(): readonly string[] {
    return this.#list.entries.map(
      ({ what: { kind, direction, only, delayMs, corruption, amount }, left }) => {
        const way = direction === 'in' ? 'received' : 'sent';
        const what = only === undefined ? 'Messages' : `Messages (${only})`;
        const detail = kind === 'delay' ? ` by ${delayMs} ms` : kind === 'corrupt' ? ` (${corruption})` : '';
        return `${what} that are ${way}: ${VERBS[kind]}${detail} on purpose${howOften(amount, left)}.`;
      },
    );
  }

  /** Decides about a message; each fault that is for it strikes, in their order, until one loses it. */
  fate(direction: Fault['direction'], bytes: Uint8Array, peer: Address): Fate {
    const start = octetText(bytes, 0, Math.min(bytes.length, START_OCTETS));
    const fate = { bytes, copies: 1, delayMs: 0 };
    for (const entry of this.#list.entries) {
      const { what } = entry;
      if (what.direction !== direction || !isFor(what.only, start)) continue;
      if (!this.#strikes(entry, fate)) continue;
      this.#note(what, start, peer);
      if (fate.copies === 0) break;
    }
    return fate;
  }

  #strikes(entry: Armed<Fault>, fate: { -readonly [K in keyof Fate]: Fate[K] }): boolean {
    const { chance } = this.#options;
    const { kind, delayMs, corruption } = entry.what;
    // What has nothing to get wrong does not count.
    const wrong =
      kind === 'corrupt' && entry.left !== 0 ? corrupted(fate.bytes, corruption, chance) : undefined;
    if (kind === 'corrupt' && wrong === undefined) return false;
    if (!entry.take(chance)) return false;
    if (kind === 'drop') fate.copies = 0;
    else if (kind === 'duplicate') fate.copies++;
    else if (kind === 'delay') fate.delayMs += delayMs;
    else fate.bytes = wrong ?? fate.bytes;
    return true;
  }

  /** What is lost on its way out crosses no wire and is in no capture: the log alone knows of it. */
  #note({ kind, direction, spec }: Fault, start: string, peer: Address): void {
    const [startLine = ''] = start.split('\r\n');
    const fields = { fault: spec, startLine, peer: formatAddress(peer) };
    const isUnseen = kind === 'drop' && direction === 'out';
    this.#options.log[isUnseen ? 'info' : 'debug'](`message ${VERBS[kind]} on purpose`, fields);
  }
}

const VERBS: Readonly<Record<Fault['kind'], string>> = {
  drop: 'dropped',
  delay: 'delayed',
  duplicate: 'duplicated',
  corrupt: 'corrupted',
};

const STATUS_LINE = /^SIP\/2\.0 ([1-6])(\d\d)/;

/** Whether a message with this beginning is one that the fault is for. */
function isFor(only: string | undefined, start: string): boolean {
  if (only === undefined) return true;
  const status = STATUS_LINE.exec(start);
  if (only === 'response') return status !== null;
  if (status === null) return only === 'request' || start.startsWith(`${only.toUpperCase()} `);
  const [, first = '', rest = ''] = status;
  return only === `${first}${rest}` || only === `${first}xx`;
}
