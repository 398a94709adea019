import { makeScenario, type RecordedMessage } from '../../../scenarios/traffic/make-scenario.ts';
import { ContractError } from '../../contract/errors.ts';
import type { ScenarioFromDialogs } from '../../contract/traffic.ts';
import type { DialogRecord } from './store/records.ts';

/** The messages of `dialogs` in the order they came. @throws ContractError 'not-found' when there are none any more */
export function recordedMessages(dialogs: readonly DialogRecord[]): readonly RecordedMessage[] {
  const messages = dialogs.flatMap((dialog) => dialog.messages);
  if (messages.length === 0) throw new ContractError('not-found', 'These dialogs are not recorded any more.');
  return messages
    .sort((a, b) => a.id - b.id)
    .map(({ flow: { source, destination, protocol }, atMs, slab, start, length }) => ({
      source,
      destination,
      protocol,
      atMs,
      bytes: slab.bytes.subarray(start, start + length),
    }));
}

/** A scenario of all messages of `dialogs`. @throws ContractError 'not-found' when there is nothing to play */
export function scenarioOf(dialogs: readonly DialogRecord[]): ScenarioFromDialogs {
  const made = makeScenario(recordedMessages(dialogs));
  if (made.kind === 'nothing')
    throw new ContractError('not-found', `No scenario can be made: ${made.reason}.`);
  const { yaml, notes, fileName } = made;
  return { yaml, notes: [...notes], fileName };
}
