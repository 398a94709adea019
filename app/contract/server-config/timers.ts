import * as z from 'zod';
import { field } from './field.ts';

/** The timers of the transaction layer. */
export const TIMER_FIELDS = {
  t1Ms: field(z.number().int().min(10).max(10_000).default(500), {
    label: 'T1',
    group: 'Timers',
    isRare: true,
    unit: 'ms',
    placeholder: 'MS',
    description:
      'Round-trip estimate: first retransmission, and 64 times it is the transaction timeout (RFC 3261 17.1.1.1).',
  }),
  t2Ms: field(z.number().int().min(10).max(60_000).default(4000), {
    label: 'T2',
    group: 'Timers',
    isRare: true,
    unit: 'ms',
    placeholder: 'MS',
    description: 'Longest interval between retransmissions of a non-INVITE request or an INVITE response.',
  }),
  t4Ms: field(z.number().int().min(10).max(60_000).default(5000), {
    label: 'T4',
    group: 'Timers',
    isRare: true,
    unit: 'ms',
    placeholder: 'MS',
    description: 'Longest time a message stays in the network.',
  }),
};
