import type { MenuEntry } from '../../ui/menu.tsx';
import type { ScenarioActions } from './use-scenario-actions.tsx';

/** What can be done with the open file beside running it. */
export const moreEntries = (
  path: string,
  actions: ScenarioActions,
  others: { readonly copyCommand: () => void; readonly runSelected: () => void },
): readonly MenuEntry[] => [
  {
    label: 'Save',
    icon: 'export',
    shortcut: 'Mod+S',
    run: () => {
      actions.save(path);
    },
  },
  {
    label: 'Rename…',
    icon: 'edit',
    shortcut: 'F2',
    run: () => {
      actions.rename(path);
    },
  },
  { label: 'Copy as sipctl command', icon: 'copy', run: others.copyCommand },
  undefined,
  { label: 'Run the selected step', icon: 'play', shortcut: 'Mod+Shift+F5', run: others.runSelected },
  undefined,
  {
    label: 'Delete',
    icon: 'trash',
    isDanger: true,
    run: () => {
      actions.remove(path);
    },
  },
];
