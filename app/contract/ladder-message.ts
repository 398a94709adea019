import * as z from 'zod';

/** What an arrow of a ladder says of its message. */
export const LadderMessage = z.object({
  /** `INVITE`, `200 OK`. */
  title: z.string(),
  /** Of the request, or of what is answered. */
  method: z.string(),
  status: z.number().int().optional(),
  hasSdp: z.boolean(),
  /** Cut where it is very long; Traffic has it whole. */
  text: z.string(),
});
export type LadderMessage = z.infer<typeof LadderMessage>;
