import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import './tag.css';

export interface TagProps {
  readonly tone?: 'neutral' | 'outline' | 'ok' | 'warning' | 'error' | 'info';
  /** A class that carries a protocol colour, such as `INVITE` or `s4`; then the icon of the class belongs beside it. */
  readonly sip?: string;
  readonly icon?: IconName;
  readonly children: ReactNode;
}

const TONES = { neutral: '', outline: 'out', ok: 'k', warning: 'w', error: 'e', info: 'i' } as const;

export function Tag({ tone = 'neutral', sip, icon, children }: TagProps): ReactNode {
  return (
    <span className={classNames('tag', TONES[tone], sip)}>
      {icon !== undefined && <Icon name={icon} size="xs" />}
      {children}
    </span>
  );
}

/** The icon that repeats a status class: dots, tick, turn, mark, cross, barred circle. */
export function statusIcon(status: number): IconName {
  const icons: readonly IconName[] = ['dots', 'check', 'turn', 'alert', 'cross', 'barred'];
  return icons[Math.floor(status / 100) - 1] ?? 'cross';
}

/** The class that carries the colour of a status: `s2` for 200. */
export function statusClass(status: number): string {
  const digit = Math.floor(status / 100);
  return digit >= 1 && digit <= 6 ? `s${digit}` : 's5';
}

/** A fact in two to nine letters: SDP, sendonly, ×2. */
export const Badge = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <span className="badge">{children}</span>
);

export interface ChipProps {
  readonly icon?: IconName;
  readonly isOn?: boolean;
  /** Makes the chip removable. */
  readonly onRemove?: () => void;
  /** Name of the remove button. */
  readonly removeLabel?: string;
  readonly children: ReactNode;
}

export function Chip({
  icon,
  isOn = false,
  onRemove,
  removeLabel = 'Remove',
  children,
}: ChipProps): ReactNode {
  return (
    <span className={classNames('chip', isOn && 'on')}>
      {icon !== undefined && <Icon name={icon} size="xs" />}
      {children}
      {onRemove && (
        <button type="button" className="x" aria-label={removeLabel} onClick={onRemove}>
          <Icon name="cross" size="xs" />
        </button>
      )}
    </span>
  );
}
