import { useLayoutEffect, useSyncExternalStore } from 'react';
import { usePreference } from './preferences.tsx';

const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
const DENSITIES = ['compact', 'comfortable'] as const;
export type Density = (typeof DENSITIES)[number];

const isTheme = (value: unknown): value is Theme => THEMES.some((t) => t === value);
const isDensity = (value: unknown): value is Density => DENSITIES.some((d) => d === value);

export interface Appearance {
  readonly theme: Theme;
  readonly density: Density;
  readonly setTheme: (theme: Theme) => void;
  readonly setDensity: (density: Density) => void;
  /** What the eye sees now, whoever decided it. */
  readonly isDark: boolean;
}

/** Whether a media query holds, now and later. */
export function useMediaQuery(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => {
        list.removeEventListener('change', listener);
      };
    },
    () => window.matchMedia(query).matches,
  );
}

/** Theme and density as chosen, kept on the root element for tokens.css. `contrast` follows the system in light and dark. */
export function useAppearance(): Appearance {
  const [theme, setTheme] = usePreference<Theme>('theme', 'system', isTheme);
  const [density, setDensity] = usePreference<Density>('density', 'compact', isDensity);
  const systemIsDark = useMediaQuery('(prefers-color-scheme: dark)');
  const systemHasContrast = useMediaQuery('(prefers-contrast: more)');
  const hasContrast = theme === 'contrast' || (theme === 'system' && systemHasContrast);
  const isDark = theme === 'dark' || (theme !== 'light' && systemIsDark);

  // Before the first paint, so that no other theme flashes up.
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    dataset['theme'] = isDark ? 'dark' : 'light';
    dataset['density'] = density;
    if (hasContrast) dataset['contrast'] = 'more';
    else delete dataset['contrast'];
  }, [isDark, density, hasContrast]);

  return { theme, density, setTheme, setDensity, isDark };
}
