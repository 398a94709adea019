import { describe, expect, it } from 'vitest';
import { ariaShortcut, isTyping, type KeyPress, shortcutCaps, shortcutOf } from './shortcut.ts';

const key = (name: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe('shortcuts', () => {
  it.each([
    [key('j'), 'j'],
    [key('?', { shiftKey: true }), '?'],
    [key('A', { shiftKey: true }), 'A'],
    [key(' '), 'Space'],
    [key('F9'), 'F9'],
    [key('F9', { shiftKey: true }), 'Shift+F9'],
    [key('F9', { shiftKey: true, ctrlKey: true }), 'Mod+Shift+F9'],
    [key('k', { ctrlKey: true }), 'Mod+K'],
    [key('L', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+L'],
    [key('+', { ctrlKey: true, shiftKey: true }), 'Mod++'],
    [key(',', { ctrlKey: true }), 'Mod+,'],
    [key('ArrowUp', { altKey: true }), 'Alt+ArrowUp'],
  ])('reads %o as %s', (press, shortcut) => {
    expect(shortcutOf(press, false)).toBe(shortcut);
  });

  it('takes Command for Mod on macOS, and keeps Control apart', () => {
    expect(shortcutOf(key('k', { metaKey: true }), true)).toBe('Mod+K');
    expect(shortcutOf(key('k', { ctrlKey: true }), true)).toBe('Ctrl+k');
  });

  it.each([
    ['Mod+Shift+L', ['Ctrl', 'Shift', 'L']],
    ['Mod++', ['Ctrl', '+']],
    ['+', ['+']],
    ['Escape', ['Esc']],
    ['ArrowDown', ['↓']],
  ])('shows %s on key caps', (shortcut, caps) => {
    expect(shortcutCaps(shortcut)).toEqual(caps);
  });

  it('names keys for assistive technology', () => {
    expect(ariaShortcut('Mod+Shift+F9')).toBe('Control+Shift+F9');
  });

  it.each(['j', '?', 'Space', 'Enter', 'Escape', 'ArrowDown', 'Delete', 'Shift+Enter'])(
    'leaves %s to text fields',
    (shortcut) => {
      expect(isTyping(shortcut)).toBe(true);
    },
  );
  it.each(['Mod+K', 'F9', 'F6', 'Alt+ArrowUp', 'Mod+,', 'Shift+F9', 'Shift+F6'])(
    'lets %s through from text fields',
    (shortcut) => {
      expect(isTyping(shortcut)).toBe(false);
    },
  );
});
