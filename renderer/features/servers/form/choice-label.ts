import { MODE_PURPOSES, type ServerMode } from '../../../../app/contract/server-config.ts';

export const isMode = (choice: string): choice is ServerMode => choice in MODE_PURPOSES;

/** `audio-only` is written Audio only. */
export function choiceLabel(choice: string): string {
  if (isMode(choice)) return MODE_PURPOSES[choice].title;
  const words = choice.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
