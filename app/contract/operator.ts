import * as z from 'zod';

/*
 * Interactive mode: what waits for a person, and what a person may decide. A call stays in the list while it lives, with what can be done to it.
 */

export const OPERATOR_KINDS = ['call', 'subscription', 'transfer', 'registration', 'message'] as const;
export const OPERATOR_STATES = ['waiting', 'ringing', 'early', 'answered', 'held'] as const;

/** The decisions there are; `choices` of an item says which of them make sense now. */
export const DECISIONS = [
  'ring',
  'early',
  'answer',
  'reject',
  'redirect',
  'hold',
  'resume',
  'transfer',
  'hang-up',
] as const;
export type DecisionKind = (typeof DECISIONS)[number];

export const OperatorItem = z.object({
  id: z.string(),
  kind: z.enum(OPERATOR_KINDS),
  state: z.enum(OPERATOR_STATES),
  method: z.string(),
  from: z.string(),
  /** Display name of From, empty without. */
  fromName: z.string(),
  to: z.string(),
  protocol: z.string(),
  source: z.string(),
  callId: z.string(),
  /** Wall clock, milliseconds. */
  arrivedAtMs: z.number(),
  /** When it is refused by itself; absent once it is answered. */
  deadlineAtMs: z.number().optional(),
  /** One line: codecs, address and direction of the offer; what is subscribed to; whereto a call is transferred. */
  summary: z.string(),
  /** Via hops between the sender and here. */
  hops: z.number().int(),
  /** Option tags of Supported and Require. */
  supports: z.array(z.string()),
  /** What was answered so far: 180 Ringing. */
  sent: z.array(z.object({ atMs: z.number(), text: z.string() })),
  /** The description that 200 or 183 would carry, for a person to change before it is sent. */
  sdp: z.string().optional(),
  choices: z.array(z.enum(DECISIONS)),
});
export type OperatorItem = z.infer<typeof OperatorItem>;

export const Decision = z.object({
  kind: z.enum(DECISIONS),
  /** Of a rejection or redirection: 300 to 699; of a ringing: 101 to 199. */
  status: z.number().int().min(101).max(699).optional(),
  reason: z.string().max(200).optional(),
  /** SIP URI: where to of a redirection or transfer. */
  target: z.string().max(2000).optional(),
  /** Takes the place of our description in 183 or 200. */
  sdp: z.string().max(100_000).optional(),
  /** Further header lines of the response. */
  headers: z
    .array(z.tuple([z.string(), z.string()]))
    .max(50)
    .optional(),
  /** Decide the same for later requests of this sender and method by itself. */
  isRemembered: z.boolean().optional(),
});
export type Decision = z.infer<typeof Decision>;
