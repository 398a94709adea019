import { type ReactNode, useId } from 'react';
import { LISTENER_PROTOCOLS } from '../../../app/contract/server-config.ts';
import type { Listener } from '../../../app/contract/servers.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { Note } from '../../ui/note.tsx';
import {
  addRow,
  type CheckedDraft,
  isRowOf,
  type ListenerRow,
  removeRow,
  type ServerDraft,
  setRow,
} from './server-draft.ts';
import { isLoopback } from './server-health.ts';

export interface ListenerTableProps {
  readonly title: string;
  readonly draft: ServerDraft;
  readonly checked: CheckedDraft;
  readonly blocked: { readonly listener: Listener; readonly message: string } | undefined;
  readonly onChange: (draft: ServerDraft) => void;
}

/** Where the server listens: transport, address, port; what is wrong stands below the row. */
export function ListenerTable(props: ListenerTableProps): ReactNode {
  const { title, draft, checked, blocked, onChange } = props;
  const exposed = draft.listeners.filter((row) => row.host.trim() !== '' && !isLoopback(row.host.trim()));
  return (
    <>
      <div className="sect">
        <h3 className="grow">{title}</h3>
        <Button
          kind="quiet"
          size="s"
          icon="plus"
          onClick={() => {
            onChange(addRow(draft));
          }}
        >
          Add listener
        </Button>
      </div>
      {draft.listeners.length > 0 && (
        <div className="lst lsth" aria-hidden="true">
          <span>Transport</span>
          <span>Address</span>
          <span>Port</span>
        </div>
      )}
      {draft.listeners.map((row, i) => (
        <Row key={row.id} row={row} index={i} {...props} />
      ))}
      {checked.listeners !== undefined && <p className="hp bad">{checked.listeners}</p>}
      {exposed.length > 0 && (
        <div className="lstnote">
          <Note
            kind="warning"
            title={`${[...new Set(exposed.map((r) => r.host))].join(', ')} can be reached from the network.`}
            actions={
              <Button
                size="s"
                onClick={() => {
                  onChange(exposed.reduce((d, { id }) => setRow(d, id, { host: '127.0.0.1' }), draft));
                }}
              >
                Use 127.0.0.1
              </Button>
            }
          >
            Anyone who can reach this computer can send to the server.
          </Note>
        </div>
      )}
      {blocked !== undefined && draft.listeners.some((row) => isRowOf(row, blocked.listener)) && (
        <p className="sr" role="status">
          {blocked.message}
        </p>
      )}
    </>
  );
}

function Row(props: ListenerTableProps & { readonly row: ListenerRow; readonly index: number }): ReactNode {
  const { row, index, draft, checked, blocked, onChange } = props;
  const helpId = useId();
  const errors = checked.rows[row.id];
  const isBlocked = isRowOf(row, blocked?.listener);
  const help = errors?.host ?? errors?.port ?? (isBlocked ? blocked?.message : undefined);
  const described = help === undefined ? undefined : helpId;
  const set = (change: Partial<ListenerRow>): void => {
    onChange(setRow(draft, row.id, change));
  };
  return (
    <div role="group" aria-label={`Listener ${index + 1}`}>
      <div className="lst">
        <Select
          aria-label="Transport"
          value={row.protocol}
          options={LISTENER_PROTOCOLS.map((p) => ({ value: p, label: p }))}
          onChange={(protocol) => {
            set({ protocol });
          }}
        />
        <TextInput
          aria-label="Address"
          aria-describedby={described}
          aria-invalid={errors?.host !== undefined || undefined}
          value={row.host}
          placeholder="127.0.0.1"
          onChange={(host) => {
            set({ host });
          }}
        />
        <TextInput
          aria-label="Port"
          aria-describedby={described}
          aria-invalid={errors?.port !== undefined || isBlocked || undefined}
          inputMode="numeric"
          value={row.port}
          placeholder="5060"
          onChange={(port) => {
            set({ port });
          }}
        />
        <IconButton
          icon="cross"
          size="s"
          label={`Remove listener ${index + 1}`}
          onClick={() => {
            onChange(removeRow(draft, row.id));
          }}
        />
      </div>
      {help !== undefined && (
        <p className="hp bad lsthelp" id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}
