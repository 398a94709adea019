import type { ServerInfo } from '../../../app/contract/servers.ts';
import type { Command } from '../../ui/commands.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import type { StateStore } from './state-store.ts';

/** A way to the state of each running server, from every screen. */
export function useStateGoTo(store: StateStore, servers: readonly ServerInfo[]): void {
  const { go } = useNavigation();
  useCommands(
    servers
      .filter(({ state }) => state === 'running')
      .map(({ id, config }): Command => ({
        id: `state.of:${id}`,
        label: `State of ${config.name}`,
        group: 'Go to',
        scope: 'palette',
        shortcuts: [],
        icon: 'state',
        run: () => {
          go('state');
          store.getState().choose(id);
        },
      })),
  );
}
