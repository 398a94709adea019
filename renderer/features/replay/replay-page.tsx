import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { ReplayRow } from '../../../app/contract/replay.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import type { Command } from '../../ui/commands.ts';
import { Note } from '../../ui/note.tsx';
import { SplitPane } from '../../ui/split-pane.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import type { ServersStore } from '../servers/index.ts';
import { ReplayDetails } from './replay-details.tsx';
import { ReplayLadders } from './replay-ladders.tsx';
import { ReplaySetupBar } from './replay-setup-bar.tsx';
import { LOOKS } from './replay-words.ts';
import { useReplay, type ReplayModel } from './use-replay.ts';
import './replay.css';

export interface ReplayPageProps {
  /** Recorded dialogs. */
  readonly ids: readonly number[];
  readonly servers: ServersStore;
  readonly onClose: () => void;
}

/*
 *  < Traffic | Replay                                        [Step n] [Go on] [Stop]  (> Play)  x
 *  [Play alice v] against [127.0.0.1:5060    ] [=] | Original pace  Fast  Step by step | [user]
 *  Recorded  alice        target      |   | Now     alice        target
 *  0.000       |--INVITE--->|         | ~ | 0.000     |--INVITE--->|
 *  0.712       |<---180-----|         | - |
 *  What differs: - alice gets no 180  | recorded octets | octets now
 */
export function ReplayPage({ ids: given, servers, onClose }: ReplayPageProps): ReactNode {
  // What is chosen meanwhile changes nothing any more.
  const [ids] = useState(given);
  const root = useRef<HTMLDivElement>(null);
  const model = useReplay(ids);
  const known = useStore(servers, (state) => state.servers);
  const [chosen, setChosen] = useState<number>();
  useEffect(() => {
    root.current?.focus();
  }, []);
  const { plan, replay, problem } = model;
  const isPlaying = replay !== undefined && replay.state !== 'ended';
  const state = replay?.state;
  useEffect(() => {
    // The button that had the focus is gone: the keys of the screen go on working.
    if (document.activeElement === document.body) root.current?.focus();
  }, [state]);
  const original = isPlaying || plan === undefined ? (replay?.original ?? []) : shownOf(model);
  const rows = rowsOf(model);
  const at = chosen === undefined ? undefined : Math.min(chosen, rows.length - 1);
  const row = at === undefined ? undefined : rows[at];
  useCommands(commandsOf(model, { rows, at, setChosen, isPlaying, onClose }));
  const isShown = replay !== undefined && isOf(model);
  return (
    <div
      className="col grow replay"
      ref={root}
      tabIndex={-1}
      data-pane=""
      data-scope="replay"
      role="region"
      aria-label="Replay"
    >
      <div className="ph chead">
        <Button kind="quiet" size="s" icon="back" onClick={onClose}>
          Traffic
        </Button>
        <span className="fsep" />
        <h2>Replay</h2>
        <span className="grow" />
        <Actions model={model} isPlaying={isPlaying} />
        <IconButton icon="cross" size="s" label="Close" shortcut="Escape" onClick={onClose} />
      </div>
      <ReplaySetupBar
        model={model}
        isPlaying={isPlaying}
        servers={(known ?? []).filter(({ state }) => state === 'running')}
      />
      {problem !== undefined && (
        <div className="rpproblem">
          <Note kind="error" title="It cannot be played" isLive>
            {problem}
          </Note>
        </div>
      )}
      <div className="grow rpbody">
        <SplitPane
          id="replay"
          direction="vertical"
          parts={[
            {
              id: 'ladders',
              size: '60%',
              minSize: '120px',
              content: (
                <ReplayLadders
                  rows={rows}
                  original={original}
                  replayed={isShown ? replay.replayed : []}
                  played={isShown ? replay.played : (plan?.played ?? [])}
                  chosen={at}
                  isHeld={replay?.state === 'held'}
                  onChoose={setChosen}
                />
              ),
            },
            {
              id: 'details',
              minSize: '120px',
              content: (
                <ReplayDetails
                  replay={isShown ? replay : undefined}
                  rows={rows}
                  notes={isShown ? [] : (plan?.notes ?? [])}
                  chosen={at}
                  original={row?.original === undefined ? undefined : original[row.original]}
                  replayed={
                    row?.replayed === undefined || !isShown ? undefined : replay.replayed[row.replayed]
                  }
                  onChoose={setChosen}
                />
              ),
            },
          ]}
        />
      </div>
    </div>
  );
}

