import * as z from 'zod';
import { Duration } from './duration.ts';

/** How an actor shows and checks certificates. Paths are relative to the folder of the scenario, in a load run to the working directory. */
export const TlsSettings = z
  .strictObject({
    ca: z
      .string()
      .min(1)
      .optional()
      .describe(
        'PEM file of the authorities it trusts, in place of those of Node and the development CA of this machine.',
      ),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe(
        'PEM file of the certificate it shows, with its chain; the development CA makes one otherwise.',
      ),
    key: z.string().min(1).optional().describe('PEM file of the private key of the certificate.'),
    verify: z.boolean().optional().describe('Off: it talks to peers whose certificate proves nothing.'),
    serverName: z
      .string()
      .min(1)
      .optional()
      .describe(
        'Name the certificate of the peer must be for, sent as SNI (RFC 5922); the host of the URI when left out.',
      ),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    message: 'a certificate and its key belong together: give both or neither',
  });
export type TlsSettings = z.infer<typeof TlsSettings>;

/** Octets as they are, or lines that each end in CRLF, over a stream also in pieces. */
export const RawOctets = z.union([
  z.string(),
  z
    .strictObject({
      lines: z.string().describe('Each line ends in CRLF.'),
      pieceOctets: z
        .number()
        .int()
        .min(1)
        .max(65_536)
        .optional()
        .describe('TCP and TLS: sent in pieces of so many octets.'),
      pause: Duration.optional().describe('Between two pieces; 10 ms when left out.'),
    })
    .refine(({ pieceOctets, pause }) => pause === undefined || pieceOctets !== undefined, {
      message: 'pause is the time between pieces: say how large they are with pieceOctets',
    }),
]);
