import type { z } from 'zod';
import type { ServerMode } from './modes.ts';

/** Sections of forms and of the reference page, in the order of the schema. */
export type FieldGroup =
  | 'Server'
  | 'Listeners'
  | 'TLS'
  | 'Identity'
  | 'Calls'
  | 'Authentication'
  | 'Registrations'
  | 'Subscriptions'
  | 'Routing'
  | 'Faults'
  | 'Timers'
  | 'Limits'
  | 'Observation'
  | 'Process';

/** How a field is shown; every field of the schema carries one. */
export interface FieldMeta {
  readonly label: string;
  readonly group: FieldGroup;
  /** Sentence for help texts, hints and the reference page. */
  readonly description: string;
  readonly unit?: 'ms' | 's';
  /** What stands for the value in usage lines: HOST:PORT. */
  readonly placeholder?: string;
  /** Modes that use the field; all when absent. */
  readonly modes?: readonly ServerMode[];
  /** A behaviour dial: it can be changed while the server runs. */
  readonly isDial?: true;
  /** Few people need it: forms keep it out of sight until it is asked for, or set. */
  readonly isRare?: true;
  /** The usual values of a text; any other is allowed. */
  readonly suggestions?: readonly string[];
}

/** A field of the schema with what faces need to know of it. */
export const field = <T extends z.ZodType>(schema: T, meta: FieldMeta): T => schema.meta({ ...meta });
