import { COMMANDS, type CommandId } from '../../app/contract/commands.ts';
import type { Unsubscribe } from '../../app/rpc/unsubscribe.ts';
import type { IconName } from './icon.tsx';

/** Something a person can do, wherever it is offered: key, palette, sheet, native menu. The same word in every place. */
export interface Command {
  /** noun.verb */
  readonly id: string;
  readonly label: string;
  /** All of them work; the first is shown. See shortcut.ts for the notation. */
  readonly shortcuts: readonly string[];
  /** Where its keys work: `global`, a screen, or the `scope` of a pane. The innermost wins. */
  readonly scope: string;
  /** Heading in the sheet and the palette. */
  readonly group: string;
  readonly icon?: IconName | undefined;
  /** Grey words at the end of its row in the palette. */
  readonly detail?: string | undefined;
  /** Too small for the palette: moving by one row, and what needs a row under the cursor. */
  readonly isKeyOnly?: boolean | undefined;
  readonly isEnabled?: (() => boolean) | undefined;
  readonly run: () => void;
}

export const GLOBAL_SCOPE = 'global';

/** What a feature adds to a command of the application list: label and shortcut are there already. */
export interface CommandBinding {
  readonly run: () => void;
  readonly isEnabled?: (() => boolean) | undefined;
  readonly icon?: IconName | undefined;
  /** More keys that do the same. */
  readonly moreShortcuts?: readonly string[];
}

/** A command of the application list (app/contract/commands.ts), which the native menu shows too. Works everywhere. */
export function appCommand(id: CommandId, binding: CommandBinding): Command {
  const listed = COMMANDS.find((c) => c.id === id);
  if (listed === undefined) throw new Error(`no command ${id}`);
  const { moreShortcuts = [], ...rest } = binding;
  const shortcuts = 'shortcut' in listed ? [listed.shortcut, ...moreShortcuts] : moreShortcuts;
  return { id, label: listed.label, group: listed.menu, scope: GLOBAL_SCOPE, shortcuts, ...rest };
}

/** The first shortcut of a listed command, for buttons and tooltips. */
export function shortcutFor(id: CommandId): string | undefined {
  const listed = COMMANDS.find((c) => c.id === id);
  return listed !== undefined && 'shortcut' in listed ? listed.shortcut : undefined;
}

/** Every command there is right now. */
export interface CommandRegistry {
  /** Adds commands until the returned function is called; of two with the same id the later counts. */
  register(commands: readonly Command[]): Unsubscribe;
  /** In the order of the application list, then as first seen: lists stay put while components register anew. The same array until something changes. */
  list(): readonly Command[];
  /** @returns false when there is no such command, or it is not enabled. */
  run(id: string): boolean;
  /** Runs the command of a key; inner scopes first. @returns whether one ran. */
  press(shortcut: string, scopes: readonly string[]): boolean;
  onChanged(listener: () => void): Unsubscribe;
}

export function createCommandRegistry(): CommandRegistry {
  const sets = new Set<readonly Command[]>();
  const listeners = new Set<() => void>();
  const places = new Map<string, number>(COMMANDS.map(({ id }, i) => [id, i]));
  const placeOf = ({ id }: Command): number => {
    const place = places.get(id) ?? places.size;
    places.set(id, place);
    return place;
  };
  let snapshot: readonly Command[] = [];

  const changed = (): void => {
    const latest = [...new Map([...sets].flat().map((c) => [c.id, c])).values()];
    snapshot = latest
      .map((command) => ({ command, place: placeOf(command) }))
      .sort((a, b) => a.place - b.place)
      .map(({ command }) => command);
    for (const listener of listeners) listener();
  };
  const runOne = (command: Command | undefined): boolean => {
    if (command === undefined || command.isEnabled?.() === false) return false;
    command.run();
    return true;
  };

  return {
    register: (commands) => {
      const own = [...commands];
      sets.add(own);
      changed();
      return () => {
        if (sets.delete(own)) changed();
      };
    },
    list: () => snapshot,
    run: (id) => runOne(snapshot.find((c) => c.id === id)),
    press: (shortcut, scopes) =>
      scopes.some((scope) =>
        runOne(snapshot.filter((c) => c.scope === scope && c.shortcuts.includes(shortcut)).at(-1)),
      ),
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
