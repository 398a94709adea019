import * as z from 'zod';
import { field } from './field.ts';

/** How TLS and secure WebSocket listeners prove who they are. */
export const TLS_FIELDS = {
  tlsCert: field(z.string().default(''), {
    label: 'Certificate',
    group: 'TLS',
    isRare: true,
    placeholder: 'FILE',
    description:
      'PEM file with the certificate of TLS listeners, followed by its chain. Without one, certificates of a development CA are made on demand.',
  }),
  tlsKey: field(z.string().default(''), {
    label: 'Private key',
    group: 'TLS',
    isRare: true,
    placeholder: 'FILE',
    description: 'PEM file with the private key of the certificate.',
  }),
  tlsCa: field(z.string().default(''), {
    label: 'Trusted CAs',
    group: 'TLS',
    isRare: true,
    placeholder: 'FILE',
    description:
      'PEM file with the authorities that peers are checked against. Without one, those of Node and the development CA.',
  }),
  tlsMin: field(z.enum(['1.2', '1.3']).default('1.2'), {
    label: 'Oldest version',
    group: 'TLS',
    isRare: true,
    description: 'Oldest version of TLS that is spoken.',
  }),
  tlsMax: field(z.enum(['1.2', '1.3']).default('1.3'), {
    label: 'Newest version',
    group: 'TLS',
    isRare: true,
    description: 'Newest version of TLS that is spoken; 1.2 for peers that stumble over 1.3.',
  }),
  tlsVerifyClient: field(z.boolean().default(false), {
    label: 'Demand client certificates',
    group: 'TLS',
    isRare: true,
    description: 'Refuse TLS clients that do not show a certificate of a trusted authority.',
  }),
  requireTls: field(z.boolean().default(false), {
    label: 'Require TLS',
    group: 'TLS',
    isRare: true,
    description: 'Serve over TLS and secure WebSocket only: listeners of other protocols are not opened.',
  }),
};
