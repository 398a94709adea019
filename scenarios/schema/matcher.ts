import * as z from 'zod';
import { Duration } from './duration.ts';

/** What a header must be: an exact value, or more than that. */
export const HeaderCheck = z.union([
  z.string(),
  z.number(),
  z.null().describe('Must not be there.'),
  z.strictObject({
    equals: z.union([z.string(), z.number()]).optional().describe('The exact value.'),
    matches: z.string().optional().describe('A regular expression; named groups become variables.'),
    absent: z.boolean().optional().describe('Must not be there.'),
    count: z.number().int().min(0).optional().describe('How many lines of it there must be.'),
  }),
]);
export type HeaderCheck = z.infer<typeof HeaderCheck>;

export const SdpCheck = z.strictObject({
  direction: z
    .enum(['sendrecv', 'sendonly', 'recvonly', 'inactive'])
    .optional()
    .describe('Of the first stream.'),
  codecs: z.array(z.string()).optional().describe('Each must be offered or taken, such as PCMU.'),
  address: z.string().optional().describe('Of the connection line.'),
  streams: z.number().int().min(0).optional().describe('How many media sections there are.'),
  absent: z.boolean().optional().describe('There must be no description.'),
});
export type SdpCheck = z.infer<typeof SdpCheck>;

/** A regular expression and where it is looked for. */
export const Find = z.strictObject({
  in: z.string().min(1).describe('A header, or `message` (all of it) or `body`.'),
  matches: z.string().describe('A regular expression; named groups become variables.'),
  found: z
    .boolean()
    .optional()
    .describe('Whether it must be found or must not be; left out, groups that are not found are empty.'),
  ignoreCase: z.boolean().optional().describe('Small and capital letters are the same.'),
});
export type Find = z.infer<typeof Find>;

/** A status code, or a class of them: `2xx`. */
export const StatusMatch = z.union([
  z.number().int().min(100).max(699),
  z.string().regex(/^[1-6]xx$/, 'expected a status code or a class, such as 2xx'),
]);
export type StatusMatch = z.infer<typeof StatusMatch>;

export const Method = z.string().regex(/^[A-Za-z0-9\-.!%*_+`'~]+$/, 'expected a method');

const checks = {
  headers: z.record(z.string(), HeaderCheck).optional().describe('What headers must be, by name.'),
  body: z
    .union([z.string(), z.strictObject({ matches: z.string() })])
    .optional()
    .describe('The exact body, or a regular expression; named groups become variables.'),
  sdp: SdpCheck.optional().describe('What the session description must say.'),
  capture: z
    .record(z.string(), z.string())
    .optional()
    .describe(
      'Variables taken from the message: name to header, or to header and a regular expression: `To: tag=(.*)`.',
    ),
  find: z
    .array(Find)
    .optional()
    .describe('Regular expressions looked for anywhere; named groups become variables.'),
  within: Duration.optional().describe('How long it may take from when the step begins, or from `since` on.'),
  after: Duration.optional().describe('How long it must take at least.'),
  since: z
    .string()
    .min(1)
    .optional()
    .describe('The `id` of an earlier step, of any actor: `within` and `after` count from its end.'),
};

export const ResponseMatch = z.strictObject({
  status: StatusMatch,
  method: Method.optional().describe('Of the request that is answered.'),
  ...checks,
});
export const RequestMatch = z.strictObject({
  method: Method,
  uri: z.string().optional().describe('The exact Request-URI.'),
  ...checks,
});

/** What must come: a status (180, 2xx), a method (INVITE), or one of them with more. */
export const Matcher = z.union([StatusMatch, ResponseMatch, RequestMatch, Method]);
export type Matcher = z.infer<typeof Matcher>;

const AnsweredRequest = RequestMatch.extend({
  answer: z
    .number()
    .int()
    .min(200)
    .max(699)
    .optional()
    .describe(
      'The status it is answered with when it comes; without it the steps after the next message do.',
    ),
});

/** What may come before what must, and how a request is answered then. */
export const OptionalMatcher = z.union([StatusMatch, ResponseMatch, AnsweredRequest, Method]);
export type OptionalMatcher = z.infer<typeof OptionalMatcher>;
