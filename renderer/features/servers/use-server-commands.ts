import type { ServerInfo } from '../../../app/contract/servers.ts';
import { appCommand, type Command } from '../../ui/commands.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import { isActive } from './server-health.ts';
import { findServer, type ServersStore } from './servers-store.ts';
import type { ServerActions } from './use-server-actions.tsx';

/** The commands of the Server menu, the keys of the list, and a way to each server. */
export function useServerCommands(store: ServersStore, actions: ServerActions): void {
  const { go } = useNavigation();
  const { getState } = store;
  const selected = (): ServerInfo | undefined => findServer(getState(), getState().selectedId);
  const onSelected = (act: (id: string) => void) => (): void => {
    const server = selected();
    if (server !== undefined) act(server.id);
  };
  const isRunning = (): boolean => {
    const server = selected();
    return server !== undefined && isActive(server);
  };
  const canStart = (): boolean => selected() !== undefined && !isRunning();
  const { openFile } = actions;
  const goTo: Command[] = (getState().servers ?? []).map(({ id, config }) => ({
    id: `server.show:${id}`,
    label: `Go to ${config.name}`,
    group: 'Go to',
    scope: 'palette',
    shortcuts: [],
    icon: 'servers',
    run: () => {
      go('servers');
      getState().select(id);
    },
  }));
  useCommands([
    appCommand('server.new', {
      icon: 'plus',
      run: () => {
        go('servers');
        actions.add();
      },
    }),
    ...(openFile === undefined ? [] : [appCommand('server.open', { icon: 'folder', run: openFile })]),
    appCommand('server.start', { icon: 'play', isEnabled: canStart, run: onSelected(actions.start) }),
    appCommand('server.stop', { icon: 'stop', isEnabled: isRunning, run: onSelected(actions.stop) }),
    appCommand('server.restart', { icon: 'restart', isEnabled: isRunning, run: onSelected(actions.restart) }),
    appCommand('server.stopAll', {
      icon: 'stop',
      isEnabled: () => (getState().servers ?? []).some(isActive),
      run: actions.stopAll,
    }),
    ...(['j', 'k'] as const).map((key): Command => ({
      id: `serverList.${key}`,
      label: key === 'j' ? 'Next server' : 'Previous server',
      group: 'Server list',
      scope: 'server-list',
      shortcuts: [key, key === 'j' ? 'ArrowDown' : 'ArrowUp'],
      isKeyOnly: true,
      run: () => {
        getState().step(key === 'j' ? 1 : -1);
      },
    })),
    ...goTo,
  ]);
}
