import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { DecidedList, type OperatorStore } from '../operator/index.ts';
import { visibleString } from '../wire/index.ts';
import { ServerActivity } from './server-activity.tsx';
import { useExplanation } from './server-configuration.tsx';
import { checkDraft } from './server-draft.ts';
import { LogLines } from './server-log.tsx';
import { draftOf, type ServersStore } from './servers-store.ts';

export interface ServerSideProps {
  readonly store: ServersStore;
  readonly operator: OperatorStore;
  readonly server: ServerInfo;
}

/** Beside the settings: what the server does, what it answers, and the end of its log. */
export function ServerSide({ store, operator, server }: ServerSideProps): ReactNode {
  const state = useStore(store);
  const config = checkDraft(draftOf(state, server)).config ?? server.config;
  const { explanation } = useExplanation(config);
  const lines = state.logs[server.id];
  return (
    <SplitPane
      id={server.config.mode === 'interactive' ? 'operator-side' : 'server-side'}
      key={String(server.config.mode === 'interactive')}
      direction="vertical"
      parts={[
        ...(server.config.mode === 'interactive'
          ? [
              {
                id: 'calls',
                minSize: '120px',
                content: (
                  <DecidedList store={operator} serverId={server.id} serverName={server.config.name} />
                ),
              },
            ]
          : []),
        {
          id: 'activity',
          minSize: '160px',
          content: (
            <Pane label="Activity">
              <PaneHead title="Activity" />
              <div className="scroll" tabIndex={0} role="group" aria-label="What the server does">
                <ServerActivity server={server} rates={state.rates[server.id] ?? []} />
                {explanation !== undefined && (
                  <section className="answers" aria-label="What it does with a request">
                    <h3 className="cap">What it does with a request</h3>
                    <ol>
                      {explanation.handlers.map((handler) => (
                        <li key={handler}>{visibleString(handler)}</li>
                      ))}
                    </ol>
                  </section>
                )}
              </div>
            </Pane>
          ),
        },
        {
          id: 'log',
          size: '240px',
          minSize: '100px',
          content: (
            <Pane label="Log">
              <PaneHead title="Log" facts={server.logLines > 0 ? server.logLines : undefined} />
              <LogLines
                lines={(lines ?? []).slice(-200)}
                empty={lines === undefined ? 'Reading the log…' : 'Nothing logged yet.'}
              />
            </Pane>
          ),
        },
      ]}
    />
  );
}
