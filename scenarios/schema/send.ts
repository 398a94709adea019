import * as z from 'zod';
import { Method } from './matcher.ts';

/** Headers by name; a list makes several lines, null leaves out what would be there. */
export const Headers = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.null(), z.array(z.union([z.string(), z.number()]))]),
);
export type Headers = z.infer<typeof Headers>;

/** Octets: a text as it is, or lines that each end in CRLF. */
export const Octets = z.union([z.string(), z.strictObject({ lines: z.string() })]);
export type Octets = z.infer<typeof Octets>;

/** The octets of it; templates in it stay as they are. */
export const octetsOf = (value: Octets): string =>
  typeof value === 'string' ? value : value.lines.replace(/\r?\n/g, '\r\n');

const content = {
  headers: Headers.optional().describe('Added, or in place of what would be there; null leaves one out.'),
  body: Octets.optional().describe(
    'The body as it is, or `{ lines }` that each end in CRLF; its Content-Type stands among the headers.',
  ),
  sdp: z
    .union([z.boolean(), z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])])
    .optional()
    .describe('A session description: an offer, or an answer to the one that came; with its direction.'),
};

export const RequestSend = z.strictObject({
  method: Method,
  uri: z
    .string()
    .optional()
    .describe('Request-URI; the target of the actor, or of the dialog, when left out.'),
  to: z
    .string()
    .optional()
    .describe('URI of To, or a name before it in angle brackets; the Request-URI when left out.'),
  from: z
    .string()
    .optional()
    .describe('URI of From, or a name before it in angle brackets; that of the actor when left out.'),
  new: z.boolean().optional().describe('Begins another dialog, with a Call-ID of its own.'),
  auth: z.boolean().optional().describe('Off: a challenge is not answered although there are credentials.'),
  ...content,
});
export type RequestSend = z.infer<typeof RequestSend>;

export const ResponseSend = z.strictObject({
  status: z.number().int().min(100).max(699),
  reason: z.string().optional(),
  method: Method.optional().describe('Which open request is answered; the latest when left out.'),
  reliable: z.boolean().optional().describe('Sent reliably (RFC 3262): Require: 100rel and RSeq.'),
  ...content,
});
export type ResponseSend = z.infer<typeof ResponseSend>;

/** What is sent: a method, a status, or one of them with more. */
export const Send = z.union([z.number().int().min(100).max(699), RequestSend, ResponseSend, Method]);
export type Send = z.infer<typeof Send>;
