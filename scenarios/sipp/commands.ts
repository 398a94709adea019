import { type Command, type CommandPairs, NO_COMMANDS } from './command-pairs.ts';
import { holdContent, isContentRegexp, typeVariable } from './contents.ts';
import { type ImportContext, type Step, variableName, warnOfAttributes } from './context.ts';
import type { Element } from './xml.ts';

/** One of two sipps that talk to each other (`-3pcc`). */
export interface Talker {
  readonly root: Element;
  /** Before its variables. */
  readonly prefix: string;
}

const commandsOf = ({ root }: Talker): readonly Element[] =>
  root.children.filter(({ name }) => name === 'sendCmd' || name === 'recvCmd');

/**
 * Matches the commands of two sipps in their order. Where both send, or one of them has none left, the rest has no counterpart: an actor that
 * comes to a point waits there for the other, and SIPp waits only when it receives.
 */
export function pairCommands(one: Talker, other: Talker): CommandPairs {
  const pairs = new Map<Element, Command>();
  const others = commandsOf(other);
  for (const [i, own] of commandsOf(one).entries()) {
    const theirs = others[i];
    if (theirs === undefined || theirs.name === own.name) break;
    const content = own.name === 'sendCmd' ? contentOf(own, one) : contentOf(theirs, other);
    const command = { point: `command ${i + 1}`, content };
    pairs.set(own, command).set(theirs, command);
  }
  return pairs;
}

/** `[$1]` in a command, where $1 is the content of a message. */
function contentOf({ text }: Element, { root, prefix }: Talker): string | undefined {
  const said = [...text.matchAll(/\[\$(\w+)\]/g)].map(([, name = '']) => name);
  const held = said.find((name) => takesContent(root, name));
  return held === undefined ? undefined : prefix + variableName(held);
}

const takesContent = (element: Element, name: string): boolean =>
  (element.name === 'ereg' && isContentRegexp(element) && element.attributes['assign_to'] === name) ||
  element.children.some((child) => takesContent(child, name));

/** The steps of a `sendCmd` or `recvCmd`: both actors meet, and what was put into the command is what is found in it. */
export function commandSteps(element: Element, context: ImportContext): readonly Step[] {
  const { name, place } = element;
  const { commands } = context.role;
  warnOfAttributes(element, ['src', 'dest'], context);
  const command = commands.get(element);
  if (command === undefined) {
    context.warn(
      place,
      commands === NO_COMMANDS
        ? `${name} is for another sipp whose scenario is not here: it is left out; --peer FILE imports both as one scenario`
        : `${name} meets nothing in the other scenario: it is left out`,
    );
    return [];
  }
  const meeting: Step = { sync: command.point };
  return name === 'sendCmd' ? [meeting] : [meeting, ...foundSteps(element, command, context)];
}

function foundSteps({ children }: Element, { content }: Command, context: ImportContext): readonly Step[] {
  return children
    .flatMap((action) => action.children)
    .flatMap((action): readonly Step[] => {
      const { attributes, place, name } = action;
      const assigned = attributes['assign_to'];
      const isContent = name === 'ereg' && isContentRegexp(action);
      if (!isContent || assigned === undefined || content === undefined) {
        const why = isContent
          ? 'it carries no content of a message'
          : 'only Content-Type:.* can be looked for';
        context.warn(place, `${name} of a command is left out: ${why}`);
        return [];
      }
      const variable = context.variable(assigned);
      holdContent(variable, context);
      return [
        { set: { [variable]: `\${${content}}`, [typeVariable(variable)]: `\${${typeVariable(content)}}` } },
      ];
    });
}
