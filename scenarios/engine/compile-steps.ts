import * as z from 'zod';
import type { OptionalMatcher } from '../schema/matcher.ts';
import {
  IF_BRANCHES,
  STEP_EXTRAS,
  STEP_KINDS,
  type StepKind,
  STEPS,
  type StepValue,
} from '../schema/steps.ts';
import { closest, meantHint } from './closest-word.ts';
import { compileCall } from './compile-call.ts';
import { parsed } from './complain.ts';
import { expand } from './expand.ts';
import { expressionDefect, templateDefect } from './expression.ts';
import { normalMatch, titleOf } from './normal-form.ts';
import type { CompiledMatch, Instruction, StepInfo } from './program.ts';
import { type Path, pathText } from './source.ts';
import type { StepContext } from './step-context.ts';
import { type Compiling, STEP_COMPILERS } from './step-compilers.ts';
import { type Around, StepOutput } from './step-output.ts';

const MAIN = 'main';

/** Makes instructions of the steps of one actor. */
export function compileSteps(
  steps: readonly unknown[],
  path: Path,
  context: StepContext,
): readonly Instruction[] {
  const compiler = new StepCompiler(context);
  compiler.steps(steps, path, undefined);
  return compiler.out.finish();
}

class StepCompiler implements Compiling {
  readonly out: StepOutput;
  readonly #context: StepContext;

  constructor(context: StepContext) {
    this.out = new StepOutput(context.complain);
    this.#context = context;
  }

  readonly steps = (steps: readonly unknown[], path: Path, within: Around | undefined): void => {
    steps.forEach((step, i) => {
      this.#step(step, within === undefined ? [...path, i] : within.path, within, i);
    });
  };

  /** A step of the same file that time counts from goes by the id that it has in the program. */
  readonly match = (value: OptionalMatcher): CompiledMatch => {
    const { caller } = this.#context;
    const match = normalMatch(value);
    return match.since === undefined || caller === undefined
      ? match
      : { ...match, since: `${caller.step.id}/${match.since}` };
  };

  readonly call = (value: StepValue<'call'>, around: Around): void => {
    compileCall(value, around, this.out, this.#context, compileSteps);
  };

  #step(value: unknown, path: Path, within: Around | undefined, index: number): void {
    const { complain, caller } = this.#context;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      complain(path, 'a step is a word with what belongs to it, such as `expect: 180`');
      return;
    }
    const whole = value as Record<string, unknown>;
    const words = STEP_KINDS.filter((kind) => kind in whole);
    const [kind] = words;
    if (kind === undefined || words.length > 1) {
      this.#complainAboutWords(whole, words, path);
      return;
    }
    const more = kind === 'if' ? IF_BRANCHES : {};
    const checked = parsed(
      z.strictObject({ [kind]: STEPS[kind], ...more, ...STEP_EXTRAS }),
      value,
      path,
      complain,
    );
    if (checked === undefined) return;
    const { dialog, id } = checked as { dialog?: string; id?: string };
    const around: Around = {
      step: this.#infoOf(kind, whole[kind], path, id, within),
      dialog: dialog ?? within?.dialog ?? caller?.dialog ?? MAIN,
      path,
      scope: within?.scope ?? `${pathText(path)} `,
      isOfVerb: within !== undefined,
    };
    const content = (checked as Record<string, unknown>)[kind];
    if (within === undefined) this.#checkTexts(content, [...path, kind], kind);
    const plain = expand(kind, content);
    if (plain !== undefined) this.steps(plain, path, { ...around, scope: `${pathText(path)}#${index} ` });
    else (STEP_COMPILERS[kind] as (...given: unknown[]) => void)(content, around, this, checked);
  }

  #infoOf(
    kind: StepKind,
    value: unknown,
    path: Path,
    id: string | undefined,
    within: Around | undefined,
  ): StepInfo {
    const title = titleOf(kind, value);
    if (within !== undefined) return { ...within.step, title: `${within.step.title}: ${title}` };
    const { source, caller } = this.#context;
    const own = { id: id ?? pathText(path), title, ...source.placeOf(path) };
    return caller === undefined
      ? own
      : { ...own, id: `${caller.step.id}/${own.id}`, file: this.#context.files.current };
  }

  #complainAboutWords(whole: Record<string, unknown>, words: readonly string[], path: Path): void {
    const { complain } = this.#context;
    if (words.length > 1) {
      complain(path, `one step has one word, and here are ${words.join(' and ')}`);
      return;
    }
    const [key = ''] = Object.keys(whole);
    complain(
      key === '' ? path : [...path, key],
      key === '' ? 'an empty step' : `unknown step ${key}${meantHint(closest(key, STEP_KINDS))}`,
      key !== '',
    );
  }

  /** Expressions are read now, so that a wrong one is found before the run. */
  #checkTexts(value: unknown, path: Path, kind: StepKind): void {
    const { complain, columns } = this.#context;
    if (typeof value === 'string') {
      const isExpression = kind === 'check' || kind === 'if';
      const defect = isExpression ? expressionDefect(value, columns) : templateDefect(value, columns);
      if (defect !== undefined) complain(path, `this expression cannot be read: ${defect}`);
    } else if (typeof value === 'object' && value !== null && kind !== 'repeat' && kind !== 'anyOf')
      for (const [key, inner] of Object.entries(value))
        this.#checkTexts(inner, [...path, Array.isArray(value) ? Number(key) : key], 'send');
  }
}
