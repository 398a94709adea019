import type { Place } from './lexer.ts';

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'matches' | 'in';

/** A value as typed. */
export interface Literal extends Place {
  readonly text: string;
}

export interface Comparison extends Place {
  readonly kind: 'comparison';
  readonly field: Literal;
  readonly operator: Operator;
  /** One, or any number after `in`. */
  readonly values: readonly Literal[];
}

/** A field by itself: the dialog has it. */
interface Existence extends Place {
  readonly kind: 'existence';
  readonly field: Literal;
}

/** A word or text by itself: found in the octets of a message. */
export interface FullText extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export type Clause = Comparison | Existence | FullText;

export type Expression =
  | Clause
  | (Place & { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] })
  | (Place & { readonly kind: 'not'; readonly part: Expression });

/** The clauses of an expression, left to right. */
export function clausesOf(expression: Expression): readonly Clause[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return expression.parts.flatMap(clausesOf);
    case 'not':
      return clausesOf(expression.part);
    default:
      return [expression];
  }
}
