import * as z from 'zod';
import { ServerId } from './servers.ts';

/*
 * The living lab: a proxy with its registrar and two phones, which call each other. A first ladder for whoever has no devices at hand.
 */

export const LAB_PHONES = ['alice', 'bob'] as const;
export const LabPhoneName = z.enum(LAB_PHONES);
export type LabPhoneName = z.infer<typeof LabPhoneName>;

export const LabPhone = z.object({
  name: LabPhoneName,
  /** Its address of record. */
  aor: z.string(),
  /** HOST:PORT it listens at; empty until it does. */
  address: z.string(),
  state: z.enum(['waiting', 'registering', 'registered', 'failed']),
});
export type LabPhone = z.infer<typeof LabPhone>;

export const LabCall = z.object({
  from: LabPhoneName,
  to: LabPhoneName,
  state: z.enum(['calling', 'ringing', 'talking', 'ended']),
  /** Wall-clock milliseconds since 1970. */
  sinceMs: z.number(),
  /** How it ended, in a sentence; empty while it lives. */
  outcome: z.string(),
});
export type LabCall = z.infer<typeof LabCall>;

export const Lab = z.object({
  state: z.enum(['off', 'starting', 'running', 'stopping']),
  /** The proxy, a server like any other for as long as the lab lives. */
  server: ServerId.optional(),
  phones: z.array(LabPhone),
  /** The latest. */
  call: LabCall.optional(),
  /** Why the lab does not work, in a sentence. */
  problem: z.string().optional(),
});
export type Lab = z.infer<typeof Lab>;
