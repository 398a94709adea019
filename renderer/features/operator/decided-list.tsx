import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { formatTimeOfDayMs, methodClass, statusClass, visibleString } from '../wire/index.ts';
import { userOf } from './item-words.ts';
import { isWaiting, keyOf, type OperatorStore, type Waiting } from './operator-store.ts';
import type { Outcome } from './outcome.ts';
import './operator.css';

export interface DecidedListProps {
  readonly store: OperatorStore;
  readonly serverId: string;
  readonly serverName: string;
}

/** What came to an interactive server and what was decided, the newest first. */
export function DecidedList({ store, serverId, serverName }: DecidedListProps): ReactNode {
  const { items, decided } = useStore(store);
  const now = items.filter((item) => item.server === serverId).reverse();
  const past = decided.filter(({ item }) => item.server === serverId);
  const total = now.length + past.length;
  return (
    <Pane label={`Calls at ${serverName}`}>
      <PaneHead title={`Calls at ${serverName}`} facts={total > 0 ? total : undefined} />
      <div className="scroll" tabIndex={0} role="group" aria-label="What came and what was decided">
        {total === 0 ? (
          <p className="dim decnone">
            Nothing has come yet. A call waits here and in a card for you to answer it.
          </p>
        ) : (
          <table className="dec">
            <thead>
              <tr>
                <th scope="col">Time</th>
                <th scope="col">From</th>
                <th scope="col">Method</th>
                <th scope="col">Decision</th>
              </tr>
            </thead>
            <tbody>
              {now.map((item) => (
                <Row key={keyOf(item)} item={item} outcome={present(item)} isNow />
              ))}
              {past.map(({ item, outcome }) => (
                <Row key={keyOf(item)} item={item} outcome={outcome} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Pane>
  );
}

function present(item: Waiting): Outcome {
  if (isWaiting(item)) return { text: 'waiting for you', status: undefined };
  return { text: item.state === 'held' ? 'you hold it' : 'you answered', status: 200 };
}

function Row(props: {
  readonly item: Waiting;
  readonly outcome: Outcome;
  readonly isNow?: boolean;
}): ReactNode {
  const { item, outcome, isNow = false } = props;
  const { text, status } = outcome;
  const isOpen = isNow && status === undefined;
  return (
    <tr data-now={isOpen || undefined}>
      <td className="mono mid">{formatTimeOfDayMs(item.arrivedAtMs)}</td>
      <td className="el">
        <bdi>{visibleString(userOf(item.from))}</bdi>
      </td>
      <td>
        <b className={`mname ${methodClass(item.method)}`}>{item.method}</b>
      </td>
      <td className={isOpen ? 'acc semi' : 'mid'}>
        {text}
        {status !== undefined && <b className={`code ${statusClass(status)}`}> {status}</b>}
      </td>
    </tr>
  );
}
