import type { Armed as ArmedThing, OnPurpose } from '../../stack/core/armed.ts';
import type { Ids } from '../../stack/core/ids.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { Overrides } from '../../stack/server/overrides.ts';
import { Faults } from '../../stack/transport/faults.ts';
import type { Dials } from '../contract/dials.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import { parseFault, parseOverride } from '../contract/server-config/behaviour.ts';

/** What a server gets wrong on purpose: responses and messages. */
export interface MisdeedsOnPurpose {
  readonly overrides: Overrides;
  readonly faults: Faults;
  /** Arms what a configuration asks for; what stays keeps its count. */
  arm(config: Pick<ServerConfig, 'override' | 'fault'>): void;
  read(): Pick<Dials, 'overrides' | 'faults'>;
  /** One sentence each. */
  explain(): readonly string[];
}

export function createMisdeeds(ids: Ids, log: Logger): MisdeedsOnPurpose {
  // A stream of its own, so that a share strikes the same messages under the same seed whatever else was drawn meanwhile.
  let own: Ids | undefined;
  const chance = (): number => (own ??= createIds(ids.token(16))).chance();
  const overrides = new Overrides(chance);
  const faults = new Faults({ chance, log });
  return {
    overrides,
    faults,
    arm: ({ override, fault }) => {
      overrides.replace(
        override.flatMap((spec) => {
          const parsed = parseOverride(spec);
          if (parsed === undefined) return [];
          const headers = parsed.headers.map(([name, value]) => [name, encodeText(value)] as const);
          const reason = parsed.reason === undefined ? undefined : encodeText(parsed.reason);
          return [{ ...parsed, spec, headers, reason }];
        }),
      );
      faults.replace(
        fault.flatMap((spec) => {
          const parsed = parseFault(spec);
          return parsed === undefined ? [] : [{ ...parsed, spec }];
        }),
      );
    },
    read: () => ({ overrides: overrides.armed.map(told), faults: faults.armed.map(told) }),
    explain: () => [...overrides.explain(), ...faults.explain()],
  };
}

function told({ what, hits, left }: ArmedThing<OnPurpose>): Dials['overrides'][number] {
  return { spec: what.spec, hits, ...(left === undefined ? {} : { left }) };
}
