import type { ReactNode } from 'react';
import type { DialogRow, NodeState, TransactionMachine } from '../../../app/contract/state.ts';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { Tag } from '../../ui/tag.tsx';
import { visibleString } from '../wire/index.ts';
import { ConnectionDetails } from './details/connection.tsx';
import { DialogDetails } from './details/dialog.tsx';
import { LookupDetails } from './details/lookup.tsx';
import { machineOf } from './details/state-figure.tsx';
import { RegistrationDetails } from './details/registration.tsx';
import { SubscriptionDetails } from './details/subscription.tsx';
import { TransactionDetails } from './details/transaction.tsx';
import type { StateRow } from './state-rows.ts';
import type { Selection } from './state-store.ts';
import { bareUri } from './tables/cells.tsx';
import type { StateTable } from './tables/table.ts';

export interface DetailsPaneProps {
  readonly table: StateTable;
  readonly state: NodeState;
  readonly selection: Selection | undefined;
  readonly machines: readonly TransactionMachine[];
  readonly onLeg: (id: string) => void;
}

/** Everything about the selected row. */
export function DetailsPane({ table, state, selection, machines, onLeg }: DetailsPaneProps): ReactNode {
  return (
    <Pane label="Details" scope="state-details">
      <PaneHead title={selection === undefined ? 'Details' : visibleString(titleOf(selection.of))}>
        {selection?.isGone === true && <Tag tone="outline">Over</Tag>}
      </PaneHead>
      <div
        className="scroll stdetails"
        tabIndex={0}
        role="group"
        aria-label="Details of the row"
        data-pane-focus=""
      >
        {selection === undefined ? (
          <p className="dim">Choose a {table.noun} to see all of it.</p>
        ) : (
          <>
            {selection.isGone && (
              <p className="dim stgone">
                The server does not hold it any more; this is how it was seen last.
              </p>
            )}
            <div className="stbody">
              <Body {...{ selection, state, machines, onLeg }} />
            </div>
          </>
        )}
      </div>
    </Pane>
  );
}

function titleOf(of: StateRow): string {
  switch (of.table) {
    case 'registrations':
      return bareUri(of.row.aor);
    case 'dialogs':
      return `Dialog with ${bareUri(of.row.remoteUri)}`;
    case 'transactions':
      return `${of.row.method} ${of.row.side} transaction`;
    case 'subscriptions':
      return `${of.row.package} of ${bareUri(of.row.resource)}`;
    case 'connections':
      return `${of.row.protocol.toUpperCase()} ${of.row.remote}`;
    case 'lookups':
      return of.row.target;
  }
}

function Body(props: {
  readonly selection: Selection;
  readonly state: NodeState;
  readonly machines: readonly TransactionMachine[];
  readonly onLeg: (id: string) => void;
}): ReactNode {
  const { of, isGone: isOver } = props.selection;
  switch (of.table) {
    case 'registrations':
      return <RegistrationDetails row={of.row} isOver={isOver} />;
    case 'dialogs':
      return (
        <DialogDetails row={of.row} isOver={isOver} leg={legOf(props.state, of.row)} onLeg={props.onLeg} />
      );
    case 'transactions':
      return <TransactionDetails row={of.row} isOver={isOver} machine={machineOf(props.machines, of.row)} />;
    case 'subscriptions':
      return <SubscriptionDetails row={of.row} isOver={isOver} />;
    case 'connections':
      return <ConnectionDetails row={of.row} isOver={isOver} />;
    case 'lookups':
      return <LookupDetails row={of.row} />;
  }
}

const legOf = ({ dialogs }: NodeState, { bridgedTo }: DialogRow): DialogRow | undefined =>
  dialogs.rows.find(({ id }) => id === bridgedTo);
