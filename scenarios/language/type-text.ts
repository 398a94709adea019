import * as z from 'zod';
import { isDuration, isMethod, isStatus, options } from './schema-at.ts';
import { isSteps } from './nested-steps.ts';

/** What a value may be, in a few words. */
export function typeText(schema: z.ZodType): string {
  return [...new Set(options(schema).map(one))].join(' or ');
}

function one(schema: z.ZodType): string {
  if (isDuration(schema)) return 'time';
  if (isMethod(schema)) return 'method';
  if (isStatus(schema)) return 'status';
  if (isSteps(schema)) return 'steps';
  if (schema instanceof z.ZodEnum) return schema.options.join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.values].join(', ');
  if (schema instanceof z.ZodArray) return `list of ${typeText(schema.element as z.ZodType)}`;
  if (schema instanceof z.ZodRecord) return 'names and values';
  if (schema instanceof z.ZodObject) return 'several keys';
  if (schema instanceof z.ZodNull) return 'null';
  if (schema instanceof z.ZodString) return 'text';
  if (schema instanceof z.ZodNumber) return 'number';
  if (schema instanceof z.ZodBoolean) return 'true or false';
  return 'value';
}
