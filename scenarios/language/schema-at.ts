import * as z from 'zod';
import type { Path } from '../engine/source.ts';
import { Duration } from '../schema/duration.ts';
import { Method, StatusMatch } from '../schema/matcher.ts';
import { Scenario } from '../schema/scenario.ts';
import { IF_BRANCHES, STEP_EXTRAS, STEPS } from '../schema/steps.ts';
import { bare, branches, isSteps } from './nested-steps.ts';

/** What may stand at a place of a scenario: one of some schemas, or a step. */
export type Expected =
  { readonly kind: 'step' } | { readonly kind: 'schemas'; readonly schemas: readonly z.ZodType[] };

/** Every key a step may have. */
const STEP_SHAPE: Readonly<Record<string, z.ZodType>> = { ...STEPS, ...IF_BRANCHES, ...STEP_EXTRAS };

/** What the language says about the value at a path; no schemas where it knows nothing. @param language - with the options of nodes, where they are known. */
export function expectedAt(path: Path, language: z.ZodType = Scenario): Expected {
  let at: Expected = { kind: 'schemas', schemas: [language] };
  for (const part of path) at = below(at, part);
  return at;
}

function below(at: Expected, part: string | number): Expected {
  if (at.kind === 'step') {
    const schema = typeof part === 'string' ? STEP_SHAPE[part] : undefined;
    return { kind: 'schemas', schemas: schema === undefined ? [] : [schema] };
  }
  const options = at.schemas.flatMap(branches);
  if (typeof part === 'number' && options.some(isSteps)) return { kind: 'step' };
  const schemas = options.flatMap((option): readonly z.ZodType[] => {
    if (option instanceof z.ZodArray) return typeof part === 'number' ? [option.element as z.ZodType] : [];
    if (option instanceof z.ZodRecord) return [option.valueType as z.ZodType];
    if (option instanceof z.ZodObject) {
      const inner = (option.shape as Readonly<Record<string, z.ZodType>>)[part];
      return inner === undefined ? [] : [inner];
    }
    return [];
  });
  return { kind: 'schemas', schemas };
}

/** The keys that may be added to a map: of those objects that have all the keys that are there, where there is one. */
export function keysAt(at: Expected, present: readonly string[]): ReadonlyMap<string, z.ZodType> {
  const keys = new Map<string, z.ZodType>();
  const add = (shape: Readonly<Record<string, z.ZodType>>): void => {
    for (const [key, schema] of Object.entries(shape))
      if (!present.includes(key) && !keys.has(key)) keys.set(key, schema);
  };
  if (at.kind === 'step') {
    if (!present.some((key) => key in STEPS)) add(STEPS);
    if (present.includes('if')) add(IF_BRANCHES);
    add(STEP_EXTRAS);
    return keys;
  }
  const shapes = at.schemas
    .flatMap(branches)
    .flatMap((option) =>
      option instanceof z.ZodObject ? [option.shape as Readonly<Record<string, z.ZodType>>] : [],
    );
  const fitting = shapes.filter((shape) => present.every((key) => key in shape));
  for (const shape of fitting.length > 0 ? fitting : shapes) add(shape);
  return keys;
}

/** What a schema says of itself, or what is in it. */
export function descriptionOf(schema: z.ZodType): string {
  if (schema.description !== undefined) return schema.description;
  const inner = bare(schema);
  return inner === schema ? '' : descriptionOf(inner);
}

// A schema that is described again is another object with the same definition.
const isLike = (schema: z.ZodType, known: z.ZodType): boolean => schema.def === known.def;
export const isDuration = (schema: z.ZodType): boolean => isLike(schema, Duration);
export const isMethod = (schema: z.ZodType): boolean => isLike(schema, Method);
/** A status code with or without the classes. */
export const isStatus = (schema: z.ZodType): boolean =>
  isLike(schema, StatusMatch) ||
  (schema instanceof z.ZodNumber && schema.minValue === 100 && schema.maxValue === 699);

/** The alternatives of a schema, those kept whole that people know under one name. */
export function options(schema: z.ZodType): readonly z.ZodType[] {
  if (isDuration(schema) || isStatus(schema)) return [schema];
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodLazy
  )
    return options(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodUnion
    ? (schema.options as readonly z.ZodType[]).flatMap((option) => options(option))
    : [schema];
}
