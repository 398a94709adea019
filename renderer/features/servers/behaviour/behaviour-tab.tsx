import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Dials } from '../../../../app/contract/dials.ts';
import { useBackend, useConnection } from '../../../backend/index.ts';
import { Button } from '../../../ui/button.tsx';
import { Note } from '../../../ui/note.tsx';
import { type ServerDraft, toDraft, toInput } from '../server-draft.ts';
import type { ServerConfig } from '../../../../app/contract/server-config.ts';
import { Armings } from './armings.tsx';
import { DialSection } from './dial-section.tsx';
import { dialGroups, differing, withDials } from './dial-differences.ts';
import { createDialsStore, type DialsStore, type DialValue } from './dials-store.ts';

export interface BehaviourTabProps {
  readonly id: string;
  /** What the server was started with. */
  readonly config: ServerConfig;
  /** The settings with what is edited and not saved. */
  readonly draft: ServerDraft;
  readonly onEdit: (change: (draft: ServerDraft) => ServerDraft) => void;
}

const POLL_MS = 1000;

/** The dials of a running server: they act at once, and the configuration stays as it is until it is told. */
export function BehaviourTab({ id, config, draft, onEdit }: BehaviourTabProps): ReactNode {
  const backend = useBackend();
  const { epoch } = useConnection();
  const [store] = useState(() => createDialsStore(backend, id));
  const { dials, failed, load } = useStore(store);

  useEffect(() => {
    void load();
  }, [epoch, load]);

  const hasArmed = dials !== undefined && dials.overrides.length + dials.faults.length > 0;
  useEffect(() => {
    if (!hasArmed) return;
    // Hits are counted where messages pass: nobody tells of them, so they are asked for while somebody looks.
    const timer = setInterval(() => void load(), POLL_MS);
    return () => {
      clearInterval(timer);
    };
  }, [hasArmed, load]);

  if (dials === undefined)
    return (
      <div className="spad" aria-busy={failed === undefined}>
        {failed !== undefined && (
          <Note
            kind="error"
            isLive
            title={failed}
            actions={
              <Button size="s" onClick={() => void load()}>
                Try again
              </Button>
            }
          >
            The dials of the server are not known.
          </Note>
        )}
      </div>
    );
  const [first, ...others] = dialGroups(dials);
  return (
    <>
      <div className="scroll spad">
        <div className="sform">
          {first !== undefined && <DialSection group={first} {...{ store, dials, draft }} />}
          <Armings store={store} dials={dials} />
          {others.map((group) => (
            <DialSection key={group.title} group={group} {...{ store, dials, draft }} />
          ))}
        </div>
      </div>
      <DifferenceBar {...{ store, dials, config, draft, onEdit }} />
    </>
  );
}

interface DifferenceBarProps {
  readonly store: DialsStore;
  readonly dials: Dials;
  readonly draft: ServerDraft;
  readonly config: ServerConfig;
  readonly onEdit: BehaviourTabProps['onEdit'];
}

/** What was turned lasts until the server stops: it can be kept, or taken back. */
function DifferenceBar({ store, dials, config, draft, onEdit }: DifferenceBarProps): ReactNode {
  const turned = differing(dials, draft);
  if (turned.length === 0) return null;
  const back = (): void => {
    const configured = toInput(toDraft(config));
    const { turn } = store.getState();
    void turn(Object.fromEntries(turned.map(({ key }) => [key, configured[key] as DialValue])));
  };
  return (
    <div className="unsaved" role="status">
      <span className="grow el">
        <b className="semi">
          {turned.length === 1 ? '1 dial is turned.' : `${turned.length} dials are turned.`}
        </b>{' '}
        <span className="mid">In force until it stops.</span>
      </span>
      <Button size="s" kind="quiet" onClick={back}>
        Back to configuration
      </Button>
      <Button
        size="s"
        onClick={() => {
          onEdit((last) => withDials(last, dials));
        }}
      >
        Keep in configuration
      </Button>
    </div>
  );
}
