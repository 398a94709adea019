import { asCel, evaluate, fill, type RowValues, type Value } from './expression.ts';
import type { Generators } from './generators.ts';

/** The names of a run and what they stand for: variables, which steps may set, and the row of each dataset. Those of an actor lie within those of its run. */
export class Scope {
  readonly #values = new Map<string, Value>();
  /** The same as CEL takes it: made once when a value is set, not each time one is read. */
  readonly #context: Record<string, unknown>;
  readonly #generators: Generators | undefined;
  readonly #outer: Scope | undefined;

  constructor(
    generators?: Generators,
    rows: ReadonlyMap<string, RowValues> = new Map(),
    outer: Scope | undefined = undefined,
  ) {
    this.#generators = generators;
    this.#outer = outer;
    this.#context = Object.create(outer === undefined ? null : outer.#context) as Record<string, unknown>;
    for (const [name, row] of rows)
      this.#context[name] = Object.fromEntries(
        Object.entries(row).map(([column, value]) => [column, asCel(value)]),
      );
  }

  /** Names that are known in here only, before those around it. */
  inner(): Scope {
    return new Scope(this.#generators, undefined, this);
  }

  get(name: string): Value | undefined {
    return this.#values.get(name) ?? this.#outer?.get(name);
  }

  /** Makes a name known here, whatever it is around. */
  declare(name: string, value: Value): void {
    this.#values.set(name, value);
    this.#context[name] = asCel(value);
  }

  /** Sets it where it is known; a new name is known to the whole run. */
  set(name: string, value: Value): void {
    if (this.#outer === undefined || this.#values.has(name)) this.declare(name, value);
    else this.#outer.set(name, value);
  }

  assign(values: Readonly<Record<string, Value>>): void {
    for (const [name, value] of Object.entries(values)) this.set(name, value);
  }

  /** The variables of its own, without the rows. */
  values(): Readonly<Record<string, Value>> {
    return Object.fromEntries(this.#values);
  }

  /** @throws ExpressionError */
  evaluate(expression: string): Value {
    return evaluate(expression, this.#context, this.#generators);
  }

  /** The text with every `${expression}` replaced. @throws ExpressionError */
  fill(text: string): string {
    return fill(text, this.#context, this.#generators);
  }
}
