import { formatAddress, type Address } from '../../stack/core/address.ts';
import { octetText } from '../../stack/message/octets.ts';
import type { Event } from '../engine/events.ts';
import type { StepResult, Verdict } from '../engine/verdict.ts';

/** A message of a call that failed. */
export interface ExampleMessage {
  /** Since the call was due. */
  readonly atMs: number;
  readonly direction: 'out' | 'in';
  readonly actor: string;
  /** HOST:PORT */
  readonly peer: string;
  readonly text: string;
}

/** The same before it is known whether anybody wants to see it. */
export interface SeenMessage extends Omit<ExampleMessage, 'text' | 'peer'> {
  readonly peer: Address;
  readonly bytes: Uint8Array;
}

/** Calls that failed alike. */
export interface FailureGroup {
  /** `503 Service Unavailable`, `no answer: timer B`. */
  readonly signature: string;
  /** The step that failed: `alice, line 9, expect 200`. */
  readonly step: string;
  readonly calls: number;
  readonly firstAtSec: number;
  readonly lastAtSec: number;
  /** Row of the dataset that the example used. */
  readonly row?: string;
  readonly example: readonly ExampleMessage[];
}

/** What a call failed of, and where. */
export interface Cause {
  readonly signature: string;
  readonly step: string;
}

/** Groups past these are counted as one: a peer that says something new each time must not fill the memory. */
const MOST_GROUPS = 100;
const OTHERS: Cause = { signature: 'other causes', step: 'several' };

/** @param last - what had just happened. */
export function causeOf({ reason = '', steps }: Verdict, last: Event | undefined): Cause {
  const failed = [...steps].reverse().find(({ outcome }) => outcome === 'fail');
  const step =
    failed === undefined ? 'begin' : `${failed.actor}, line ${failed.step.line}, ${failed.step.title}`;
  return { step, signature: signatureOf(last, failed, reason) };
}

function signatureOf(last: Event | undefined, failed: StepResult | undefined, reason: string): string {
  const why = failed?.reason ?? reason;
  if (failed !== undefined && why.includes(' did not come in time'))
    return `${failed.step.title}: nothing came in time`;
  if (last?.kind === 'unanswered' && why === last.reason) return why;
  // The message that came last is the cause where the reason names it.
  const startLine =
    last?.kind === 'response' || last?.kind === 'request' ? last.message.startLine : undefined;
  if (startLine?.kind === 'response' && why.includes(`, got ${startLine.status} `)) {
    const came = `${startLine.status} ${startLine.reason}`;
    const wanted = failed?.step.title.replace(/^.*expect /, '') ?? '';
    return startLine.status >= 300 || wanted === '' ? came : `${came}, not ${wanted}`;
  }
  if (startLine?.kind === 'request' && why.includes(`, got ${startLine.method}`))
    return `${startLine.method} came`;
  return withoutValues(why);
}

/** The same words for all calls: what differs from one to the other is left out. */
const withoutValues = (reason: string): string =>
  reason
    .replace(/"[^"]*"/g, '"…"')
    .replace(/ is not true: .*/s, ' is not true')
    .replace(/\d{3,} ms/g, '… ms');

/** Failed calls by what they failed of, each group with the messages of its first call. */
export class Causes {
  readonly #groups = new Map<string, FailureGroup>();

  /** @param messages - asked only where the group has no example yet. */
  add(cause: Cause, atSec: number, messages: () => readonly SeenMessage[], row?: string): void {
    this.merge({ ...cause, calls: 1, firstAtSec: atSec, lastAtSec: atSec, example: [] }, () => ({
      example: messages().map(({ bytes, peer, ...rest }) => ({
        ...rest,
        peer: formatAddress(peer),
        text: octetText(bytes),
      })),
      ...(row !== undefined && { row }),
    }));
  }

  /** Adds calls that failed somewhere else. */
  merge(
    group: FailureGroup,
    exampleOf = (): Pick<FailureGroup, 'example' | 'row'> => ({ example: group.example }),
  ): void {
    const key = keyOf(group);
    const cause = this.#groups.has(key) || this.#groups.size < MOST_GROUPS ? group : { ...group, ...OTHERS };
    const known = this.#groups.get(keyOf(cause));
    this.#groups.set(
      keyOf(cause),
      known === undefined
        ? { ...cause, ...exampleOf() }
        : {
            ...known,
            calls: known.calls + group.calls,
            firstAtSec: Math.min(known.firstAtSec, group.firstAtSec),
            lastAtSec: Math.max(known.lastAtSec, group.lastAtSec),
          },
    );
  }

  /** The largest first. */
  groups(): readonly FailureGroup[] {
    return [...this.#groups.values()].sort((a, b) => b.calls - a.calls);
  }

  get size(): number {
    return this.#groups.size;
  }
}

const keyOf = ({ signature, step }: Cause): string => `${signature}\n${step}`;