/** Whether the replay is of the lanes that are chosen now. */
const isOf = ({ plan, replay }: ReplayModel): boolean =>
  replay !== undefined && (plan === undefined || replay.played.join('\n') === plan.played.join('\n'));

const shownOf = (model: ReplayModel) =>
  isOf(model) ? (model.replay?.original ?? []) : (model.plan?.original ?? []);

/** Before it is played there is the original ladder alone. */
function rowsOf(model: ReplayModel): readonly ReplayRow[] {
  const { plan, replay } = model;
  if (replay !== undefined && (isOf(model) || replay.state !== 'ended')) return replay.rows;
  return (plan?.original ?? []).map((_, original) => ({ original, difference: 'pending', sentences: [] }));
}

function Actions({
  model,
  isPlaying,
}: {
  readonly model: ReplayModel;
  readonly isPlaying: boolean;
}): ReactNode {
  const { replay, plan, isStarting } = model;
  const isHeld = replay?.state === 'held';
  if (!isPlaying)
    return (
      <Button
        kind="primary"
        size="s"
        icon={replay === undefined ? 'play' : 'restart'}
        shortcut="Mod+Enter"
        isBusy={isStarting}
        disabled={plan === undefined}
        onClick={model.start}
      >
        {replay === undefined ? 'Play' : 'Play again'}
      </Button>
    );
  return (
    <>
      {isHeld && (
        <>
          <Button kind="primary" size="s" icon="step" shortcut="Space" onClick={model.step}>
            Send
          </Button>
          <Button size="s" icon="play" shortcut="g" onClick={model.goOn}>
            Let go
          </Button>
        </>
      )}
      <Button kind="danger" size="s" icon="stop" shortcut="Shift+F9" onClick={model.stop}>
        Stop
      </Button>
    </>
  );
}

interface Screen {
  readonly rows: readonly ReplayRow[];
  readonly at: number | undefined;
  readonly setChosen: (row: number) => void;
  readonly isPlaying: boolean;
  readonly onClose: () => void;
}

/** Rows a page key moves. */
const PAGE_ROWS = 20;

function commandsOf(model: ReplayModel, screen: Screen): readonly Command[] {
  const { rows, at, setChosen, isPlaying, onClose } = screen;
  const command = (
    id: string,
    label: string,
    shortcuts: readonly string[],
    run: () => void,
    isEnabled?: () => boolean,
  ): Command => ({
    id: `replay.${id}`,
    label,
    shortcuts,
    run,
    isEnabled,
    group: 'Replay',
    scope: 'replay',
  });
  const move = (by: number) => (): void => {
    if (rows.length > 0) setChosen(Math.max(0, Math.min(rows.length - 1, (at ?? -1) + by)));
  };
  const toDifference = (direction: 1 | -1) => (): void => {
    for (let i = 1; i <= rows.length; i += 1) {
      const next = ((at ?? -1) + direction * i + 2 * rows.length) % rows.length;
      const row = rows[next];
      if (row !== undefined && LOOKS[row.difference].counts) {
        setChosen(next);
        return;
      }
    }
  };
  const isHeld = (): boolean => model.replay?.state === 'held';
  return [
    command('start', 'Play, or play again', ['Mod+Enter'], model.start, () => !isPlaying),
    command('step', 'Send the message that is held', ['Space'], model.step, isHeld),
    command('goOn', 'Let every message go', ['g'], model.goOn, isHeld),
    command('stop', 'Stop the replay', ['Shift+F9'], model.stop, () => isPlaying),
    command('down', 'Next row', ['j', 'ArrowDown'], move(1)),
    command('up', 'Previous row', ['k', 'ArrowUp'], move(-1)),
    command('pageDown', 'Page down', ['PageDown'], move(PAGE_ROWS)),
    command('pageUp', 'Page up', ['PageUp'], move(-PAGE_ROWS)),
    command('first', 'First row', ['Home'], move(-Infinity)),
    command('last', 'Last row', ['End'], move(Infinity)),
    command('next', 'Next difference', ['n'], toDifference(1)),
    command('previous', 'Previous difference', ['N'], toDifference(-1)),
    command('close', 'Back to traffic', ['Escape', 'q'], onClose),
  ];
}
