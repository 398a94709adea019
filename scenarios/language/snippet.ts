import * as z from 'zod';
import { isSteps } from './nested-steps.ts';
import { isDuration, isMethod, isStatus, options } from './schema-at.ts';

/** How a snippet is laid out: in one line inside braces, or on lines indented by this. */
export type Layout = { readonly kind: 'flow' } | { readonly kind: 'block'; readonly indent: string };

/** Counts the places to fill in. */
interface Places {
  next: number;
}

/** A key with a value to fill in: `within: ${1:1 s}`. What a schema requires is there, the rest is for whoever types. */
export const keySnippet = (key: string, schema: z.ZodType, layout: Layout): string => {
  const value = valueSnippet(schema, layout, { next: 1 });
  return `${key}:${value.startsWith('\n') || value === '' ? value : ` ${value}`}`;
};

function valueSnippet(schema: z.ZodType, layout: Layout, places: Places): string {
  const place = (text: string): string => `\${${places.next++}:${text}}`;
  const choice = (values: readonly string[]): string => `\${${places.next++}|${values.join(',')}|}`;
  const all = options(schema);
  if (all.some(isMethod)) return place('INVITE');
  if (all.some(isDuration)) return place('1 s');
  if (all.some(isStatus)) return place('200');
  const [first] = all;
  if (first === undefined) return place('');
  if (first instanceof z.ZodEnum) return choice(first.options.map(String));
  if (first instanceof z.ZodLiteral) return [...first.values].map(String).join('');
  if (all.some((one) => one instanceof z.ZodBoolean)) return choice(['true', 'false']);
  if (first instanceof z.ZodNumber) return place(String(Math.max(first.minValue ?? 0, 1)));
  if (isSteps(first))
    return layout.kind === 'flow' ? `[{ $${places.next++} }]` : `\n${layout.indent}- $${places.next++}`;
  if (first instanceof z.ZodArray) return listSnippet(first.element as z.ZodType, layout, places);
  if (first instanceof z.ZodRecord)
    return layout.kind === 'flow' ? `{ $${places.next++} }` : `\n${layout.indent}$${places.next++}`;
  if (first instanceof z.ZodObject) return objectSnippet(first, layout, places);
  return `$${places.next++}`;
}

function listSnippet(element: z.ZodType, layout: Layout, places: Places): string {
  if (layout.kind === 'flow') return `[${valueSnippet(element, layout, places)}]`;
  const item = valueSnippet(element, { kind: 'block', indent: `${layout.indent}  ` }, places);
  return `\n${layout.indent}- ${item.trimStart()}`;
}

/** Its required keys; braces where it has none. */
function objectSnippet(schema: z.ZodObject, layout: Layout, places: Places): string {
  const required = Object.entries(schema.shape as Readonly<Record<string, z.ZodType>>).filter(
    ([, inner]) => !inner.safeParse(undefined).success || isSteps(inner),
  );
  if (required.length === 0) return '{}';
  const inner: Layout = layout.kind === 'flow' ? layout : { kind: 'block', indent: `${layout.indent}  ` };
  const pairs = required.map(([key, one]) => {
    const value = valueSnippet(one, inner, places);
    return `${key}:${value.startsWith('\n') ? value : ` ${value}`}`;
  });
  return layout.kind === 'flow'
    ? `{ ${pairs.join(', ')} }`
    : pairs.map((pair) => `\n${layout.indent}${pair}`).join('');
}
