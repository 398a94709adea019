import * as z from 'zod';
import { AnyOf } from './any-of.ts';
import { RawOctets } from './connection.ts';
import { PlainValue } from './dataset.ts';
import { Duration } from './duration.ts';
import { Matcher, OptionalMatcher } from './matcher.ts';
import { FAULT_STEPS } from './fault.ts';
import { Headers, Send } from './send.ts';

const text = z.string();
const steps = z.lazy(() => z.array(z.unknown()));

/** A call of the call-level verbs: what may be added to the messages they send. */
const content = { headers: Headers.optional(), sdp: z.union([z.boolean(), z.string()]).optional() };

/**
 * Every kind of step by its word, with what stands behind it. A step is an object with one of these words and, where it makes sense, `dialog`
 * (which one it is about), `actor` (who does it, in a list of steps for all) and `id` (how reports call it).
 */
export const STEPS = {
  send: Send.describe('Sends a request or a response.'),
  expect: Matcher.describe('Waits for a message; anything else that comes fails the scenario.'),
  optional: OptionalMatcher.describe(
    'A message that may come before the next one expected, as often as it likes.',
  ),
  anyOf: AnyOf.describe(
    'Waits for one of several messages, and goes on as the one that came says, or as its `timeout` says when none has come.',
  ),
  allOf: z.array(Matcher).min(1).describe('Waits for several messages in any order.'),
  none: z
    .union([
      Duration,
      z.strictObject({
        for: Duration,
        message: Matcher.optional(),
        retransmission: z
          .literal(true)
          .optional()
          .describe(
            'Octets that came before may not come again; what is new is for the steps after this one.',
          ),
      }),
    ])
    .describe('Nothing, no such message, or no retransmission may come for a time.'),
  wait: Duration.describe('Does nothing for a time.'),
  set: z.record(z.string(), z.union([text, z.number(), z.boolean()])).describe('Sets variables.'),
  check: text.describe('An expression that must be true.'),
  log: text.describe('A line of the report.'),
  repeat: z
    .strictObject({ times: z.number().int().min(0).max(1_000_000), steps })
    .describe('Does steps several times; ${round} counts from 1.'),
  if: text.describe('Does the steps of `then` when the expression is true, else those of `else`.'),
  label: text.describe('A place that `goto` leads to.'),
  goto: text.describe('Goes on at a label.'),
  sync: text.describe('Waits until every actor that has this point has come to it.'),
  call: z
    .union([
      text,
      z.strictObject({
        file: text.describe('Path of the scenario, relative to this file.'),
        actor: text.optional().describe('Whose steps are meant, where it has several actors.'),
        with: z
          .record(z.string(), PlainValue)
          .optional()
          .describe('Values for variables of that file, in place of those it has there.'),
      }),
    ])
    .describe('Does the steps of another scenario file; its variables are known until they end.'),
  raw: RawOctets.describe(
    'Sends exactly these octets to the target; lines end as they are written, those of `{ lines }` in CRLF. What answers them is expected like any response.',
  ),
  disconnect: z
    .strictObject({})
    .describe(
      'Cuts the connections of the actor at once, as a broken network would; the next message opens another.',
    ),
  disconnected: z
    .strictObject({ within: Duration.optional().describe('How long it may take.') })
    .describe('Waits until a connection of the actor is gone that it has not cut itself.'),
  ...FAULT_STEPS,

  invite: z
    .strictObject({ to: text.optional(), ...content })
    .describe('Calls: INVITE with an offer, and waits for the answer.'),
  ring: z.strictObject({ ...content }).describe('Waits for a call and sends 180.'),
  answer: z.strictObject({ ...content }).describe('Answers the call: 200, and waits for the ACK.'),
  bye: z.strictObject({ headers: Headers.optional() }).describe('Ends the call: BYE, and waits for 200.'),
  hold: z.strictObject({ headers: Headers.optional() }).describe('re-INVITE with sendonly.'),
  resume: z.strictObject({ headers: Headers.optional() }).describe('re-INVITE with sendrecv.'),
  cancel: z.strictObject({}).describe('Cancels the call that is not answered yet, and waits for 487.'),
  transfer: z
    .strictObject({ to: text, headers: Headers.optional() })
    .describe('REFER in the call, and waits until the other side says that it succeeded.'),
  register: z
    .strictObject({
      expires: z.number().int().min(0).optional(),
      contact: text.optional(),
      headers: Headers.optional(),
    })
    .describe('REGISTER, and waits for 200.'),
  message: z
    .strictObject({ text, to: text.optional(), headers: Headers.optional() })
    .describe('MESSAGE with a text, and waits for 2xx.'),
  subscribe: z
    .strictObject({
      event: text,
      to: text.optional(),
      expires: z.number().int().min(0).optional(),
      accept: text.optional(),
    })
    .describe('SUBSCRIBE, and waits for 2xx and the first NOTIFY, which is answered.'),
  publish: z
    .strictObject({ event: text, body: text, type: text, expires: z.number().int().min(0).optional() })
    .describe('PUBLISH, and waits for 200; the entity tag is kept for the next one.'),
  dtmf: z.strictObject({ digits: z.string().regex(/^[0-9*#A-D]+$/) }).describe('One INFO for each digit.'),
} as const;
export type StepKind = keyof typeof STEPS;
export const STEP_KINDS = Object.keys(STEPS) as readonly StepKind[];

/** What stands behind the word of a step. */
export type StepValue<K extends StepKind> = z.infer<(typeof STEPS)[K]>;

/** What may stand beside the word of a step. */
export const STEP_EXTRAS = {
  dialog: z
    .string()
    .min(1)
    .optional()
    .describe('Which dialog of the actor it is about; `main` when left out.'),
  id: z.string().min(1).optional().describe('How reports call the step.'),
} as const;

/** What may stand beside the word `if`. */
export const IF_BRANCHES = { then: steps.optional(), else: steps.optional() } as const;
