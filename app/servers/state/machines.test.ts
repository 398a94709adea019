import { afterEach, describe, expect, it } from 'vitest';
import { TransactionMachine } from '../../contract/state.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';
import { transactionMachines } from './machines.ts';

/* Verified: the machines that are told are those of RFC 3261 §17 as amended, and those that transactions really run. */

let lab: ServingLab | undefined;
afterEach(async () => {
  await lab?.close();
  lab = undefined;
});

const rowsOf = (side: 'client' | 'server', isInvite: boolean): readonly string[] => {
  const machine = transactionMachines().find((m) => m.side === side && m.isInvite === isInvite);
  return machine?.transitions.map(({ from, to, input, rfc }) => `${from} ${input} ${to} ${rfc}`) ?? [];
};

describe('the machines of transactions', () => {
  it('are four, each with the states of its figure in order', () => {
    expect(
      transactionMachines().map((machine) => TransactionMachine.parse(machine).states.join(' ')),
    ).toEqual([
      'idle calling proceeding accepted completed terminated',
      'idle proceeding accepted completed confirmed terminated',
      'idle trying proceeding completed terminated',
      'idle trying proceeding completed terminated',
    ]);
  });

  it.each([
    ['client', true, 'calling timer-b terminated RFC 3261 §17.1.1.2'],
    ['client', true, 'calling recv-2xx accepted RFC 6026 §8.4'],
    ['client', false, 'trying recv-1xx proceeding RFC 3261 §17.1.2.2'],
    ['server', true, 'completed recv-ack confirmed RFC 3261 §17.2.1'],
    ['server', false, 'completed timer-j terminated RFC 3261 §17.2.2'],
  ] as const)('%s, INVITE %s: %s', (side, isInvite, row) => {
    expect(rowsOf(side, isInvite)).toContain(row);
  });

  it('are what transactions go by: a call that is cancelled takes no step that is not in them', async () => {
    lab = servingLab({ mode: 'call-server', ringMs: 60_000 });
    await lab.state['state.read'](undefined);
    const call = lab.phone('10.0.0.2').call({ target: 'sip:bob@10.0.0.1' });
    await lab.clock.advanceAsync(10);
    call.cancel();
    await lab.clock.advanceAsync(10);
    const { rows } = (await lab.state['state.read'](undefined)).transactions;
    const steps = rows.flatMap(({ side, method, history }) =>
      history.map(({ from, to, input, rfc }) => ({
        isKnown: rowsOf(side, method === 'INVITE').includes(`${from} ${input} ${to} ${rfc}`),
        step: `${from} ${input} ${to} ${rfc}`,
      })),
    );
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.filter(({ isKnown }) => !isKnown)).toEqual([]);
  });
});
