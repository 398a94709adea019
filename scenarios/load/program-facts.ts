import type { ActorProgram, Program } from '../engine/program.ts';

/** Method whose answer counts as the setup of a call: INVITE where one is sent, else what is sent first. */
export function setupMethodOf({ actors }: Program): string | undefined {
  const sent = actors.flatMap(({ instructions }) =>
    instructions.flatMap((one) =>
      one.op === 'send' && !('status' in one.what) && one.what.method !== undefined ? [one.what.method] : [],
    ),
  );
  return sent.includes('INVITE') ? 'INVITE' : sent[0];
}

/** How many dialogs of an actor begin with a request of somebody else. */
export function dialogsWaitedFor({ instructions }: ActorProgram): number {
  const begun = new Set<string>();
  let waitedFor = 0;
  for (const { op, dialog } of instructions) {
    if (begun.has(dialog) || (op !== 'send' && op !== 'expect' && op !== 'gather')) continue;
    begun.add(dialog);
    if (op !== 'send') waitedFor++;
  }
  return waitedFor;
}
