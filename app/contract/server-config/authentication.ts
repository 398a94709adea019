import * as z from 'zod';
import { field } from './field.ts';

/** The digest algorithms that can be offered. */
export const AUTH_ALGORITHMS = [
  'SHA-256',
  'SHA-512-256',
  'MD5',
  'SHA-256-sess',
  'SHA-512-256-sess',
  'MD5-sess',
] as const;

/** Who has to prove who they are. */
export const AUTHENTICATION_FIELDS = {
  auth: field(z.boolean().default(false), {
    label: 'Demand digest',
    group: 'Authentication',
    isDial: true,
    description: 'Challenge requests outside of dialogs until the sender proves to know a password.',
  }),
  authRealm: field(z.string().trim().min(1).max(200).default('siphond.local'), {
    label: 'Realm',
    group: 'Authentication',
    isRare: true,
    placeholder: 'TEXT',
    description: 'Realm of challenges.',
  }),
  authAlgorithms: field(z.array(z.enum(AUTH_ALGORITHMS)).default(['SHA-256', 'MD5']), {
    label: 'Algorithms',
    group: 'Authentication',
    isRare: true,
    placeholder: 'NAME',
    description: 'Digest algorithm that is offered, strongest first; repeatable (RFC 8760).',
  }),
  authQop: field(z.array(z.enum(['auth', 'auth-int'])).default(['auth']), {
    label: 'Quality of protection',
    group: 'Authentication',
    isRare: true,
    placeholder: 'auth|auth-int',
    description: 'Quality of protection that is offered; repeatable, `none` asks as RFC 2069 did.',
  }),
  authUsers: field(z.string().default(''), {
    label: 'Users file',
    group: 'Authentication',
    isRare: true,
    placeholder: 'FILE',
    description:
      'JSON or YAML file with the users: `{user: password}`, or `{user: {ha1: {ALGORITHM: HEX}}}` without the password.',
  }),
};
