import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useLayoutEffect,
  useSyncExternalStore,
} from 'react';
import { type Command, type CommandRegistry, createCommandRegistry } from './commands.ts';
import { handleKey } from './keyboard.ts';

const CommandContext = createContext<CommandRegistry>(createCommandRegistry());

export interface CommandProviderProps {
  readonly registry: CommandRegistry;
  /** The screen shown: a scope between panes and global. */
  readonly screen: string;
  readonly children: ReactNode;
}

/** Gives commands to what is inside and listens to the keyboard of the window. */
export function CommandProvider({ registry, screen, children }: CommandProviderProps): ReactNode {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      handleKey(event, registry, screen);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [registry, screen]);
  return <CommandContext value={registry}>{children}</CommandContext>;
}

export const useCommandRegistry = (): CommandRegistry => useContext(CommandContext);

/** Offers commands while the component is shown; `run` and `isEnabled` are those of the latest render: a key acts on what is seen, not on what was there before. */
export function useCommands(commands: readonly Command[]): void {
  const registry = useContext(CommandContext);
  useLayoutEffect(() => registry.register(commands));
}

/** Every command, re-rendering when some come or go. */
export function useCommandList(): readonly Command[] {
  const registry = useContext(CommandContext);
  return useSyncExternalStore(
    (listener) => registry.onChanged(listener),
    () => registry.list(),
  );
}
