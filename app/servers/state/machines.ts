import type { CompiledMachine } from '../../../stack/transaction/fsm.ts';
import { INVITE_CLIENT } from '../../../stack/transaction/invite-client-fsm.ts';
import { INVITE_SERVER } from '../../../stack/transaction/invite-server-fsm.ts';
import { NON_INVITE_CLIENT } from '../../../stack/transaction/non-invite-client-fsm.ts';
import { NON_INVITE_SERVER } from '../../../stack/transaction/non-invite-server-fsm.ts';
import type { TransactionMachine } from '../../contract/state.ts';

/** The four machines, read from the tables that the engine runs. @rfc 3261 §17, figures 5 to 8 */
export function transactionMachines(): readonly TransactionMachine[] {
  return [
    machineOf('client', true, INVITE_CLIENT),
    machineOf('server', true, INVITE_SERVER),
    machineOf('client', false, NON_INVITE_CLIENT),
    machineOf('server', false, NON_INVITE_SERVER),
  ];
}

function machineOf(
  side: 'client' | 'server',
  isInvite: boolean,
  { states, inputs, cells }: CompiledMachine<string>,
): TransactionMachine {
  const transitions = cells.flatMap((row, at) => {
    if (row === undefined) return [];
    const from = states[Math.floor(at / inputs.length)] ?? '';
    const to = states[row.next] ?? '';
    return [{ from, to, input: row.input, rfc: row.rfc }];
  });
  return { side, isInvite, states: [...states], transitions };
}
