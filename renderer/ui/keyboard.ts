import { type CommandRegistry, GLOBAL_SCOPE } from './commands.ts';
import { isTyping, shortcutOf } from './shortcut.ts';

/** Keys that edit text, although they carry a modifier. */
const EDITING = new Set(['Mod+A', 'Mod+C', 'Mod+V', 'Mod+X', 'Mod+Z', 'Mod+Shift+Z', 'Mod+Y']);
/** Keys that press or move inside a control that has the focus. */
const PRESSING = /^(Space|Enter|Arrow\w+|Home|End)$/;

const isText = (element: Element): boolean =>
  element.matches(
    'textarea, [contenteditable="true"], [role="textbox"], input:not([type="checkbox"], [type="radio"])',
  );

/**
 * Runs the command of a key press, unless the key belongs to what has the focus: letters to text fields, Space and arrows to buttons
 * and tabs, everything to an open menu or dialog.
 */
export function handleKey(event: KeyboardEvent, registry: CommandRegistry, screen: string): void {
  if (event.defaultPrevented || event.isComposing) return;
  const shortcut = shortcutOf(event);
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest('.float')) return;
  if (isText(target) && (isTyping(shortcut) || EDITING.has(shortcut))) return;
  if (PRESSING.test(shortcut) && target.closest('button, a, [role="tab"], [role="separator"]')) return;
  if (registry.press(shortcut, [...scopesAt(target), screen, GLOBAL_SCOPE])) event.preventDefault();
}

/** The `data-scope` of the element and of what it is in, innermost first. */
function scopesAt(element: Element): readonly string[] {
  const scopes: string[] = [];
  for (let e: Element | null = element; e !== null; e = e.parentElement) {
    const scope = e.getAttribute('data-scope');
    if (scope !== null) scopes.push(scope);
  }
  return scopes;
}

/** Moves the focus to the next (or previous) pane: to its `data-pane-focus`, or the pane itself. */
export function cyclePanes(direction: 1 | -1, root: ParentNode = document): void {
  const panes = [...root.querySelectorAll<HTMLElement>('[data-pane]')].filter((pane) => !isOffScreen(pane));
  const active = document.activeElement;
  const at = panes.findIndex((pane) => pane.contains(active));
  const start = at === -1 && direction === -1 ? 0 : at;
  const pane = panes[(start + direction + panes.length) % panes.length];
  (pane?.querySelector<HTMLElement>('[data-pane-focus]') ?? pane)?.focus();
}

/** Whether keys go nowhere: nothing has the focus, or something on a screen that is not shown any more. */
export function isFocusNowhere(): boolean {
  const active = document.activeElement;
  return active === null || active === document.body || isOffScreen(active);
}

/** Part of a screen that is kept, but not shown. */
const isOffScreen = (element: Element): boolean => element.closest('[style*="display: none"]') !== null;
