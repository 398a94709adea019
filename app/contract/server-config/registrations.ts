import * as z from 'zod';
import { field } from './field.ts';
import { NOTIFIER_MODES, REGISTRAR_MODES } from './modes.ts';

const LOCATION = /^(memory|rediss?:\/\/\S+|postgres(ql)?:\/\/\S+)$/;
const expires = (initial: number) => z.number().int().min(1).max(4_294_967_295).default(initial);

/** What a server does with REGISTER and SUBSCRIBE. */
export const REGISTRATION_FIELDS = {
  autoAcceptRegistrations: field(z.boolean().default(true), {
    label: 'Accept registrations',
    group: 'Registrations',
    modes: REGISTRAR_MODES,
    isDial: true,
    description: 'Keep bindings. When off, every REGISTER gets 403 Forbidden.',
  }),
  domain: field(
    z.array(z.string().regex(/^[A-Za-z0-9.[\]:_-]+$/, 'expected a domain name or an address')).default([]),
    {
      label: 'Domain',
      group: 'Registrations',
      placeholder: 'NAME',
      modes: REGISTRAR_MODES,
      description:
        'Domain this server is responsible for; repeatable. Without one, a registrar takes every domain, and a proxy or B2BUA the addresses of its listeners.',
    },
  ),
  regDefaultExpiry: field(expires(3600), {
    label: 'Usual expiry',
    group: 'Registrations',
    unit: 's',
    placeholder: 'SECONDS',
    modes: REGISTRAR_MODES,
    isDial: true,
    description: 'Lifetime of a binding that asks for none.',
  }),
  regMinExpiry: field(expires(60), {
    label: 'Shortest expiry',
    group: 'Registrations',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: REGISTRAR_MODES,
    isDial: true,
    description: 'Shorter requests get 423 Interval Too Brief.',
  }),
  regMaxExpiry: field(expires(86_400), {
    label: 'Longest expiry',
    group: 'Registrations',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: REGISTRAR_MODES,
    isDial: true,
    description: 'Longer requests are cut to this.',
  }),
  location: field(
    z
      .string()
      .regex(LOCATION, 'expected memory, redis://HOST:PORT or postgres://USER@HOST:PORT/DATABASE')
      .default('memory'),
    {
      label: 'Location store',
      group: 'Registrations',
      placeholder: 'memory|URL',
      suggestions: ['memory'],
      modes: REGISTRAR_MODES,
      description:
        'Where bindings are kept: in memory, or in Redis (`redis://`) or PostgreSQL (`postgres://`), shared with other servers.',
    },
  ),
};

export const SUBSCRIPTION_FIELDS = {
  autoAcceptSubscriptions: field(z.boolean().default(true), {
    label: 'Accept subscriptions',
    group: 'Subscriptions',
    modes: NOTIFIER_MODES,
    isDial: true,
    description: 'Notify whoever subscribes. When off, every SUBSCRIBE gets 403 Forbidden.',
  }),
  subMinExpiry: field(expires(60), {
    label: 'Shortest subscription',
    group: 'Subscriptions',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: NOTIFIER_MODES,
    description: 'Shorter subscriptions get 423 Interval Too Brief.',
  }),
  subMaxExpiry: field(expires(3600), {
    label: 'Longest subscription',
    group: 'Subscriptions',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: NOTIFIER_MODES,
    description: 'Longer requests are cut to this.',
  }),
};
