import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { Icon } from '../../ui/icon.tsx';
import { Menu, type MenuEntry } from '../../ui/menu.tsx';
import type { EnvironmentsStore } from './environments-store.ts';
import './environments.css';

export interface EnvironmentPickerProps {
  readonly store: EnvironmentsStore;
  readonly onEdit: () => void;
}

/** Which environment runs and loads take variables from. */
export function EnvironmentPicker({ store, onEdit }: EnvironmentPickerProps): ReactNode {
  const file = useStore(store, (s) => s.file);
  const chosen = useStore(store, (s) => s.chosen);
  if (file === undefined) return null;
  const names = file.environments.map(({ name }) => name);
  const isMissing = chosen !== undefined && !names.includes(chosen);
  const label = chosen ?? 'No environment';
  const entry = (word: string, name: string | undefined): MenuEntry => ({
    label: word,
    isOn: chosen === name,
    run: () => {
      store.getState().choose(name);
    },
  });
  return (
    <Menu
      align="end"
      entries={[
        'Variables of runs',
        entry('No environment', undefined),
        ...names.map((name) => entry(name, name)),
        undefined,
        { label: 'Edit environments…', icon: 'edit', run: onEdit },
      ]}
    >
      <button type="button" aria-label={`Environment: ${label}${isMissing ? ', which is not there' : ''}`}>
        <Icon name={isMissing ? 'warning' : 'globe'} size="s" className={isMissing ? 'warn' : ''} />
        <span className="el envname">{label}</span>
        <Icon name="down" size="s" />
      </button>
    </Menu>
  );
}
