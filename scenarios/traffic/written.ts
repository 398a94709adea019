import { Document, isMap, isSeq, visit } from 'yaml';
import type { MadeStep } from './steps.ts';

/** A line longer than this is easier to read as a block. */
const FLOW_LENGTH = 100;

/**
 * YAML as a person would write it: short steps on a line, comments where to look.
 * @param steps - by the name of the actor.
 * @param passwords - variables that a person has to set.
 */
export function written(
  scenario: object,
  steps: ReadonlyMap<string, readonly MadeStep[]>,
  passwords: readonly string[],
  notes: readonly string[],
): string {
  const doc = new Document(scenario);
  doc.commentBefore = [' Made from a capture.', ...notes.map((note) => ` - ${oneLine(note)}`)].join('\n');
  for (const name of passwords) {
    const password = doc.getIn(['variables', name], true) as { comment?: string } | undefined;
    if (password !== undefined) password.comment = ' credentials are not in a capture: set them';
  }
  for (const [actor, made] of steps) {
    const items = doc.getIn(['actors', actor, 'steps'], true);
    if (!isSeq(items)) continue;
    items.items.forEach((item, i) => {
      const note = made[i]?.notes.map((text) => ` ${oneLine(text)}`).join('\n');
      if (isMap(item) && note !== undefined && note !== '') item.commentBefore = note;
    });
  }
  visit(doc, {
    Map: (key, node) => {
      const text = JSON.stringify(node);
      const isStep = typeof key === 'number';
      if (
        !isStep &&
        text.length < FLOW_LENGTH &&
        !text.includes('\\n') &&
        !text.includes('"steps"') &&
        !node.has('target')
      )
        node.flow = true;
    },
  });
  return doc.toString({ lineWidth: 120 });
}

/** A comment ends where its line ends, whatever the recording says. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
