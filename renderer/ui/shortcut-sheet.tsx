import type { ReactNode } from 'react';
import type { Command } from './commands.ts';
import { Dialog } from './dialog.tsx';
import { Keys } from './keys.tsx';
import { useCommandList } from './use-commands.tsx';
import './command-palette.css';

/** Every key that works on this screen, grouped; made from the commands, so it cannot be out of date. */
export function ShortcutSheet({ onClose }: { readonly onClose: () => void }): ReactNode {
  const groups = new Map<string, Command[]>();
  for (const command of useCommandList())
    if (command.shortcuts.length > 0)
      groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
  return (
    <Dialog
      title="Keyboard shortcuts"
      description="Letters work in lists and ladders; they stay letters while a text field has the focus."
      widthPx={760}
      onClose={onClose}
    >
      <div className="sheet" role="region" aria-label="All shortcuts" tabIndex={0}>
        {[...groups].map(([group, commands]) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commands.map((command) => (
                <div key={command.id}>
                  <dt>{command.label}</dt>
                  <dd>
                    {command.shortcuts.map((shortcut) => (
                      <Keys key={shortcut} shortcut={shortcut} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
