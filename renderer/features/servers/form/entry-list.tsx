import { type ReactNode, useId } from 'react';
import { Button, IconButton } from '../../../ui/button.tsx';

/** What every editor of a list is given. */
export interface ListEditorProps {
  /** What it is a list of, as its label says. */
  readonly label: string;
  readonly entries: readonly string[];
  /** What is wrong with an entry, by place. */
  readonly errors: Readonly<Record<number, string>> | undefined;
  readonly onChange: (entries: readonly string[]) => void;
}

export interface EntryListProps extends ListEditorProps {
  readonly addLabel: string;
  /** What a new entry says. */
  readonly fresh: (entries: readonly string[]) => string;
  /** The controls of one entry; its error stands below and describes them. */
  readonly children: (entry: EntryProps) => ReactNode;
}

export interface EntryProps {
  readonly entry: string;
  readonly position: number;
  readonly isBad: boolean;
  readonly helpId: string | undefined;
  readonly onChange: (entry: string) => void;
}

/** Rows of a list that can be added and removed. */
export function EntryList(props: EntryListProps): ReactNode {
  const { label, entries, errors, addLabel, fresh, onChange, children } = props;
  const id = useId();
  return (
    <div className="entries">
      {entries.map((entry, at) => {
        const error = errors?.[at];
        const helpId = error === undefined ? undefined : `${id}-${at}`;
        return (
          // Entries have no name of their own: their place is what they are known by.
          <div key={at} role="group" aria-label={`${label} ${at + 1}`} className="entry">
            {children({
              entry,
              position: at + 1,
              isBad: error !== undefined,
              helpId,
              onChange: (next) => {
                onChange(entries.map((e, i) => (i === at ? next : e)));
              },
            })}
            <IconButton
              icon="cross"
              size="s"
              label={`Remove ${label.toLowerCase()} ${at + 1}`}
              onClick={() => {
                onChange(entries.filter((_, i) => i !== at));
              }}
            />
            {error !== undefined && (
              <p className="hp bad" id={helpId}>
                {error}
              </p>
            )}
          </div>
        );
      })}
      <Button
        kind="quiet"
        size="s"
        icon="plus"
        onClick={() => {
          onChange([...entries, fresh(entries)]);
        }}
      >
        {addLabel}
      </Button>
    </div>
  );
}
