import type { ReactNode } from 'react';
import { shortcutCaps } from './shortcut.ts';

/** A shortcut as key caps: Ctrl K. Screen readers get it from aria-keyshortcuts or the sheet, not from here. */
export function Keys({ shortcut }: { readonly shortcut: string }): ReactNode {
  return (
    <span className="keys" aria-hidden="true">
      {shortcutCaps(shortcut).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
