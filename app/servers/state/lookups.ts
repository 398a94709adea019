import { formatAddress } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { Resolution, Resolver, ResolveStep } from '../../../stack/resolver/resolver.ts';
import type { LookupRow, NodeState } from '../../contract/state.ts';

/** Searches that are remembered. */
const MAX_LOOKUPS = 100;

/** A resolver that remembers its latest searches. */
export interface NotedResolver extends Resolver {
  /** The latest first. */
  lookups(): NodeState['lookups'];
}

interface Noted {
  readonly atMs: number;
  readonly target: string;
  readonly resolution: Resolution;
}

const QUESTIONS: ReadonlySet<ResolveStep['kind']> = new Set(['NAPTR', 'SRV', 'A', 'AAAA']);

/** Notes each search that asked a name server; a URI with an address needs none. */
export function noted(resolver: Resolver, clock: Clock): NotedResolver {
  const ring: Noted[] = [];
  let total = 0;
  return {
    async resolve(uri, protocols) {
      const atMs = clock.wallMs();
      const resolution = await resolver.resolve(uri, protocols);
      if (resolution.steps.some(({ kind }) => QUESTIONS.has(kind))) {
        total++;
        if (ring.length >= MAX_LOOKUPS) ring.shift();
        ring.push({ atMs, target: uri.text, resolution });
      }
      return resolution;
    },
    lookups: () => ({ total, rows: ring.map(rowOf).reverse() }),
  };
}

function rowOf({ atMs, target, resolution }: Noted): LookupRow {
  const { hops, steps, failure } = resolution;
  let stepMs = atMs;
  const told = steps.map((step) => {
    stepMs += step.elapsedMs;
    return { atMs: stepMs, text: sentence(step), isFailure: isEmpty(step) };
  });
  return {
    atMs,
    target,
    steps: failure === undefined ? told : [...told, { atMs: stepMs, text: failure, isFailure: true }],
    hops: hops.map(({ protocol, address }) => `${protocol} ${formatAddress(address)}`),
  };
}

function sentence({ kind, subject, outcome, rfc }: ResolveStep): string {
  return `${kind} ${subject}: ${outcome.join(', ')} (${rfc})`;
}

/** A question that brought no record; decisions always bring something. */
function isEmpty({ hasRecords }: ResolveStep): boolean {
  return hasRecords === false;
}
