import { type ReactNode, useState } from 'react';
import type { Armed } from '../../../../app/contract/dials.ts';
import { Button, Spinner } from '../../../ui/button.tsx';
import { Tag } from '../../../ui/tag.tsx';
import { formatCount, formatNumberOf } from '../../wire/index.ts';
import type { EntryProps } from '../form/entry-list.tsx';

export interface ArmedListProps {
  readonly title: string;
  readonly hint: string;
  /** One of the list, in the words of its accessible name: override. */
  readonly noun: string;
  readonly armed: readonly Armed[];
  readonly isPending: boolean;
  /** Why the last change was refused. */
  readonly refused: string | undefined;
  readonly fresh: string;
  readonly row: (entry: EntryProps) => ReactNode;
  /** What is armed, in words. */
  readonly describe: (spec: string) => ReactNode;
  /** What is to be armed instead. */
  readonly onChange: (specs: readonly string[]) => void;
}

/** What happens on purpose: what is armed with how often it has struck, and a row to arm more. */
export function ArmedList(props: ArmedListProps): ReactNode {
  const { title, hint, noun, armed, isPending, refused, fresh, row, describe, onChange } = props;
  const [spec, setSpec] = useState(fresh);
  return (
    <section aria-label={title}>
      <h3 className="sect">
        <span className="grow">{title}</span>
        {isPending && <Spinner />}
      </h3>
      <div className="arming">
        {row({ entry: spec, position: 1, isBad: false, helpId: undefined, onChange: setSpec })}
        <Button
          disabled={isPending}
          onClick={() => {
            // What is used up makes room; the newest comes first, because the first that fits decides.
            onChange([spec, ...armed.filter((a) => a.left !== 0).map((a) => a.spec)]);
          }}
        >
          Arm
        </Button>
      </div>
      <p
        className={refused === undefined ? 'hp' : 'hp bad'}
        role={refused === undefined ? undefined : 'alert'}
      >
        {refused ?? hint}
      </p>
      {armed.length > 0 && (
        <ul className="armed">
          {armed.map((one, at) => (
            <li key={`${one.spec} ${at}`}>
              <span className="grow el">{describe(one.spec)}</span>
              <span className="dim nw">{formatNumberOf(one.hits, 'hit')}</span>
              {one.left === 0 ? (
                <Tag tone="outline">done</Tag>
              ) : (
                <Tag tone="warning">{one.left === undefined ? 'armed' : `${formatCount(one.left)} left`}</Tag>
              )}
              <Button
                size="s"
                aria-label={`${one.left === 0 ? 'Clear' : 'Disarm'} ${noun} ${one.spec}`}
                disabled={isPending}
                onClick={() => {
                  onChange(armed.filter((_, i) => i !== at).map((a) => a.spec));
                }}
              >
                {one.left === 0 ? 'Clear' : 'Disarm'}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
