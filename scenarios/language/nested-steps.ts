import * as z from 'zod';
import { IF_BRANCHES, type StepKind, STEPS } from '../schema/steps.ts';

/** A schema without what makes it optional or gives it a default. */
export function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable)
    return bare(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodLazy) return bare(schema.unwrap() as z.ZodType);
  return schema;
}

/** The schemas a value may have: the branches of a union, or the schema itself. */
export function branches(schema: z.ZodType): readonly z.ZodType[] {
  const plain = bare(schema);
  return plain instanceof z.ZodUnion
    ? (plain.options as readonly z.ZodType[]).flatMap((option) => branches(option))
    : [plain];
}

/** Lists of steps are lists of anything in the schemas: each step is checked by its own. */
export function isSteps(schema: z.ZodType): boolean {
  const plain = bare(schema);
  return plain instanceof z.ZodArray && bare(plain.element as z.ZodType) instanceof z.ZodUnknown;
}

/** What may be in a step of a kind, besides `dialog` and `id`. */
export const shapeOfStep = (kind: StepKind): Readonly<Record<string, z.ZodType>> => ({
  [kind]: STEPS[kind],
  ...(kind === 'if' ? IF_BRANCHES : {}),
});
