import type { OutlineStep } from '../../../app/contract/scenarios.ts';
import type { Command } from '../../ui/commands.ts';
import type { StepEdits } from './use-step-edits.ts';

export interface StepKeys {
  readonly steps: readonly OutlineStep[];
  readonly selected: OutlineStep | undefined;
  readonly edits: StepEdits;
  readonly select: (at: string) => void;
  readonly edit: (step: OutlineStep) => void;
}

/** What keys do in the list of steps. */
export function stepCommands({ steps, selected, edits, select, edit }: StepKeys): readonly Command[] {
  const at = selected === undefined ? -1 : steps.indexOf(selected);
  const go = (index: number): void => {
    const step = steps[Math.min(steps.length - 1, Math.max(0, index))];
    if (step !== undefined) select(step.at);
  };
  const command = (
    id: string,
    label: string,
    shortcuts: readonly string[],
    run: () => void,
    isKeyOnly = false,
  ): Command => ({
    id: `scenario.${id}`,
    label,
    shortcuts,
    scope: 'scenario-steps',
    group: 'Scenarios',
    isKeyOnly,
    run,
  });
  const withStep = (run: (step: OutlineStep) => void) => (): void => {
    if (selected !== undefined) run(selected);
  };
  return [
    command(
      'nextStep',
      'Next step',
      ['ArrowDown', 'j'],
      () => {
        go(at + 1);
      },
      true,
    ),
    command(
      'previousStep',
      'Previous step',
      ['ArrowUp', 'k'],
      () => {
        go(at - 1);
      },
      true,
    ),
    command(
      'firstStep',
      'First step',
      ['Home'],
      () => {
        go(0);
      },
      true,
    ),
    command(
      'lastStep',
      'Last step',
      ['End'],
      () => {
        go(steps.length - 1);
      },
      true,
    ),
    command('editStep', 'Edit step', ['Enter', 'e'], withStep(edit), true),
    command(
      'moveStepUp',
      'Move step up',
      ['Alt+ArrowUp'],
      withStep((step) => {
        edits.move(step.at, -1);
      }),
      true,
    ),
    command(
      'moveStepDown',
      'Move step down',
      ['Alt+ArrowDown'],
      withStep((step) => {
        edits.move(step.at, 1);
      }),
      true,
    ),
    command(
      'removeStep',
      'Delete step',
      ['Delete'],
      withStep((step) => {
        edits.remove(step.at);
      }),
      true,
    ),
  ];
}
