import type { Element } from './xml.ts';

/** A command from one sipp to the other. */
export interface Command {
  /** The point of `sync` where both meet. */
  readonly point: string;
  /** The variable of the sender whose content is handed over. */
  readonly content: string | undefined;
}

/** Commands by their element, `sendCmd` or `recvCmd`; an element without one has no counterpart. */
export type CommandPairs = ReadonlyMap<Element, Command>;

/** Of a sipp that is imported alone. */
export const NO_COMMANDS: CommandPairs = new Map();
