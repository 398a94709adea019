import * as z from 'zod';
import { Headers } from './send.ts';

/** A registration that an actor keeps alive beside its steps. @rfc 3261 §10.2 */
export const ActorRegistration = z.strictObject({
  expires: z
    .number()
    .int()
    .min(1)
    .default(3600)
    .describe('Seconds that are asked for; it is refreshed in time, whatever the registrar grants.'),
  registrar: z
    .string()
    .optional()
    .describe('URI of the registrar; that of the target without its user when left out.'),
  headers: Headers.optional().describe('In every REGISTER, added or in place of what would be there.'),
});
export type ActorRegistration = z.infer<typeof ActorRegistration>;
