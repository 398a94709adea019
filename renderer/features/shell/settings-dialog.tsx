import type { ReactNode } from 'react';
import type { Appearance, Density, Theme } from '../../ui/appearance.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, type Option, Segments } from '../../ui/field.tsx';

const THEME_OPTIONS: readonly Option<Theme>[] = [
  { value: 'system', label: 'System' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'contrast', label: 'High contrast' },
];
const DENSITY_OPTIONS: readonly Option<Density>[] = [
  { value: 'compact', label: 'Compact' },
  { value: 'comfortable', label: 'Comfortable' },
];

export interface SettingsDialogProps {
  readonly appearance: Appearance;
  /** Product and version, for reports. */
  readonly about: string;
  readonly onClose: () => void;
}

export function SettingsDialog({ appearance, about, onClose }: SettingsDialogProps): ReactNode {
  return (
    <Dialog title="Settings" description={about} widthPx={560} onClose={onClose}>
      <Field label="Theme" hint="High contrast is light or dark as the system is. Default: System.">
        {({ id, ...ids }) => (
          <Segments
            {...ids}
            id={id}
            aria-labelledby={`${id}-label`}
            value={appearance.theme}
            options={THEME_OPTIONS}
            onChange={appearance.setTheme}
          />
        )}
      </Field>
      <Field label="Density" hint="Comfortable makes rows and controls taller. Default: Compact.">
        {({ id, ...ids }) => (
          <Segments
            {...ids}
            id={id}
            aria-labelledby={`${id}-label`}
            value={appearance.density}
            options={DENSITY_OPTIONS}
            onChange={appearance.setDensity}
          />
        )}
      </Field>
    </Dialog>
  );
}
