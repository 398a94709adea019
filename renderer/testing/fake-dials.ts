import type { Armed, Dials } from '../../app/contract/dials.ts';
import { ContractError } from '../../app/contract/errors.ts';
import { parseFault, parseOverride } from '../../app/contract/server-config/behaviour.ts';
import type { ServerConfig } from '../../app/contract/server-config.ts';
import { SERVER_FIELDS } from '../../app/contract/server-fields.ts';
import type { FakeServers } from './fake-servers.ts';

const DIALS = SERVER_FIELDS.filter((f) => f.isDial === true);

/** The dials of fake servers: turned values last until the server stops, as in a node. */
export interface FakeDials {
  readonly read: (id: string) => Dials;
  readonly change: (id: string, changes: Readonly<Record<string, unknown>>) => Dials;
  /** Lets something armed strike so many times. */
  readonly strike: (id: string, spec: string, times: number) => void;
}

export function createFakeDials(servers: FakeServers): FakeDials {
  const turned = new Map<string, ServerConfig>();
  const hits = new Map<string, number>();
  const configOf = (id: string): ServerConfig => {
    const server = servers.get(id);
    if (server.state !== 'running') {
      turned.delete(id);
      throw new ContractError('conflict', `${server.config.name} does not run.`);
    }
    return turned.get(id) ?? server.config;
  };
  const armed = (id: string, spec: string): Armed => {
    const amount = (parseOverride(spec) ?? parseFault(spec))?.amount;
    const struck = hits.get(`${id} ${spec}`) ?? 0;
    return {
      spec,
      hits: struck,
      ...(amount?.kind === 'next' ? { left: Math.max(0, amount.count - struck) } : {}),
    };
  };
  const read = (id: string): Dials => {
    const config = configOf(id);
    const served = DIALS.filter(({ modes }) => modes?.includes(config.mode) !== false);
    return {
      values: Object.fromEntries(served.map(({ key }) => [key, config[key]])),
      overrides: config.override.map((spec) => armed(id, spec)),
      faults: config.fault.map((spec) => armed(id, spec)),
    };
  };
  return {
    read,
    change: (id, changes) => {
      const next = servers.check({ ...configOf(id), ...changes });
      for (const spec of [...configOf(id).override, ...configOf(id).fault])
        if (![...next.override, ...next.fault].includes(spec)) hits.delete(`${id} ${spec}`);
      turned.set(id, next);
      return read(id);
    },
    strike: (id, spec, times) => {
      hits.set(`${id} ${spec}`, (hits.get(`${id} ${spec}`) ?? 0) + times);
    },
  };
}
