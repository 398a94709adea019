import { useStore } from 'zustand';
import { type Command, GLOBAL_SCOPE } from '../../ui/commands.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import type { EnvironmentsStore } from './environments-store.ts';

/** Each environment by its name, and the editor of all. */
export function useEnvironmentCommands(store: EnvironmentsStore, onEdit: () => void): void {
  const file = useStore(store, (s) => s.file);
  const command = (part: Pick<Command, 'id' | 'label' | 'run'>): Command => ({
    group: 'Environments',
    scope: GLOBAL_SCOPE,
    shortcuts: [],
    icon: 'globe',
    ...part,
  });
  const use = (id: string, label: string, name: string | undefined): Command =>
    command({
      id,
      label,
      run: () => {
        store.getState().choose(name);
      },
    });
  useCommands([
    command({ id: 'environments.edit', label: 'Edit environments…', run: onEdit }),
    use('environments.none', 'Use no environment', undefined),
    ...(file?.environments ?? []).map(({ name }) =>
      use(`environments.use:${name}`, `Use environment ${name}`, name),
    ),
  ]);
}
