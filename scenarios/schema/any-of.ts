import * as z from 'zod';
import { Duration } from './duration.ts';
import { Matcher } from './matcher.ts';

/** One way an `anyOf` may go on: a message, or none of them for a time. */
export const Choice = z
  .strictObject({
    expect: Matcher.optional().describe('What may come.'),
    timeout: Duration.optional().describe(
      'In place of `expect`: none of them has come for so long. Without it the scenario fails then.',
    ),
    then: z
      .lazy(() => z.array(z.unknown()))
      .optional()
      .describe('What is done then, before what stands behind the step.'),
  })
  .refine(
    ({ expect, timeout }) => (expect === undefined) !== (timeout === undefined),
    'a choice has either expect or timeout',
  );

/** What stands behind the word `anyOf`. */
export const AnyOf = z
  .array(Choice)
  .min(1)
  .refine((choices) => choices.some(({ expect }) => expect !== undefined), 'nothing is waited for: use wait')
  .refine(
    (choices) => choices.filter(({ timeout }) => timeout !== undefined).length < 2,
    'there is one time only: leave one timeout out',
  );
