import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Keys } from './keys.tsx';
import './float.css';

/** Longer values are shown whole where they belong, never in a tooltip. */
const LONGEST = 400;

export const TooltipProvider = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <Radix.Provider delayDuration={500} skipDelayDuration={200}>
    {children}
  </Radix.Provider>
);

export interface TooltipProps {
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** The element the tooltip belongs to; takes focus or hover. */
  readonly children: ReactElement;
}

export function Tooltip({ label, shortcut, side = 'bottom', children }: TooltipProps): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="tooltip" side={side} sideOffset={6} collisionPadding={8}>
          {label.length > LONGEST ? `${label.slice(0, LONGEST)}…` : label}
          {shortcut !== undefined && <Keys shortcut={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
