import type { Instruction, Program } from './program.ts';

/**
 * The program with some of its steps only: the others are passed over. A point of `sync` waits for the actors that still come to it.
 * @param steps - ids of the steps to run; of one that holds steps, those have to be named too.
 */
export function selected(program: Program, steps: ReadonlySet<string>): Program {
  const actors = program.actors.map((actor) => {
    const instructions = actor.instructions.map((instruction, i): Instruction => {
      if (steps.has(instruction.step.id)) return instruction;
      const { step, dialog } = instruction;
      return { step, dialog, op: 'jump', to: i + 1 };
    });
    return { ...actor, instructions };
  });
  const meetings = new Map<string, ReadonlySet<string>>();
  for (const { name, instructions } of actors)
    for (const instruction of instructions)
      if (instruction.op === 'sync')
        meetings.set(instruction.point, new Set([...(meetings.get(instruction.point) ?? []), name]));
  return { ...program, actors, meetings };
}
