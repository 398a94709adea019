import { closest, meantHint } from './closest-word.ts';
import type { Complain } from './complain.ts';
import type { CompiledMatch, Instruction, StepInfo } from './program.ts';
import type { Path } from './source.ts';

/** What is known of a step before its word is looked at. */
export interface Around {
  readonly step: StepInfo;
  readonly dialog: string;
  readonly path: Path;
  /** Prefix of labels of a verb's own. */
  readonly scope: string;
  /** One of the plain steps that a verb stands for. */
  readonly isOfVerb: boolean;
}

type Expecting = Extract<Instruction, { readonly op: 'expect' }>;

export type Unplaced<T> = T extends Instruction ? Omit<T, 'step' | 'dialog'> : never;

/** The instructions of one file's steps while they are made: what jumps and labels need to find each other. */
export class StepOutput {
  readonly complain: Complain;
  readonly #out: Instruction[] = [];
  readonly #labels = new Map<string, number>();
  readonly #gotos: { readonly at: number; readonly label: string; readonly path: Path }[] = [];
  /** What may come before the next message expected. */
  #optional: { readonly match: CompiledMatch; readonly path: Path }[] = [];
  #counters = 0;

  constructor(complain: Complain) {
    this.complain = complain;
  }

  /** Index of the instruction that comes next. */
  get next(): number {
    return this.#out.length;
  }

  /** @returns the index of the instruction. */
  emit({ step, dialog }: Around, instruction: Unplaced<Instruction>): number {
    const { op } = instruction;
    if (op === 'none' || op === 'enter') this.#noOptional();
    return this.#out.push({ step, dialog, ...instruction }) - 1;
  }

  /** Instructions made elsewhere, whose jumps count from their own first. */
  append(instructions: readonly Instruction[]): void {
    const by = this.#out.length;
    for (const instruction of instructions)
      if (instruction.op === 'expect') {
        const choices = instruction.choices.map(({ match, to }) => ({ match, to: to + by }));
        const { onTimeout: late } = instruction;
        const onTimeout = late && { ...late, to: late.to + by };
        this.#out.push({ ...instruction, choices, onTimeout });
      } else this.#out.push('to' in instruction ? { ...instruction, to: instruction.to + by } : instruction);
  }

  patch(at: number, to: number): void {
    const instruction = this.#out[at];
    if (instruction !== undefined && 'to' in instruction) this.#out[at] = { ...instruction, to };
  }

  setChoices(at: number, choices: Partial<Pick<Expecting, 'choices' | 'onTimeout'>>): void {
    const instruction = this.#out[at];
    if (instruction?.op === 'expect') this.#out[at] = { ...instruction, ...choices };
  }

  addOptional(match: CompiledMatch, path: Path): void {
    this.#optional.push({ match, path });
  }

  takeOptional(): readonly CompiledMatch[] {
    const taken = this.#optional.map(({ match }) => match);
    this.#optional = [];
    return taken;
  }

  label(name: string, { scope, path }: Around): void {
    const label = name.startsWith('#') ? scope + name : name;
    if (this.#labels.has(label)) this.complain(path, `there are two labels ${name}`);
    this.#labels.set(label, this.#out.length);
  }

  goto(name: string, around: Around): void {
    const label = name.startsWith('#') ? around.scope + name : name;
    this.#gotos.push({ at: this.emit(around, { op: 'jump', to: 0 }), label, path: [...around.path, 'goto'] });
  }

  /** A name for the rounds of a `repeat`, unlike that of any other around. */
  counter({ step }: Around): string {
    return `${step.id}#${this.#counters++}`;
  }

  finish(): readonly Instruction[] {
    this.#noOptional();
    for (const { at, label, path } of this.#gotos) {
      const to = this.#labels.get(label);
      if (to === undefined) {
        this.complain(path, `there is no label ${label}${meantHint(closest(label, this.#labels.keys()))}`);
      } else this.patch(at, to);
    }
    return this.#out;
  }

  /** A message that may come before nothing that is waited for is never looked for. */
  #noOptional(): void {
    for (const { path } of this.#optional)
      this.complain(
        path,
        'no expect, anyOf or allOf follows before which it may come: it is passed over',
        false,
        {
          severity: 'warning',
        },
      );
    this.#optional = [];
  }
}
