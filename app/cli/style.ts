import type { CliIo } from './io.ts';

/** How a piece of a line is meant. */
export type Tone = 'good' | 'bad' | 'warning' | 'quiet' | 'strong';

/** SGR parameters, ECMA-48 8.3.117. */
const SGR: Readonly<Record<Tone, string>> = { good: '32', bad: '31', warning: '33', quiet: '2', strong: '1' };

/** Colours text where a person looks at it and has not asked for none (https://no-color.org). */
export function styleFor(io: Pick<CliIo, 'isTerminal' | 'env'>): (text: string, tone?: Tone) => string {
  const isColoured = io.isTerminal && (io.env['NO_COLOR'] ?? '') === '';
  return (text, tone) =>
    isColoured && tone !== undefined && text !== '' ? `\u001b[${SGR[tone]}m${text}\u001b[0m` : text;
}
