import { type ReactNode, useId } from 'react';
import { Icon } from '../../../ui/icon.tsx';

export interface MoreProps {
  /** In place of More and Less, where there is nothing else in the group. */
  readonly title?: string | undefined;
  /** What waits behind it. */
  readonly names: string;
  readonly isOpen: boolean;
  /** It cannot be closed now. */
  readonly isHeld?: boolean;
  readonly onToggle: () => void;
  readonly children: () => ReactNode;
}

/** What few people need, behind a button that says what waits there; it exists once it is asked for. */
export function More({ title, names, isOpen, isHeld = false, onToggle, children }: MoreProps): ReactNode {
  const bodyId = useId();
  const button = (
    <button
      type="button"
      className="more"
      aria-expanded={isOpen}
      aria-controls={isOpen ? bodyId : undefined}
      disabled={isHeld}
      onClick={onToggle}
    >
      <Icon name={isOpen ? 'down' : 'right'} size="s" />
      <span className="semi nw">{title ?? (isOpen ? 'Less' : 'More')}</span>
      {!isOpen && <span className="dim el">{names}</span>}
    </button>
  );
  return (
    <>
      {title === undefined ? button : <h3>{button}</h3>}
      {isOpen && <div id={bodyId}>{children()}</div>}
    </>
  );
}
