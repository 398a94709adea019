import { Fragment, type ReactNode, useCallback } from 'react';
import type { ServerConfigKey } from '../../../app/contract/server-config.ts';
import type { Listener } from '../../../app/contract/servers.ts';
import { FormSection } from './form/form-section.tsx';
import { ListenerTable } from './listener-table.tsx';
import { checkDraft, type DraftValue, formGroups, type ServerDraft, setValue } from './server-draft.ts';

export interface ServerFormProps {
  readonly draft: ServerDraft;
  /** The listener that could not be bound: its row is marked. */
  readonly blocked: { readonly listener: Listener; readonly message: string } | undefined;
  /** Stays the same function as long as the server is the same. */
  readonly onEdit: (change: (draft: ServerDraft) => ServerDraft) => void;
}

const SECURE = new Set(['tls', 'wss']);

/** Every option of a server, made from its schema: a new option needs no line here. */
export function ServerForm({ draft, blocked, onEdit }: ServerFormProps): ReactNode {
  const mode = String(draft.values.mode);
  const checked = checkDraft(draft);
  const set = useCallback(
    (key: ServerConfigKey, value: DraftValue): void => {
      onEdit((last) => setValue(last, key, value));
    },
    [onEdit],
  );
  const groups = formGroups(mode);
  const listeners = groups.find((g) => g.group === 'Listeners');
  // A secure listener asks for its certificate, a challenge for its users.
  const isOfUse: Readonly<Record<string, boolean>> = {
    TLS: draft.listeners.some((row) => SECURE.has(row.protocol)),
    Authentication: draft.values.auth === true,
  };
  return (
    <form
      className="sform"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {groups
        .filter((group) => group !== listeners)
        .map((group, at) => (
          <Fragment key={group.group}>
            <FormSection
              isOpen={isOfUse[group.group] === true}
              onChange={set}
              {...{ group, draft, checked }}
            />
            {at === 0 && listeners !== undefined && (
              <FormSection group={listeners} onChange={set} {...{ draft, checked }}>
                <ListenerTable
                  title={listeners.group}
                  onChange={(next) => {
                    onEdit(() => next);
                  }}
                  {...{ draft, checked, blocked }}
                />
              </FormSection>
            )}
          </Fragment>
        ))}
    </form>
  );
}
