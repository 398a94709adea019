import * as z from 'zod';
import { field } from './field.ts';
import { ROUTING_MODES } from './modes.ts';

/** Where a proxy or B2BUA sends what it gets. */
export const ROUTING_FIELDS = {
  nextHop: field(
    z
      .string()
      .regex(
        /^(sips?:[^\s<>]+)?$/,
        'expected a SIP URI, such as sip:127.0.0.1:5080;transport=tcp, or nothing',
      )
      .default(''),
    {
      label: 'Next hop',
      group: 'Routing',
      placeholder: 'SIP-URI',
      modes: ROUTING_MODES,
      description: 'Where requests go whose user is not registered here; empty refuses them with 404.',
    },
  ),
  otherDomains: field(z.enum(['refuse', 'relay']).default('refuse'), {
    label: 'Other domains',
    group: 'Routing',
    modes: ROUTING_MODES,
    description:
      'What happens to requests for domains of others: 403 Forbidden, or on to where RFC 3263 says.',
  }),
  fork: field(z.enum(['parallel', 'sequential', 'by-q']).default('parallel'), {
    label: 'Forking',
    group: 'Routing',
    modes: ROUTING_MODES,
    isDial: true,
    description: 'Call all contacts of a user at once, one after the other, or by groups of equal q.',
  }),
  forkTimeMs: field(z.number().int().min(0).max(180_000).default(20_000), {
    label: 'Time of each target',
    group: 'Routing',
    isRare: true,
    unit: 'ms',
    placeholder: 'MS',
    modes: ROUTING_MODES,
    isDial: true,
    description: 'How long a target rings before the next one is tried; 0 waits for its answer.',
  }),
  stateless: field(z.boolean().default(false), {
    label: 'Stateless',
    group: 'Routing',
    isRare: true,
    modes: ['proxy'],
    description: 'Forward without keeping state, to one target (RFC 3261 16.11).',
  }),
  recordRoute: field(z.boolean().default(true), {
    label: 'Record-Route',
    group: 'Routing',
    modes: ['proxy'],
    isDial: true,
    description: 'Stay in the path of every dialog.',
  }),
  recurseRedirects: field(z.boolean().default(false), {
    label: 'Follow redirects',
    group: 'Routing',
    isRare: true,
    modes: ROUTING_MODES,
    isDial: true,
    description: 'Follow 3xx responses instead of passing them to the caller.',
  }),
  addPath: field(z.boolean().default(false), {
    label: 'Path',
    group: 'Routing',
    isRare: true,
    modes: ['proxy'],
    description: 'Add Path (RFC 3327) to REGISTER requests that are forwarded.',
  }),
};
