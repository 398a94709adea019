import type { ReactNode } from 'react';
import type { TransactionMachine, TransactionRow } from '../../../../app/contract/state.ts';
import { classNames } from '../../../ui/class-names.ts';
import { Icon } from '../../../ui/icon.tsx';
import { inputWords } from '../transaction-words.ts';
import { Section } from './facts.tsx';

/** The machine that a transaction runs. */
export const machineOf = (
  machines: readonly TransactionMachine[],
  { side, method }: Pick<TransactionRow, 'side' | 'method'>,
): TransactionMachine | undefined =>
  machines.find((machine) => machine.side === side && machine.isInvite === (method === 'INVITE'));

interface Way {
  readonly inputs: readonly string[];
  readonly rfcs: readonly string[];
}

/** What leads from a state to each other one, and what leaves it where it is. */
export function waysFrom({ transitions }: TransactionMachine, state: string): ReadonlyMap<string, Way> {
  const ways = new Map<string, Way>();
  for (const { from, to, input, rfc } of transitions) {
    if (from !== state) continue;
    const { inputs = [], rfcs = [] } = ways.get(to) ?? {};
    ways.set(to, {
      inputs: [...inputs, inputWords(input)],
      rfcs: rfcs.includes(rfc) ? rfcs : [...rfcs, rfc],
    });
  }
  return ways;
}

export interface StateFigureProps {
  readonly machine: TransactionMachine;
  readonly row: TransactionRow;
  readonly isOver: boolean;
}

/** The states of the RFC's figure, where the transaction is, and beside each what would lead there now. @rfc 3261 §17 */
export function StateFigure({ machine, row, isOver }: StateFigureProps): ReactNode {
  // The first state is the one before the start: no transaction is ever seen in it.
  const states = machine.states.slice(1);
  const current = isOver ? states.at(-1) : row.state;
  const passed = new Set(row.history.flatMap(({ from, to }) => [from, to]));
  const ways = isOver ? undefined : waysFrom(machine, row.state);
  return (
    <Section title="States">
      <ol className="stfigure">
        {states.map((state) => {
          const isCurrent = state === current;
          const isPassed = !isCurrent && passed.has(state);
          const way = ways?.get(state);
          return (
            <li
              key={state}
              className={classNames(isCurrent && 'here', isPassed && 'passed')}
              aria-current={isCurrent ? 'step' : undefined}
            >
              <span className="ststate">
                {state}
                {isPassed && <Icon name="check" size="xs" />}
                {isPassed && <span className="sr">, passed</span>}
              </span>
              {way !== undefined && (
                <span className="mid">
                  <span className="dim">{isCurrent ? 'stays: ' : 'on '}</span>
                  {way.inputs.join('; ')} <span className="dim">{way.rfcs.join(', ')}</span>
                </span>
              )}
            </li>
          );
        })}
      </ol>
    </Section>
  );
}
