/*
 * Shortcuts as text: keys joined by `+`, `Mod` for Ctrl (Command on macOS): `Mod+Shift+L`, `F9`, `j`, `?`, `Space`.
 * A single character stands for the key that types it, whatever the keyboard layout, so it carries no Shift of its own.
 */

const isMac = typeof navigator !== 'undefined' && /mac/i.test(navigator.userAgent);

const CAPS: Readonly<Record<string, string>> = {
  Mod: isMac ? '⌘' : 'Ctrl',
  Ctrl: 'Ctrl',
  Shift: isMac ? '⇧' : 'Shift',
  Alt: isMac ? '⌥' : 'Alt',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
  Delete: 'Del',
};

/** The words on the key caps, in order. */
export function shortcutCaps(shortcut: string): readonly string[] {
  return splitKeys(shortcut).map((key) => CAPS[key] ?? key);
}

/** `Ctrl+Shift+L` for titles and labels. */
export const shortcutText = (shortcut: string): string => shortcutCaps(shortcut).join(isMac ? '' : '+');

/** The notation of aria-keyshortcuts. */
export const ariaShortcut = (shortcut: string): string =>
  splitKeys(shortcut)
    .map((key) => (key === 'Mod' ? (isMac ? 'Meta' : 'Control') : key === 'Ctrl' ? 'Control' : key))
    .join('+');

/** `+` itself is a key: `Mod++`. */
function splitKeys(shortcut: string): readonly string[] {
  if (shortcut === '+') return ['+'];
  return shortcut.endsWith('++') ? [...shortcut.slice(0, -2).split('+'), '+'] : shortcut.split('+');
}

/** What of a keyboard event decides. */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** The notation of a key press, ready to be looked up. */
export function shortcutOf(event: KeyPress, mac: boolean = isMac): string {
  const isCharacter = event.key.length === 1 && event.key !== ' ';
  const key = event.key === ' ' ? 'Space' : event.key;
  const mod = mac ? event.metaKey : event.ctrlKey;
  const keys = [
    mod && 'Mod',
    mac && event.ctrlKey && 'Ctrl',
    event.altKey && 'Alt',
    event.shiftKey && (!isCharacter || (mod && /[a-z]/i.test(key))) && 'Shift',
    mod && isCharacter ? key.toUpperCase() : key,
  ];
  return keys.filter(Boolean).join('+');
}

/** Whether a shortcut would be typed as text: such keys are inert while a text field has the focus. */
export const isTyping = (shortcut: string): boolean =>
  shortcut.length === 1 || shortcut === 'Space' || !/^(Mod|Ctrl|Alt|(Shift\+)?F\d)/.test(shortcut);
