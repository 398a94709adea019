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
