import type { Ids } from '../core/ids.ts';
import type { SrvRecord } from './dns.ts';

/**
 * The order in which SRV targets are tried: by priority, within one priority by chance in proportion to the weights.
 * @rfc 2782 (usage rules)
 */
export function orderSrv(records: readonly SrvRecord[], ids: Ids): readonly SrvRecord[] {
  const priorities = [...new Set(records.map(({ priority }) => priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    byWeight(
      records.filter((record) => record.priority === priority),
      ids,
    ),
  );
}

/** Records of weight 0 stand first in each draw, so that they have a small chance only. */
function byWeight(records: readonly SrvRecord[], ids: Ids): readonly SrvRecord[] {
  const left = [...records].sort((a, b) => Math.sign(a.weight) - Math.sign(b.weight));
  const ordered: SrvRecord[] = [];
  while (left.length > 0) {
    const sum = left.reduce((total, { weight }) => total + weight, 0);
    const drawn = left.length === 1 ? 0 : Math.floor(ids.chance() * (sum + 1));
    let running = 0;
    const at = left.findIndex(({ weight }) => (running += weight) >= drawn);
    ordered.push(...left.splice(at, 1));
  }
  return ordered;
}
