import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import type { LimitName } from '../../../stack/core/limits.ts';
import { Subscription } from '../../../stack/events/notifier/subscription.ts';
import { LocationStoreError, type LocationStore } from '../../../stack/registrar/location-store.ts';
import type { StoreHealth } from '../../../stack/registrar/shared/store-link.ts';

/** What a node holds at this moment, for `/metrics` and `/ready`. */
export interface NodeGauges {
  readonly activeCalls: number;
  readonly serverTransactions: number;
  readonly clientTransactions: number;
  /** Bindings in the location store; undefined in modes without a registrar, and while the store cannot be read. */
  readonly registrations: number | undefined;
  /** Subscriptions of either side that are not over, by event package. */
  readonly subscriptions: Readonly<Record<string, number>>;
  /** What limits refused, by their names. */
  readonly refusals: Readonly<Partial<Record<LimitName, number>>>;
  readonly health: StoreHealth;
}

/** What is read of a node. */
export interface GaugeMeans {
  readonly agent: UserAgent;
  /** Undefined in modes without a registrar. */
  readonly store: LocationStore | undefined;
  readonly refusals: () => NodeGauges['refusals'];
  readonly health: () => StoreHealth;
}

export async function readGauges({ agent, store, refusals, health }: GaugeMeans): Promise<NodeGauges> {
  const { activeCalls, serverTransactions, clientTransactions } = agent.stats;
  return {
    activeCalls,
    serverTransactions,
    clientTransactions,
    registrations: store && (await bindingsOf(store)),
    subscriptions: subscriptionsOf(agent),
    refusals: refusals(),
    health: health(),
  };
}

async function bindingsOf(store: LocationStore): Promise<number | undefined> {
  try {
    return (await store.count()).bindings;
  } catch (error) {
    if (error instanceof LocationStoreError) return undefined;
    throw error;
  }
}

function subscriptionsOf({ context }: UserAgent): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const usage of context.usages) {
    const isOver = usage instanceof Subscription && usage.status === 'terminated';
    const name = usage instanceof Subscription ? usage.package.name : usage.facts?.().package;
    if (name !== undefined && !isOver) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}
