import { appCommand, type Command } from '../../ui/commands.ts';
import { cyclePanes } from '../../ui/keyboard.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { SCREENS } from './rail.tsx';
import type { Screen } from '../../ui/navigation.tsx';

export interface AppCommandHandlers {
  readonly go: (screen: Screen) => void;
  readonly openPalette: () => void;
  readonly openSheet: () => void;
  readonly openSettings: () => void;
  readonly switchTheme: () => void;
  readonly toggleRecording: () => void;
}

const key = (command: Omit<Command, 'group' | 'scope'>): Command => ({
  group: 'View',
  scope: 'global',
  ...command,
});

/** What works on every screen. */
export function useAppCommands(on: AppCommandHandlers): void {
  useCommands([
    ...SCREENS.map(({ id, command, icon }) =>
      appCommand(command, {
        icon,
        run: () => {
          on.go(id);
        },
      }),
    ),
    appCommand('view.palette', { icon: 'search', moreShortcuts: ['Mod+Shift+P'], run: on.openPalette }),
    appCommand('view.theme', { icon: 'contrast', run: on.switchTheme }),
    key({
      id: 'view.settings',
      label: 'Settings',
      shortcuts: ['Mod+,'],
      icon: 'settings',
      run: on.openSettings,
    }),
    key({
      id: 'view.nextPane',
      label: 'Next pane',
      shortcuts: ['F6'],
      isKeyOnly: true,
      run: () => {
        cyclePanes(1);
      },
    }),
    key({
      id: 'view.previousPane',
      label: 'Previous pane',
      shortcuts: ['Shift+F6'],
      isKeyOnly: true,
      run: () => {
        cyclePanes(-1);
      },
    }),
    appCommand('traffic.record', { icon: 'breakpoint', run: on.toggleRecording }),
    appCommand('help.shortcuts', { icon: 'keyboard', run: on.openSheet }),
  ]);
}
