import * as z from 'zod';
import { Duration } from './duration.ts';

const which = {
  direction: z
    .enum(['out', 'in'])
    .default('out')
    .describe('Messages that the actor sends, or that come to it.'),
  only: z
    .union([
      z.number().int().min(100).max(699),
      z
        .string()
        .regex(/^([1-6]xx|[A-Za-z][A-Za-z-]*)$/, 'expected a method, a status, 2xx, request or response'),
    ])
    .optional()
    .describe(
      'Which of them: a method, a status or a class such as 2xx, `request` or `response`; all when left out.',
    ),
  next: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('How many of them; one when left out. A retransmission counts too.'),
  share: z
    .number()
    .gt(0)
    .max(100)
    .optional()
    .describe('So many of a hundred until the end of the run, drawn by its seed, in place of `next`.'),
};

type Which = { readonly next?: number | undefined; readonly share?: number | undefined };
const isEither = ({ next, share }: Which): boolean => next === undefined || share === undefined;
const EITHER = 'either next or share says how many, not both';

const CORRUPTIONS = ['octet', 'start-line', 'call-id', 'branch', 'content-length'] as const;

/** Steps that make the wire of an actor misbehave from then on. */
export const FAULT_STEPS = {
  drop: z.strictObject(which).refine(isEither, EITHER).describe('Loses the next messages.'),
  delay: z
    .strictObject({ by: Duration.describe('How late they are.'), ...which })
    .refine(isEither, EITHER)
    .describe('Holds the next messages back; others overtake them.'),
  duplicate: z.strictObject(which).refine(isEither, EITHER).describe('Lets the next messages come twice.'),
  corrupt: z
    .strictObject({
      what: z.enum(CORRUPTIONS).default('octet').describe('What is wrong with them.'),
      ...which,
    })
    .refine(isEither, EITHER)
    .describe('Garbles the next messages.'),
} as const;
