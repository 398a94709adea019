import { Command as Cmdk } from 'cmdk';
import { Dialog as Radix } from 'radix-ui';
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { Icon } from './icon.tsx';
import { Keys } from './keys.tsx';
import { usePreference } from './preferences.tsx';
import { useCommandList } from './use-commands.tsx';
import type { Command } from './commands.ts';
import './float.css';
import './command-palette.css';

const RECENT = 3;

const isIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((v) => typeof v === 'string');

/** Every command by name, the recent ones first. Mounted while open. */
export function CommandPalette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const commands = useCommandList().filter((c) => c.isKeyOnly !== true);
  const [recent, setRecent] = usePreference<readonly string[]>('recentCommands', [], isIds);
  const [query, setQuery] = useState('');
  // No state: choosing unmounts the palette, and its last handlers must see what was chosen.
  const chosen = useRef<Command>(undefined);

  const holdRestingPointer = useRestingPointer();

  const choose = (command: Command): void => {
    setRecent([command.id, ...recent.filter((id) => id !== command.id)].slice(0, RECENT));
    chosen.current = command;
    onClose();
  };
  const ready = commands.filter((c) => c.isEnabled?.() !== false);
  const first = query === '' ? ready.filter((c) => recent.includes(c.id)) : [];
  const groups = new Map<string, Command[]>([['Recent', first]]);
  for (const command of ready.filter((c) => !first.includes(c)))
    groups.set(command.group, [...(groups.get(command.group) ?? []), command]);

  return (
    <Radix.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className="float dlg palette"
          aria-describedby={undefined}
          onCloseAutoFocus={() => {
            // Run when the focus is back where it was: a command may move it on.
            if (chosen.current !== undefined) setTimeout(chosen.current.run);
          }}
        >
          <Radix.Title className="sr">Command palette</Radix.Title>
          <Cmdk
            label="Commands"
            loop
            className="col"
            filter={score}
            onPointerMoveCapture={holdRestingPointer}
          >
            <div className="pin">
              <Icon name="search" />
              <Cmdk.Input value={query} onValueChange={setQuery} placeholder="Search or run a command" />
            </div>
            <Cmdk.List label="Commands">
              <Cmdk.Empty className="pnone">No command has “{query}” in its name.</Cmdk.Empty>
              {[...groups]
                .filter(([, members]) => members.length > 0)
                .map(([group, members]) => (
                  <Cmdk.Group key={group} heading={group}>
                    {members.map((command) => (
                      <Cmdk.Item
                        key={command.id}
                        value={command.id}
                        keywords={[command.label, command.group]}
                        onSelect={() => {
                          choose(command);
                        }}
                      >
                        <Icon name={command.icon ?? 'right'} />
                        <span className="grow el">{marked(command.label, query)}</span>
                        {command.detail !== undefined && <span className="dim el">{command.detail}</span>}
                        {command.shortcuts[0] !== undefined && <Keys shortcut={command.shortcuts[0]} />}
                      </Cmdk.Item>
                    ))}
                  </Cmdk.Group>
                ))}
            </Cmdk.List>
          </Cmdk>
          <div className="pfoot" aria-hidden="true">
            <Keys shortcut="ArrowUp" />
            <Keys shortcut="ArrowDown" />
            <span>choose</span>
            <Keys shortcut="Enter" />
            <span>run</span>
            <Keys shortcut="Escape" />
            <span>close</span>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/**
 * Keeps from the rows what a pointer reports that does not move: one that rests where the palette opens, or where rows come and go, chooses
 * nothing.
 */
function useRestingPointer(): (event: PointerEvent) => void {
  const seenAt = useRef<readonly [x: number, y: number]>(undefined);
  return (event) => {
    const [x, y] = seenAt.current ?? [event.clientX, event.clientY];
    if (x === event.clientX && y === event.clientY) event.stopPropagation();
    seenAt.current = [event.clientX, event.clientY];
  };
}

/** Every word of the query must begin a word of the label; earlier words count more. */
function score(_id: string, query: string, keywords: readonly string[] = []): number {
  const words = keywords
    .join(' ')
    .toLowerCase()
    .split(/[\s:,.]+/);
  let total = 1;
  for (const part of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const at = words.findIndex((word) => word.startsWith(part));
    if (at === -1) return words.join(' ').includes(part) ? 0.1 : 0;
    total -= at / 100;
  }
  return Math.max(total, 0.2);
}

function marked(label: string, query: string): ReactNode {
  const at = query === '' ? -1 : label.toLowerCase().indexOf(query.toLowerCase());
  if (at === -1) return label;
  return (
    <>
      {label.slice(0, at)}
      <mark>{label.slice(at, at + query.length)}</mark>
      {label.slice(at + query.length)}
    </>
  );
}
