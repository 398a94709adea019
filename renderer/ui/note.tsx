import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import './note.css';

export interface NoteProps {
  readonly kind: 'error' | 'warning' | 'info' | 'success';
  /** One sentence: what happened. */
  readonly title?: ReactNode;
  /** What it means. */
  readonly children?: ReactNode;
  /** The ways out, the best one first. */
  readonly actions?: ReactNode;
  /** Read out at once when it appears. */
  readonly isLive?: boolean;
}

const KINDS = { error: 'e', warning: 'w', info: 'i', success: 'k' } as const;

/** Cause, consequence, and a button that fixes, where the cause is. */
export function Note({ kind, title, children, actions, isLive = false }: NoteProps): ReactNode {
  return (
    <div className={`note ${KINDS[kind]}`} role={isLive ? 'alert' : undefined}>
      <Icon name={kind} />
      <div className="grow">
        {title !== undefined && <p className="semi">{title}</p>}
        {children !== undefined && <div className="mid">{children}</div>}
        {actions !== undefined && <div className="acts">{actions}</div>}
      </div>
    </div>
  );
}

export interface EmptyStateProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** A drawing above the title. */
  readonly art?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** An empty view says why it is empty and what the next step is. */
export function EmptyState({ title, text, art, actions, children }: EmptyStateProps): ReactNode {
  return (
    <div className="empty">
      {art}
      <h2>{title}</h2>
      {text !== undefined && <p>{text}</p>}
      {actions !== undefined && <div className="acts">{actions}</div>}
      {children}
    </div>
  );
}
