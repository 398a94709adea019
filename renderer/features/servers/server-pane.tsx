import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ServerInfo, ServerProblem } from '../../../app/contract/servers.ts';
import { useConnection } from '../../backend/index.ts';
import { useMediaQuery } from '../../ui/appearance.ts';
import { Button } from '../../ui/button.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { BehaviourTab } from './behaviour/behaviour-tab.tsx';
import { ProblemNote } from './problem-note.tsx';
import { ServerConfiguration } from './server-configuration.tsx';
import { checkDraft, countWrong, type ServerDraft } from './server-draft.ts';
import { ServerForm } from './server-form.tsx';
import { ServerHead } from './server-head.tsx';
import { isActive } from './server-health.ts';
import { LogLines, ServerLog } from './server-log.tsx';
import type { ServerActions } from './use-server-actions.tsx';
import { draftOf, findServer, type ServersStore } from './servers-store.ts';

export interface ServerPaneProps {
  readonly store: ServersStore;
  readonly server: ServerInfo;
  readonly actions: ServerActions;
}

/** Lines of a log that say why a server is gone. */
const LAST_LINES = 6;

/** One server: behaviour, settings, configuration, log. */
export function ServerPane({ store, server, actions }: ServerPaneProps): ReactNode {
  const { id, problem } = server;
  const state = useStore(store);
  const { epoch } = useConnection();
  const attempt = useAttempt();
  const isRunning = server.state === 'running';
  // A running server is shown by what it does; one that starts while somebody works on its settings leaves them there.
  const [first] = useState(isRunning ? 'behaviour' : 'settings');
  const chosen = state.tabs[id] ?? first;
  const tab = chosen === 'behaviour' && !isRunning ? 'settings' : chosen;
  const draft = draftOf(state, server);
  const isDirty = id in state.drafts;
  // The log stands beside the pane where there is room for it.
  const isWide = useMediaQuery('(min-width: 1200px)');
  const edit = useCallback(
    (change: (last: ServerDraft) => ServerDraft): void => {
      const now = store.getState();
      const known = findServer(now, id);
      if (known !== undefined) now.edit(id, change(draftOf(now, known)));
    },
    [store, id],
  );

  useEffect(() => {
    if (epoch > 0) attempt('The log could not be read', store.getState().loadLog(id));
  }, [epoch, id, attempt, store]);

  const blocked =
    problem?.listener === undefined
      ? undefined
      : { listener: problem.listener, message: blockedText(problem) };

  // The button that was pressed may be gone with the state: the pane takes the focus, so that keys go on working.
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) box.current?.closest<HTMLElement>('[data-pane]')?.focus();
  }, [server.state]);

  const problemNote = (
    <ProblemNote
      server={server}
      onWayOut={(way) => {
        actions.takeWayOut(server, way);
      }}
      onCopyDetails={() => {
        actions.copyDetails(server);
      }}
    />
  );

  return (
    <div className="col grow" ref={box}>
      <ServerHead
        server={server}
        hasDraft={isDirty}
        onStart={() => {
          actions.start(id);
        }}
        onStop={() => {
          actions.stop(id);
        }}
        onRestart={() => {
          actions.restart(id);
        }}
        onDuplicate={() => {
          actions.duplicate(id);
        }}
        onDelete={() => {
          actions.remove(id);
        }}
        onCopyCommand={() => {
          actions.copyCommand(server);
        }}
      />
      <Tabs
        label="Server"
        value={tab}
        onChange={(next) => {
          state.setTab(id, next);
        }}
        tabs={[
          ...(isRunning
            ? [
                {
                  id: 'behaviour',
                  label: 'Behaviour',
                  content: (
                    <>
                      {problem !== undefined && <div className="spad">{problemNote}</div>}
                      <BehaviourTab id={id} config={server.config} draft={draft} onEdit={edit} />
                    </>
                  ),
                },
              ]
            : []),
          {
            id: 'settings',
            label: 'Settings',
            content: (
              <>
                <div className="scroll spad">
                  {problemNote}
                  {!isWide && server.state === 'crashed' && (
                    <section className="lastlog" aria-label="Last log lines">
                      <LogLines
                        lines={(state.logs[id] ?? []).slice(-LAST_LINES)}
                        empty="Nothing was logged."
                      />
                    </section>
                  )}
                  <ServerForm draft={draft} blocked={blocked} onEdit={edit} />
                </div>
                {isDirty && <UnsavedBar {...{ store, server, actions }} />}
              </>
            ),
          },
          {
            id: 'configuration',
            label: 'Configuration',
            content: <ServerConfiguration config={checkDraft(draft).config} onCopy={actions.copy} />,
          },
          {
            id: 'log',
            label: 'Log',
            count: server.logLines,
            content: (
              <ServerLog
                lines={state.logs[id]}
                onCopy={(text) => {
                  actions.copy('log', text);
                }}
              />
            ),
          },
        ]}
      />
    </div>
  );
}

/** Why the port cannot be had, and the next one that can. */
function blockedText({ message, freePort }: ServerProblem): string {
  const sentence = message.replace(/\.?$/, '.');
  return freePort === undefined ? sentence : `${sentence} Free nearby: ${freePort}.`;
}

/** Edits wait here; nothing typed is lost, and starting saves it. */
function UnsavedBar({ store, server, actions }: ServerPaneProps): ReactNode {
  const state = useStore(store);
  const { id } = server;
  const checked = checkDraft(draftOf(state, server));
  const isRunning = isActive(server);
  const wrong = countWrong(checked);
  const text =
    wrong > 0
      ? `${wrong === 1 ? '1 setting needs' : `${wrong} settings need`} correction before it can be saved.`
      : isRunning
        ? 'Kept until the restart; the running server is not changed.'
        : 'Saved when the server starts.';
  return (
    <div className="unsaved" role="status">
      <span className="grow el">
        <b className="semi">Unsaved changes.</b> <span className={wrong > 0 ? 'err' : 'mid'}>{text}</span>
      </span>
      <Button
        size="s"
        kind="quiet"
        onClick={() => {
          state.discard(id);
        }}
      >
        Discard
      </Button>
      {isRunning ? (
        <Button
          size="s"
          icon="restart"
          disabled={wrong > 0}
          onClick={() => {
            actions.restart(id);
          }}
        >
          Restart with changes
        </Button>
      ) : (
        <Button
          size="s"
          disabled={wrong > 0}
          onClick={() => {
            actions.save(id);
          }}
        >
          Save
        </Button>
      )}
    </div>
  );
}
