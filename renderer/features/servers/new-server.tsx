import { type ReactNode, useEffect, useRef } from 'react';
import { MODE_PURPOSES, SERVER_MODES, type ServerMode } from '../../../app/contract/server-config.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { MODE_ICONS } from './mode-icon.ts';

export interface NewServerProps {
  /** None yet: then there is nothing to go back to. */
  readonly isFirst: boolean;
  readonly onCreate: (mode: ServerMode) => void;
  /** Undefined where files cannot be chosen. */
  readonly onOpen: (() => void) | undefined;
  readonly onCancel: () => void;
}

/** A card for each mode with what it is for; choosing one makes the server. */
export function NewServer({ isFirst, onCreate, onOpen, onCancel }: NewServerProps): ReactNode {
  const cards = useRef<HTMLDivElement>(null);
  useEffect(() => {
    cards.current?.querySelector('button')?.focus();
  }, []);
  return (
    <div className="scroll newsrv">
      <div className="newbox">
        <h2>{isFirst ? 'No servers yet' : 'Add a server'}</h2>
        <p className="mid">
          Choose what it does with a request. It listens on 127.0.0.1, on UDP and TCP; everything can be
          changed before it starts.
        </p>
        <div className="cards" ref={cards}>
          {SERVER_MODES.map((mode) => (
            <button
              type="button"
              className="card"
              key={mode}
              onClick={() => {
                onCreate(mode);
              }}
            >
              <span className="row semi">
                <Icon name={MODE_ICONS[mode]} />
                {MODE_PURPOSES[mode].title}
              </span>
              <span className="mid">{MODE_PURPOSES[mode].purpose}.</span>
            </button>
          ))}
        </div>
        <div className="row">
          {onOpen !== undefined && (
            <Button icon="folder" onClick={onOpen}>
              Open a configuration file
            </Button>
          )}
          {!isFirst && (
            <Button kind="quiet" onClick={onCancel}>
              Cancel
            </Button>
          )}
        </div>
      </div>
    </div>
  );
}
