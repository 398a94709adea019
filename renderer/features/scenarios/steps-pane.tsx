import { memo, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { OutlineStep } from '../../../app/contract/scenarios.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { ContextMenu, Menu, type MenuEntry } from '../../ui/menu.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { useCommands } from '../../ui/use-commands.tsx';
import { formatNumberOf, visibleString } from '../wire/index.ts';
import type { ScenarioDocument } from './scenario-document.ts';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import { StepCard } from './step-card.tsx';
import { StepForm } from './step-form.tsx';
import { STEP_GROUPS } from './step-kinds.ts';
import { stepYaml } from './step-text.ts';
import { resultsOf, stateOf } from './step-words.ts';
import { stepCommands } from './step-commands.ts';
import { useDocument } from './use-document.ts';
import { useStepDrag } from './use-step-drag.ts';
import { type StepEdits, useStepEdits } from './use-step-edits.ts';

export interface StepsPaneProps {
  readonly store: ScenariosStore;
  readonly path: string;
  /** Before the title: another view of the same. */
  readonly lead?: ReactNode;
  readonly onCode: () => void;
}

const domId = (at: string): string => `scenario-step-${at}`;

/** The steps as cards, actor by actor. */
export const StepsPane = memo(function StepsPane({ store, path, lead, onCode }: StepsPaneProps): ReactNode {
  const outline = useDocument(store, path, 'outline');
  const broken = useStore(store, (s) => brokenSteps(s.documents[path])).split('\n');
  const selectedAt = useDocument(store, path, 'selected');
  const run = useStore(store, (s) => latestRun(s.runs, path));
  const results = useMemo(() => resultsOf(run), [run]);
  const edits = useStepEdits(store, path);
  const [edited, setEdited] = useState<string>();
  const dragOf = useStepDrag(edits.relocate);
  const list = useRef<HTMLDivElement>(null);
  const steps = useMemo(() => outline?.steps ?? [], [outline]);
  const selected = steps.find((step) => step.at === selectedAt);
  const editing = steps.find((step) => step.at === edited);

  const select = (at: string): void => {
    store.getState().select(path, at);
  };
  const edit = (step: OutlineStep): void => {
    select(step.at);
    if (stepYaml(textOf(store, path), step) === undefined) onCode();
    else setEdited(step.at);
  };
  useCommands(stepCommands({ steps, selected, edits, select, edit }));
  useInView(list, selectedAt);
  const more = selectedEntries(selected, edits, edit);

  return (
    <Pane label="Steps" scope="scenario-steps">
      <PaneHead
        title={lead ?? 'Steps'}
        facts={outline === undefined ? undefined : formatNumberOf(steps.length, 'step')}
      >
        <Menu entries={insertEntries(outline?.actors.map((a) => a.name) ?? [], selected, edits)} align="end">
          <Button kind="quiet" size="s" icon="plus" disabled={outline === undefined}>
            Step
          </Button>
        </Menu>
        <Menu entries={more} align="end">
          <IconButton
            icon="dots"
            size="s"
            label="What to do with the step"
            disabled={selected === undefined}
          />
        </Menu>
      </PaneHead>
      <ContextMenu entries={more}>
        <div
          className="scroll scsteps"
          ref={list}
          role="listbox"
          tabIndex={0}
          data-pane-focus=""
          aria-label={`Steps of ${outline?.name ?? path}`}
          aria-activedescendant={selected === undefined ? undefined : domId(selected.at)}
        >
          {(outline?.actors ?? []).map((actor) => (
            <div key={actor.name} role="group" aria-label={actor.name}>
              {(outline?.actors.length ?? 0) > 1 && (
                <div className="scactor" aria-hidden="true">
                  <Icon name="phone" size="s" className="dim" />
                  <bdi className="semi el">{visibleString(actor.name)}</bdi>
                  <span className="dim">{actor.transport}</span>
                </div>
              )}
              {steps.map((step, i) =>
                step.actor === actor.name ? (
                  <StepCard
                    key={step.at}
                    id={domId(step.at)}
                    step={step}
                    number={i + 1}
                    total={steps.length}
                    state={stateOf(step, run, results)}
                    result={results.get(step.id)}
                    isSelected={step.at === selected?.at}
                    hasError={broken.includes(step.at)}
                    drag={dragOf(step.at)}
                    onSelect={() => {
                      select(step.at);
                    }}
                    onEdit={() => {
                      edit(step);
                    }}
                  />
                ) : undefined,
              )}
            </div>
          ))}
        </div>
      </ContextMenu>
      {editing !== undefined && (
        <StepForm
          key={editing.at}
          title={`Step ${String(steps.indexOf(editing) + 1)}: ${editing.kind}`}
          yaml={stepYaml(textOf(store, path), editing) ?? ''}
          onApply={(yaml) => edits.replace(editing.at, yaml)}
          onClose={() => {
            setEdited(undefined);
            list.current?.focus();
          }}
        />
      )}
    </Pane>
  );
});

/** The steps that something is wrong with; a line each, so that a check that finds the same draws nothing again. */
const brokenSteps = (document: ScenarioDocument | undefined): string =>
  (document?.check?.diagnostics ?? [])
    .flatMap(({ severity, line }) =>
      severity === 'error'
        ? (document?.outline?.steps.find((s) => s.line <= line && line <= s.endLine)?.at ?? [])
        : [],
    )
    .join('\n');

const textOf = (store: ScenariosStore, path: string): string => store.getState().documents[path]?.text ?? '';

/** The kinds of steps, for the actor of the selected step or the first. */
function insertEntries(
  actors: readonly string[],
  selected: OutlineStep | undefined,
  edits: StepEdits,
): readonly MenuEntry[] {
  const actor = selected?.actor ?? actors[0];
  if (actor === undefined) return ['There is no actor yet'];
  return STEP_GROUPS.flatMap(({ title, kinds }, i): MenuEntry[] => [
    ...(i === 0 ? [] : [undefined]),
    i === 0 && actors.length > 1 ? `${title}, by ${actor}` : title,
    ...kinds.map(({ label, yaml }) => ({
      label,
      run: () => {
        edits.insert(actor, yaml);
      },
    })),
  ]);
}

function selectedEntries(
  step: OutlineStep | undefined,
  edits: StepEdits,
  edit: (step: OutlineStep) => void,
): readonly MenuEntry[] {
  if (step === undefined) return ['Choose a step first'];
  return [
    {
      label: 'Edit',
      icon: 'edit',
      shortcut: 'Enter',
      run: () => {
        edit(step);
      },
    },
    {
      label: 'Move up',
      icon: 'up',
      shortcut: 'Alt+ArrowUp',
      run: () => {
        edits.move(step.at, -1);
      },
    },
    {
      label: 'Move down',
      icon: 'down',
      shortcut: 'Alt+ArrowDown',
      run: () => {
        edits.move(step.at, 1);
      },
    },
    undefined,
    {
      label: 'Delete',
      icon: 'trash',
      shortcut: 'Delete',
      isDanger: true,
      run: () => {
        edits.remove(step.at);
      },
    },
  ];
}

/** The selected card is always in sight, whichever view selected it. */
function useInView(list: { readonly current: HTMLElement | null }, at: string | undefined): void {
  useEffect(() => {
    if (at === undefined) return;
    list.current?.querySelector(`[id="${CSS.escape(domId(at))}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [list, at]);
}
