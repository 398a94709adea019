import * as z from 'zod';
import { field } from './field.ts';

/** Limits an operator can set, with their defaults; rates are per source and second. */
export const LIMIT_DEFAULTS = {
  'datagram-size': 65_535,
  'header-block': 65_536,
  'header-count': 256,
  'body-size': 10_485_760,
  'param-count': 64,
  'via-count': 70,
  'route-count': 50,
  connections: 1024,
  'connections-per-source': 64,
  'first-message-time': 60_000,
  'idle-time': 1_800_000,
  'server-transactions': 10_000,
  'client-transactions': 10_000,
  dialogs: 10_000,
  subscriptions: 10_000,
  'bindings-per-aor': 20,
  'packet-rate': 2000,
  'register-rate': 50,
  'invite-rate': 100,
  'auth-failure-rate': 1,
} as const;

export type SettableLimit = keyof typeof LIMIT_DEFAULTS;

const LIMIT = /^([a-z-]+)=(\d{1,10})$/;
const isLimit = (name: string): name is SettableLimit => Object.hasOwn(LIMIT_DEFAULTS, name);

/** `NAME=NUMBER`: octets, milliseconds, a count, or a count per second, as the name says. */
export const LimitSpec = z.string().refine(
  (text) => {
    const [, name = '', value = ''] = LIMIT.exec(text) ?? [];
    return isLimit(name) && Number(value) > 0;
  },
  `expected NAME=NUMBER with one of the names ${Object.keys(LIMIT_DEFAULTS).join(', ')}`,
);

/** The limits that a configuration sets. */
export function parseLimits(specs: readonly string[]): Readonly<Partial<Record<SettableLimit, number>>> {
  const pairs = specs.flatMap((text) => {
    const [, name = '', value = ''] = LIMIT.exec(text) ?? [];
    return isLimit(name) ? [[name, Number(value)] as const] : [];
  });
  return Object.fromEntries(pairs);
}

export const LIMIT_FIELDS = {
  limit: field(z.array(LimitSpec).default([]), {
    label: 'Limits',
    group: 'Limits',
    isRare: true,
    placeholder: 'NAME=NUMBER',
    description: `A limit other than its default; repeatable. ${Object.entries(LIMIT_DEFAULTS)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}; sizes in octets, times in milliseconds, rates a second and source, none on loopback.`,
  }),
};
