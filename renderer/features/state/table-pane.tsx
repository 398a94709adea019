import type { ReactNode } from 'react';
import type { NodeState } from '../../../app/contract/state.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Keys } from '../../ui/keys.tsx';
import { EmptyState, Note } from '../../ui/note.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { formatCount, formatNumberOf } from '../wire/index.ts';
import { emptinessOf } from './empty-tables.ts';
import { offersFor, offersOf, type RowOffer } from './row-offers.ts';
import { shownRows, sortOf } from './shown-rows.ts';
import { StateGrid } from './state-grid.tsx';
import { rowsOf } from './state-rows.ts';
import type { StateStore, TableView } from './state-store.ts';
import type { RowOffers } from './use-row-offers.tsx';
import type { StateTable } from './tables/table.ts';

export interface TablePaneProps {
  readonly store: StateStore;
  readonly server: ServerInfo;
  readonly table: StateTable;
  readonly view: TableView;
  readonly state: NodeState;
  readonly offers: RowOffers;
  /** Enter in the filter, or Escape when it is empty: back to the rows. */
  readonly onRows: () => void;
  readonly onDetails: () => void;
}

/** One table: what it counts, what to filter by, what can be done with the selected row, and the rows. */
export function TablePane(props: TablePaneProps): ReactNode {
  const { store, server, table, view, state, offers } = props;
  const { setFilter, setSort, select } = store.getState();
  const all = rowsOf(state, table.table);
  const rows = shownRows(table, all, view);
  const { total, failure } = state[table.table];
  const { selection } = view;
  const [first] = all;
  const offered = offersOf(selection);
  return (
    <Pane label={table.label} scope="state-rows">
      <PaneHead title={table.label} facts={all.length === 0 ? undefined : table.facts(all)}>
        {all.length > 0 && (
          <FilterBox
            table={table}
            filter={view.filter}
            matched={rows.length}
            of={all.length}
            onChange={(filter) => {
              setFilter(table.table, filter);
            }}
            onRows={props.onRows}
          />
        )}
        <OfferButtons
          // Before anything is selected, what could be done stands there already.
          offers={selection === undefined && first !== undefined ? offersFor(first) : offered}
          isEnabled={selection !== undefined}
          onTake={offers.take}
        />
      </PaneHead>
      {failure !== undefined && (
        <div className="stnote">
          <Note kind="error" title={`${table.label} cannot be shown.`} isLive>
            {failure} It is tried again every second.
          </Note>
        </div>
      )}
      {total > all.length && failure === undefined && (
        <p className="stcut" role="status">
          <Icon name="info" size="s" />
          The first {formatCount(all.length)} of {formatNumberOf(total, table.noun, table.plural)}; filter and
          order see only these.
        </p>
      )}
      {rows.length > 0 ? (
        <StateGrid
          table={table}
          rows={rows}
          sort={sortOf(table, view)}
          selectedKey={selection?.of.key}
          entries={offered.map((offer) => ({
            label: offer.label,
            icon: offer.icon,
            shortcut: offer.shortcut,
            isDisabled: offer.isDisabled === true,
            isDanger: offer.isDanger === true,
            run: () => {
              offers.take(offer);
            },
          }))}
          onSort={(sort) => {
            setSort(table.table, sort);
          }}
          onSelect={select}
          onOpen={props.onDetails}
        />
      ) : all.length > 0 ? (
        <EmptyState
          title={`0 of ${formatNumberOf(all.length, table.noun, table.plural)} match`}
          text={`Every word of “${view.filter.trim()}” has to be in a row.`}
          actions={
            <Button
              shortcut="Escape"
              onClick={() => {
                setFilter(table.table, '');
                props.onRows();
              }}
            >
              Clear filter
            </Button>
          }
        />
      ) : (
        failure === undefined && <NoRows table={table} server={server} />
      )}
    </Pane>
  );
}

/** Why there are no rows, and how the first comes. */
function NoRows({ table, server }: { readonly table: StateTable; readonly server: ServerInfo }): ReactNode {
  const copy = useCopy();
  const { title, text, address } = emptinessOf(table.table, server);
  return (
    <EmptyState
      title={title}
      text={text}
      actions={
        address !== undefined && (
          <Button
            icon="copy"
            onClick={() => {
              copy('address', address);
            }}
          >
            Copy {address}
          </Button>
        )
      }
    />
  );
}

function OfferButtons(props: {
  readonly offers: readonly RowOffer[];
  readonly isEnabled: boolean;
  readonly onTake: (offer: RowOffer) => void;
}): ReactNode {
  return props.offers
    .filter(({ isMenuOnly }) => isMenuOnly !== true)
    .map((offer) => (
      <Button
        key={offer.id}
        size="s"
        kind={offer.isDanger === true ? 'danger' : 'secondary'}
        disabled={!props.isEnabled || offer.isDisabled === true}
        onClick={() => {
          props.onTake(offer);
        }}
      >
        {offer.label}
      </Button>
    ));
}

function FilterBox(props: {
  readonly table: StateTable;
  readonly filter: string;
  readonly matched: number;
  readonly of: number;
  readonly onChange: (filter: string) => void;
  readonly onRows: () => void;
}): ReactNode {
  const { table, filter, onChange, onRows } = props;
  return (
    <span className="inp stfilter">
      <Icon name="search" size="s" />
      <input
        value={filter}
        placeholder={`Filter ${table.plural}`}
        aria-label={`Filter ${table.plural}`}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && filter !== '') onChange('');
          else if (!['Escape', 'Enter', 'ArrowDown'].includes(event.key)) return;
          else onRows();
          event.preventDefault();
        }}
      />
      {filter === '' ? (
        <Keys shortcut="/" />
      ) : (
        <>
          <span className="dim meta nw" role="status">
            {formatCount(props.matched)} of {formatCount(props.of)}
          </span>
          <IconButton
            icon="cross"
            size="s"
            label="Clear filter"
            onClick={() => {
              onChange('');
            }}
          />
        </>
      )}
    </span>
  );
}
