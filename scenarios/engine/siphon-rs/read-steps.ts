import type { z } from 'zod';
import { SIPHON_RS_STEPS, SiphonRsFile, type SiphonRsStep } from '../../schema/siphon-rs.ts';
import { closest } from '../closest-word.ts';
import type { Path } from '../source.ts';
import { type Sentence, sentencesOf } from '../zod-sentences.ts';

/** A file of siphon-rs whose structure is right, or what is wrong with it; paths are those of the file. */
export type SiphonRsRead =
  | {
      readonly isValid: true;
      readonly file: SiphonRsFile;
      readonly steps: readonly SiphonRsStep[];
      /** What siphon-rs passes over. */
      readonly warnings: readonly Sentence[];
    }
  | { readonly isValid: false; readonly problems: readonly Sentence[] };

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether it is meant as a scenario of siphon-rs: steps at the top, and nothing that a scenario of ours begins with. */
export const isSiphonRs = (value: unknown): boolean =>
  isObject(value) && 'steps' in value && !('version' in value) && !('actors' in value);

export function readSiphonRs(value: unknown): SiphonRsRead {
  const checked = SiphonRsFile.safeParse(value);
  if (!checked.success) return { isValid: false, problems: sentencesOf(checked.error, SiphonRsFile) };
  const file = checked.data;
  const warnings = unknownKeys(file, SiphonRsFile, []);
  const problems: Sentence[] = [];
  const steps = file.steps.flatMap((step, i): readonly SiphonRsStep[] => {
    const path = ['steps', i];
    const schema = schemaOf(step);
    if (schema === undefined) {
      problems.push(typeProblem(step, path));
      return [];
    }
    const read = schema.safeParse(step);
    if (!read.success) {
      for (const { path: inner, message, isAtKey } of sentencesOf(read.error, schema))
        problems.push({ path: [...path, ...inner], message: named(message, inner), isAtKey });
      return [];
    }
    warnings.push(...unknownKeys(read.data, schema, path));
    return [read.data];
  });
  return problems.length > 0 ? { isValid: false, problems } : { isValid: true, file, steps, warnings };
}

type StepSchema = (typeof SIPHON_RS_STEPS)[keyof typeof SIPHON_RS_STEPS];

function schemaOf(step: unknown): StepSchema | undefined {
  const type = isObject(step) ? step['type'] : undefined;
  return type === 'send' || type === 'sleep' ? SIPHON_RS_STEPS[type] : undefined;
}

function typeProblem(step: unknown, path: Path): Sentence {
  const types = Object.keys(SIPHON_RS_STEPS);
  if (!isObject(step) || typeof step['type'] !== 'string')
    return { path, message: `a step has a type: ${types.join(' or ')}`, isAtKey: false };
  const meant = closest(step['type'], types);
  const hint = meant === undefined ? `expected ${types.join(' or ')}` : `did you mean ${meant}?`;
  return { path: [...path, 'type'], message: `unknown step ${step['type']}; ${hint}`, isAtKey: false };
}

/** What is not there has no place of its own: the sentence says what it is. */
const named = (message: string, path: Path): string =>
  message.endsWith('received undefined') ? `${path.at(-1) ?? ''} is missing` : message;

/** siphon-rs reads what it knows and says nothing of the rest; here the rest is told. */
function unknownKeys(value: object, schema: z.ZodObject, path: Path): Sentence[] {
  const known = Object.keys(schema.shape);
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const meant = closest(key, known);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      return {
        path: [...path, key],
        message: `${key} means nothing in a scenario of siphon-rs${hint}`,
        isAtKey: true,
      };
    });
}
