import { decodeText, encodeText } from '../../../../stack/message/octets.ts';
import type { DialogRecord } from '../store/records.ts';
import type { Clause, Comparison, Expression, FullText, Literal, Operator } from './ast.ts';
import { FilterContext } from './context.ts';
import { DIALOG_FIELDS } from './dialog-fields.ts';
import { closest } from '../../../contract/closest.ts';
import type { Field, FieldValues } from './field.ts';
import { FIELD_TYPES, type FieldValue, type ValueTest } from './field-types.ts';
import { FilterError } from './filter-error.ts';
import { MESSAGE_FIELDS } from './message-fields.ts';
import { parseFilter } from './parser.ts';

/*
 * A dialog is looked at as one record that has, for each field, the values of all its messages; Wireshark's rules for a field with several
 * values then hold for the dialog. So `sip.Method == INVITE && sip.Status-Code == 486` finds calls that were busy, although no single
 * message is both, and `!(sip.Method == BYE)` those that nobody hung up. `==`, `<`, `contains` and the like want one value that fits;
 * `!=` wants a value, and none that is equal. Bounds of one field next to each other are a range: `sip.Status-Code >= 200 && sip.Status-Code
 * < 300` wants one value within. Text is searched without minding case, in the octets of every message.
 */

const FIELDS: Readonly<Record<string, Field>> = { ...MESSAGE_FIELDS, ...DIALOG_FIELDS };
const BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(
  Object.keys(FIELDS).map((name) => [name.toLowerCase(), name]),
);
/** Names of all fields, for completion and suggestions. */
export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

const BOUNDS: ReadonlySet<Operator> = new Set(['<', '<=', '>', '>=']);

type Predicate = (dialog: DialogRecord) => boolean;

export interface Filter {
  /** Undefined when the text is empty: everything matches. */
  readonly expression: Expression | undefined;
  /** @throws FilterError when a pattern takes too long. */
  matches(dialog: DialogRecord): boolean;
}

/**
 * Compiles a filter text.
 * @param serverName - what `node` is compared with, by server id.
 * @throws FilterError that says where and what would be right.
 */
export function compileFilter(text: string, serverName: (serverId: string) => string): Filter {
  const expression = parseFilter(text, (name) => BY_LOWER_CASE.has(name.toLowerCase()));
  const matches = expression ? predicateOf(expression, new FilterContext(serverName)) : () => true;
  return { expression, matches };
}

function predicateOf(expression: Expression, context: FilterContext): Predicate {
  switch (expression.kind) {
    case 'and': {
      const parts = withRanges(expression.parts, context);
      return (dialog) => parts.every((part) => part(dialog));
    }
    case 'or': {
      const parts = expression.parts.map((part) => predicateOf(part, context));
      return (dialog) => parts.some((part) => part(dialog));
    }
    case 'not': {
      const part = predicateOf(expression.part, context);
      return (dialog) => !part(dialog);
    }
    default:
      return clauseOf(expression, context);
  }
}

/** The parts of an "and"; bounds of one field are taken together. */
function withRanges(parts: readonly Expression[], context: FilterContext): Predicate[] {
  const bounds = new Map<Field, ValueTest[]>();
  const predicates: Predicate[] = [];
  for (const part of parts) {
    const [value] = part.kind === 'comparison' ? part.values : [];
    if (part.kind !== 'comparison' || !value || !BOUNDS.has(part.operator)) {
      predicates.push(predicateOf(part, context));
      continue;
    }
    const field = fieldOf(part.field);
    bounds.set(field, [...(bounds.get(field) ?? []), valueTest(part)]);
  }
  for (const [field, tests] of bounds) {
    predicates.push(someValue(field, context, (value) => tests.every((test) => test(value))));
  }
  return predicates;
}

function clauseOf(clause: Clause, context: FilterContext): Predicate {
  switch (clause.kind) {
    case 'text':
      return fullText(clause);
    case 'existence':
      return someValue(fieldOf(clause.field), context, () => true);
    case 'comparison':
      return comparison(clause, context);
  }
}

function comparison(clause: Comparison, context: FilterContext): Predicate {
  const field = fieldOf(clause.field);
  const isFound = someValue(field, context, valueTest(clause));
  if (clause.operator !== '!=') return isFound;
  const isPresent = someValue(field, context, () => true);
  return (dialog) => !isFound(dialog) && isPresent(dialog);
}

/** Whether a value is what the clause asks for; for `!=`, what it asks not to be there. */
function valueTest({ field: name, operator, values }: Comparison): ValueTest {
  const rules = FIELD_TYPES[fieldOf(name).type];
  if (!rules.operators.includes(operator)) {
    throw new FilterError(`"${operator}" does not fit ${name.text}: use ${rules.operators.join(' ')}.`, name);
  }
  const tests = values.map((value) => rules.test(name.text, operator, value));
  const [only = () => false] = tests;
  return tests.length === 1 ? only : (value) => tests.some((test) => test(value));
}

function fieldOf({ text, start, end }: Literal): Field {
  const field = FIELDS[BY_LOWER_CASE.get(text.toLowerCase()) ?? ''];
  if (field) return field;
  const meant = closest(text, FIELD_NAMES);
  const hint = meant ? ` Did you mean ${meant}?` : ' Fields are named as in Wireshark: sip.Method, ip.addr.';
  throw new FilterError(`There is no field ${text}.${hint}`, { start, end });
}

/** Whether one value of the field, in any message, passes the test. */
function someValue(field: Field, context: FilterContext, test: ValueTest): Predicate {
  const passes = (values: FieldValues): boolean => {
    if (values === undefined) return false;
    return typeof values === 'object' ? values.some(test) : test(values);
  };
  if (field.of === 'dialog') return (dialog) => passes(field.values(dialog));
  return (dialog) => {
    for (const message of dialog.messages) if (passes(field.values(message, context))) return true;
    return false;
  };
}

/**
 * The values a field has in some dialogs, for suggestions; numbers as numbers, texts decoded.
 * @param field - a name that `compileFilter` accepted.
 */
export function valuesOf(
  field: Literal,
  dialogs: Iterable<DialogRecord>,
  context: FilterContext,
): Set<FieldValue> {
  const found = new Set<FieldValue>();
  const { of, values } = fieldOf(field);
  const add = (some: FieldValues): void => {
    for (const value of typeof some === 'object' ? some : [some]) {
      if (value !== undefined) found.add(typeof value === 'string' ? decodeText(value) : value);
    }
  };
  for (const dialog of dialogs) {
    if (of === 'dialog') add(values(dialog));
    else for (const message of dialog.messages) add(values(message, context));
  }
  return found;
}

function fullText({ text }: FullText): Predicate {
  const wanted = encodeText(text).toLowerCase();
  return (dialog) => {
    for (const { slab, start, length } of dialog.messages) {
      if (
        slab.bytes
          .toString('latin1', start, start + length)
          .toLowerCase()
          .includes(wanted)
      )
        return true;
    }
    return false;
  };
}
