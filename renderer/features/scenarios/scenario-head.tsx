import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import { Tag } from '../../ui/tag.tsx';
import { visibleString } from '../wire/index.ts';
import { runWords } from './run-words.ts';
import { isDirty } from './scenario-document.ts';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import { useDocument } from './use-document.ts';
import type { ScenarioActions } from './use-scenario-actions.tsx';

export interface ScenarioHeadProps {
  readonly store: ScenariosStore;
  readonly path: string;
  readonly actions: ScenarioActions;
  readonly more: readonly MenuEntry[];
}

/** What is open, how its last run went, against what it runs, and the buttons that run it. */
export function ScenarioHead({ store, path, actions, more }: ScenarioHeadProps): ReactNode {
  const target = useStore(store, (s) => s.setup.target);
  const run = useStore(store, (s) => latestRun(s.runs, path));
  const outline = useDocument(store, path, 'outline');
  const words = run === undefined ? undefined : runWords(run, outline);
  const isUnsaved = useStore(store, (s) => s.documents[path] !== undefined && isDirty(s.documents[path]));
  const rows = useDocument(store, path, 'rows');
  const isOn = run !== undefined && run.state !== 'ended';
  return (
    <div className="ph schead">
      <Icon name="file" className="dim" />
      <h2 className="el" title={path}>
        {visibleString(path.split('/').join(' / '))}
      </h2>
      {isUnsaved && (
        <>
          <span className="scdot" aria-hidden="true" />
          <span className="sr">not saved</span>
        </>
      )}
      <span className="row" role="status">
        {words !== undefined && (
          <>
            <Tag tone={words.tone} icon={words.icon}>
              {words.text}
            </Tag>
            <span className="dim nw">{words.facts}</span>
          </>
        )}
      </span>
      <span className="grow" />
      <span className="sctarget">
        <TextInput
          aria-label="Target"
          placeholder="Target: sip:bob@host:5060"
          isMono
          icon="phone"
          value={target}
          onChange={store.getState().setTarget}
        />
      </span>
      {isOn ? (
        <RunningButtons run={run.id} isPaused={run.state === 'paused'} actions={actions} />
      ) : (
        <>
          <Button
            icon="breakpoint"
            aria-keyshortcuts="Shift+F5"
            onClick={() => {
              actions.run(path, { debug: true });
            }}
          >
            Debug
          </Button>
          {rows !== undefined && (
            <Button
              icon="play"
              aria-keyshortcuts="Control+F5"
              onClick={() => {
                actions.run(path, { debug: false, allRows: true });
              }}
            >
              {rows === 1 ? 'The one row' : `All ${String(rows)} rows`}
            </Button>
          )}
          <Button
            kind="primary"
            icon="play"
            shortcut="F5"
            aria-keyshortcuts="F5"
            onClick={() => {
              actions.run(path, { debug: false });
            }}
          >
            Run
          </Button>
        </>
      )}
      <Menu entries={more} align="end">
        <IconButton icon="dots" label="More" />
      </Menu>
    </div>
  );
}

function RunningButtons(props: {
  readonly run: string;
  readonly isPaused: boolean;
  readonly actions: ScenarioActions;
}): ReactNode {
  const { run, actions } = props;
  return (
    <>
      {props.isPaused && (
        <>
          <Button
            icon="play"
            shortcut="F8"
            aria-keyshortcuts="F8"
            onClick={() => {
              actions.goOn(run);
            }}
          >
            Continue
          </Button>
          <Button
            kind="primary"
            icon="step"
            shortcut="F10"
            aria-keyshortcuts="F10"
            onClick={() => {
              actions.step(run);
            }}
          >
            Step
          </Button>
        </>
      )}
      <Button
        kind="danger"
        icon="stop"
        onClick={() => {
          actions.stop(run);
        }}
      >
        Stop
      </Button>
    </>
  );
}
