import type { DialogUsage } from '../../../stack/agent/usage.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import { Subscription, type TerminationReason } from '../../../stack/events/notifier/subscription.ts';
import { ContractError } from '../../contract/errors.ts';
import { MAX_STATE_ROWS, type NodeState, type SubscriptionRow } from '../../contract/state.ts';
import { wallOf } from './wall.ts';

/** The subscriptions of an agent, of both sides. */
export function subscriptionsOf({ context }: UserAgent): NodeState['subscriptions'] {
  const rows: SubscriptionRow[] = [];
  for (const usage of context.usages) {
    if (rows.length >= MAX_STATE_ROWS) break;
    const row = rowOf(usage, (ms) => wallOf(context.clock, ms));
    if (row !== undefined) rows.push(row);
  }
  return { total: Math.max(rows.length, context.usages.size), rows };
}

/**
 * Tells the whole state again.
 * @throws ContractError 'gone' | 'conflict' for a subscription of ours.
 */
export function notifyNow(agent: UserAgent, id: string): void {
  const usage = find(agent, id);
  if (!(usage instanceof Subscription))
    throw new ContractError('conflict', 'That subscription is of this server: the other side notifies.');
  usage.notifyFully();
}

/**
 * Ends a subscription: as the notifier with this reason, as the subscriber by leaving it.
 * @throws ContractError 'gone'.
 */
export function endSubscription(agent: UserAgent, id: string, reason: TerminationReason): void {
  const usage = find(agent, id);
  if (usage instanceof Subscription) usage.terminate(reason);
  else usage.stop();
}

function find({ context }: UserAgent, id: string): DialogUsage {
  for (const usage of context.usages) if (idOf(usage) === id && !isOver(usage)) return usage;
  throw new ContractError('gone', 'That subscription is over already.');
}

function isOver(usage: DialogUsage): boolean {
  return usage instanceof Subscription && usage.status === 'terminated';
}

function idOf(usage: DialogUsage): string {
  if (usage instanceof Subscription) return usage.id;
  return `${usage.callId} ${usage.localTag} ${usage.facts?.().package ?? ''}`;
}

function rowOf(usage: DialogUsage, wall: (ms: number) => number): SubscriptionRow | undefined {
  const common = { id: idOf(usage), callId: usage.callId };
  if (usage instanceof Subscription)
    return {
      ...common,
      package: usage.package.name,
      resource: usage.resource,
      watcher: usage.watcher,
      role: 'notifier',
      state: usage.status,
      expiresAtMs: wall(usage.expiresAtMs),
      notifies: usage.notifyCount,
    };
  const facts = usage.facts?.();
  if (facts === undefined) return undefined;
  return {
    ...common,
    package: facts.package,
    resource: facts.resource,
    watcher: facts.resource,
    role: 'subscriber',
    state: facts.isActive ? 'active' : 'pending',
    notifies: facts.notifyCount,
    ...(facts.expiresMs === undefined ? {} : { expiresAtMs: wall(facts.expiresMs) }),
  };
}
