import * as z from 'zod';

/** What is armed on purpose, and how much of it is left. */
const Armed = z.object({
  /** As it is written in the configuration. */
  spec: z.string(),
  /** How often it has happened. */
  hits: z.number().int(),
  /** How often it will happen yet; absent when there is no end. */
  left: z.number().int().optional(),
});
export type Armed = z.infer<typeof Armed>;

/** The behaviour dials of a running server: those options of its configuration that can be turned while it serves. */
export const Dials = z.object({
  /** Options by key, as they are now. */
  values: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  overrides: z.array(Armed),
  faults: z.array(Armed),
});
export type Dials = z.infer<typeof Dials>;
