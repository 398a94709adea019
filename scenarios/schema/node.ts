import * as z from 'zod';

/** A server of ours that takes part. Beside its mode stand options as in the configuration file of siphond, which whoever starts it knows. */
export const Node = z.looseObject({
  mode: z.string().min(1).describe('What it does with a request: a mode of siphond.'),
});
export type Node = z.infer<typeof Node>;
