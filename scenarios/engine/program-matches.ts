import type { ActorProgram, CompiledMatch, Instruction, StepInfo } from './program.ts';

/** What a step compares messages with. */
export function matchesOf(instruction: Instruction): readonly CompiledMatch[] {
  if (instruction.op === 'expect')
    return [...instruction.choices.map(({ match }) => match), ...instruction.optional];
  if (instruction.op === 'gather') return [...instruction.matches, ...instruction.optional];
  return instruction.op === 'none' && instruction.match !== undefined ? [instruction.match] : [];
}

/** Steps from which time is to count and that are not there, with the step that says so. */
export function strayStarts(
  actors: readonly ActorProgram[],
): readonly { readonly step: StepInfo; readonly since: string; readonly ids: readonly string[] }[] {
  const ids = [...new Set(actors.flatMap(({ instructions }) => instructions.map(({ step }) => step.id)))];
  return actors.flatMap(({ instructions }) =>
    instructions.flatMap((instruction) =>
      matchesOf(instruction).flatMap(({ since }) =>
        since === undefined || ids.includes(since) ? [] : [{ step: instruction.step, since, ids }],
      ),
    ),
  );
}

/** Whether a step of the actor is about what comes again. */
export const noticesRepeats = ({ instructions }: ActorProgram): boolean =>
  instructions.some((one) => one.op === 'none' && one.isOfRetransmissions);
