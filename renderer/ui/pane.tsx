import type { ReactNode } from 'react';
import './pane.css';

export interface PaneProps {
  /** What screen readers call the region. */
  readonly label: string;
  /** Which commands win while the focus is inside: their `scope`. */
  readonly scope?: string;
  readonly children: ReactNode;
}

/** A region of a screen; F6 goes from one to the next. The one with the focus carries a line on top. */
export function Pane({ label, scope, children }: PaneProps): ReactNode {
  return (
    <section className="pane" aria-label={label} data-pane="" data-scope={scope} tabIndex={-1}>
      {children}
    </section>
  );
}

export interface PaneHeadProps {
  readonly title?: ReactNode;
  /** Facts in grey beside the title. */
  readonly facts?: ReactNode;
  /** Actions at the end. */
  readonly children?: ReactNode;
}

/** 36 px: title, facts, then actions at the right; never a second row of buttons. */
export function PaneHead({ title, facts, children }: PaneHeadProps): ReactNode {
  return (
    <div className="ph">
      {title !== undefined && <h2 className="el">{title}</h2>}
      {facts !== undefined && <span className="dim el">{facts}</span>}
      <span className="grow" />
      {children}
    </div>
  );
}
