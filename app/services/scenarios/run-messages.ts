import { formatAddress, type Address } from '../../../stack/core/address.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { RunMessage as TracedMessage } from '../../../scenarios/engine/run-trace.ts';
import type { RunMessage } from '../../contract/scenario-run.ts';
import { ladderMessage } from '../ladder-message.ts';

/** A message of a run for its ladder. @param nameOf - of the actor that listens at an address. */
export function runMessage(
  { actor, direction, remote, atMs, bytes, stepId }: TracedMessage,
  nameOf: (address: Address) => string | undefined,
): RunMessage {
  return {
    actor,
    direction,
    peer: nameOf(remote) ?? formatAddress(remote),
    atMs,
    ...(stepId !== undefined && { stepId }),
    ...ladderMessage(parseMessage(bytes)),
  };
}
