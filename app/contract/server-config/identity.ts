import * as z from 'zod';
import { field } from './field.ts';

/** Whom a server stands for. */
export const IDENTITY_FIELDS = {
  localUri: field(
    z
      .string()
      .regex(/^sips?:[^\s<>@]+@[^\s<>@]+$/, 'expected a SIP URI with a user, such as sip:siphon@127.0.0.1')
      .default('sip:siphon@localhost'),
    {
      label: 'Local URI',
      group: 'Identity',
      isRare: true,
      placeholder: 'SIP-URI',
      description: 'Whom the server stands for; its user part is the user part of Contact.',
    },
  ),
  userAgent: field(z.string().max(200).default('Siphon Workbench'), {
    label: 'User agent',
    group: 'Identity',
    isRare: true,
    placeholder: 'TEXT',
    description:
      'Text of the Server header in responses and of User-Agent in requests; empty leaves both out.',
  }),
};
