import type { Find } from '../schema/matcher.ts';
import type { ImportContext } from './context.ts';
import type { Element } from './xml.ts';

/*
 * How SIPp hands the session description of one message on to another: a regular expression takes everything from Content-Type to the end, and
 * the variable stands where headers would. Here it is two variables, since headers and body are told apart.
 */

/** Whether an `ereg` takes the content of a message. */
export const isContentRegexp = ({ attributes }: Element): boolean =>
  /^Content-Type:\s?\.[*+]$/i.test((attributes['regexp'] ?? '').trim()) &&
  (attributes['search_in'] ?? 'msg') === 'msg';

/** The variable of the Content-Type that goes with a variable that holds a body. */
export const typeVariable = (name: string): string => `${name}_type`;

/** What takes the content of a message into a variable. */
export function contentFinds(name: string, context: ImportContext): readonly Find[] {
  holdContent(name, context);
  return [
    { in: 'body', matches: `(?<${name}>[^]*)` },
    { in: 'Content-Type', matches: `(?<${typeVariable(name)}>.*)` },
  ];
}

/** From now on the variable holds the content of a message. */
export function holdContent(name: string, context: ImportContext): void {
  context.contents.add(name);
  context.declare(typeVariable(name));
}

/** `[$1]` in a line of its own, where $1 holds the content of a message: the variable. */
export function contentVariable(text: string, context: ImportContext): string | undefined {
  const [, name] = /^\[\$(\w+)\]$/.exec(text.trim()) ?? [];
  if (name === undefined) return undefined;
  const variable = context.variable(name);
  return context.contents.has(variable) ? variable : undefined;
}
