import type { TransactionMachine } from '../../app/contract/state.ts';

/** from | input | to | rfc */
const machine = (
  side: 'client' | 'server',
  isInvite: boolean,
  states: readonly string[],
  rows: readonly string[],
): TransactionMachine => ({
  side,
  isInvite,
  states: [...states],
  transitions: rows.map((row) => {
    const [from = '', input = '', to = '', rfc = ''] = row.split(' | ');
    return { from, input, to, rfc };
  }),
});

/** The client machines of RFC 3261 §17.1, as a workbench tells them. */
export const SAMPLE_MACHINES: TransactionMachine[] = [
  machine(
    'client',
    true,
    ['idle', 'calling', 'proceeding', 'accepted', 'completed', 'terminated'],
    [
      'idle | start | calling | RFC 3261 §17.1.1.2',
      'idle | transport-error | terminated | RFC 3261 §17.1.4',
      'calling | recv-1xx | proceeding | RFC 3261 §17.1.1.2',
      'calling | recv-2xx | accepted | RFC 6026 §8.4',
      'calling | recv-3xx-6xx | completed | RFC 6026 §8.4',
      'calling | timer-a | calling | RFC 3261 §17.1.1.2',
      'calling | timer-b | terminated | RFC 3261 §17.1.1.2',
      'calling | transport-error | terminated | RFC 3261 §17.1.4',
      'calling | connection-lost | terminated | RFC 3261 §18.4',
      'proceeding | recv-1xx | proceeding | RFC 3261 §17.1.1.2',
      'proceeding | recv-2xx | accepted | RFC 6026 §8.4',
      'proceeding | recv-3xx-6xx | completed | RFC 6026 §8.4',
      'proceeding | cancel-sent | proceeding | RFC 3261 §9.1',
      'proceeding | timer-b | terminated | RFC 3261 §9.1',
      'proceeding | connection-lost | terminated | RFC 3261 §18.4',
      'accepted | recv-2xx | accepted | RFC 6026 §8.4',
      'accepted | timer-m | terminated | RFC 6026 §8.4',
      'completed | recv-3xx-6xx | completed | RFC 3261 §17.1.1.2',
      'completed | timer-d | terminated | RFC 3261 §17.1.1.2',
      'completed | transport-error | terminated | RFC 3261 §17.1.1.2',
    ],
  ),
  machine(
    'client',
    false,
    ['idle', 'trying', 'proceeding', 'completed', 'terminated'],
    [
      'idle | start | trying | RFC 3261 §17.1.2.2',
      'idle | transport-error | terminated | RFC 3261 §17.1.4',
      'trying | recv-1xx | proceeding | RFC 3261 §17.1.2.2',
      'trying | recv-2xx-6xx | completed | RFC 3261 §17.1.2.2',
      'trying | timer-e | trying | RFC 3261 §17.1.2.2',
      'trying | timer-f | terminated | RFC 3261 §17.1.2.2',
      'trying | transport-error | terminated | RFC 3261 §17.1.4',
      'trying | connection-lost | terminated | RFC 3261 §18.4',
      'proceeding | recv-1xx | proceeding | RFC 3261 §17.1.2.2',
      'proceeding | recv-2xx-6xx | completed | RFC 3261 §17.1.2.2',
      'proceeding | timer-e | proceeding | RFC 3261 §17.1.2.2',
      'proceeding | timer-f | terminated | RFC 3261 §17.1.2.2',
      'proceeding | transport-error | terminated | RFC 3261 §17.1.4',
      'proceeding | connection-lost | terminated | RFC 3261 §18.4',
      'completed | recv-2xx-6xx | completed | RFC 3261 §17.1.2.2',
      'completed | timer-k | terminated | RFC 3261 §17.1.2.2',
    ],
  ),
];
