import { SEMICOLON } from '../chars.ts';
import { each } from './access.ts';

const values = each('Privacy', (reader): readonly string[] | undefined => {
  const found: string[] = [];
  do {
    const value = reader.token();
    if (value === undefined) return undefined;
    found.push(value.toLowerCase());
  } while (reader.sign(SEMICOLON));
  return found;
});

/** The privacy asked for, in lower case: `id`, `header`, `session`, `user`, `none`, `critical`, `history`... @rfc 3323 §4.2 */
export function privacy(message: Parameters<typeof values>[0]): readonly string[] {
  return values(message).flat();
}
