import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { App, type AppParts, createParts } from '../app.tsx';
import { createLiveBackend } from '../backend/index.ts';
import { createPreferences, memoryStorage } from '../ui/preferences.tsx';
import { createFakeBackend, type FakeBackend, type FakeOptions } from './fake-backend.ts';
import { createManualSchedule, type ManualSchedule, settled } from './manual-schedule.ts';

/** The whole application in the test's document, on a fake workbench. */
export interface RenderedApp {
  readonly fake: FakeBackend;
  readonly parts: AppParts;
  readonly clock: ManualSchedule;
  /** What a person sees, as text. */
  readonly text: () => string;
  /** The one element of that role and accessible name; throws when there is none, or more than one. */
  readonly get: (role: string, name: string | RegExp) => HTMLElement;
  readonly find: (role: string, name: string | RegExp) => HTMLElement | undefined;
  readonly click: (element: HTMLElement) => Promise<void>;
  readonly type: (element: HTMLElement, text: string) => Promise<void>;
  /** A key press at the element that has the focus. */
  readonly press: (key: string, held?: KeyboardEventInit) => Promise<void>;
  /** Does something and lets the interface come to rest. */
  readonly after: (change: () => void) => Promise<void>;
  readonly focus: (element: HTMLElement) => Promise<void>;
  /** Ends the connection, until `reconnect`. */
  readonly disconnect: () => Promise<void>;
  readonly reconnect: () => Promise<void>;
  readonly unmount: () => Promise<void>;
}

const ROLES: Readonly<Record<string, string>> = {
  button: 'button, [role="button"]',
  tab: '[role="tab"]',
  textbox: 'input',
  combobox: '[role="combobox"]',
  switch: '[role="switch"]',
  radio: '[role="radio"]',
  dialog: '[role="dialog"]',
  option: '[role="option"]',
  menuitem: '[role="menuitem"]',
  region: 'section[aria-label]',
  alert: '[role="alert"]',
  article: 'article',
  textarea: 'textarea',
};

/** The accessible name, as far as this interface needs it. */
function nameOf(element: Element): string {
  const labelled = element.getAttribute('aria-labelledby');
  const label = element.id === '' ? null : document.querySelector(`label[for="${element.id}"]`);
  return (
    element.getAttribute('aria-label') ??
    (labelled === null ? undefined : document.getElementById(labelled)?.textContent) ??
    label?.textContent ??
    visibleText(element)
  ).trim();
}

/** Text without what is hidden from assistive technology. */
function visibleText(element: Element): string {
  if (element.querySelector('[aria-hidden="true"]') === null) return element.textContent;
  const copy = element.cloneNode(true) as Element;
  for (const hidden of copy.querySelectorAll('[aria-hidden="true"]')) hidden.remove();
  return copy.textContent;
}

const isShown = (element: Element): boolean => element.closest('[style*="display: none"]') === null;

export async function renderApp(options: FakeOptions = {}): Promise<RenderedApp> {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const fake = createFakeBackend(options);
  const clock = createManualSchedule();
  let isReachable = true;
  const live = createLiveBackend(
    () => (isReachable ? Promise.resolve(fake) : Promise.reject(new Error('Nobody answers.'))),
    clock.schedule,
  );
  const parts = createParts(live, createPreferences(memoryStorage()), clock.schedule);
  const box = document.body.appendChild(document.createElement('div'));
  const root = createRoot(box);
  const after = (change: () => void): Promise<void> =>
    act(async () => {
      change();
      await settled();
      // Timers without a delay that the widgets use to move the focus.
      await new Promise((resolve) => setTimeout(resolve));
    });
  await after(() => {
    root.render(<App {...parts} />);
  });

  const all = (role: string, name: string | RegExp): HTMLElement[] =>
    [...document.querySelectorAll<HTMLElement>(ROLES[role] ?? `[role="${role}"]`)].filter((element) => {
      const found = nameOf(element);
      return (typeof name === 'string' ? found === name : name.test(found)) && isShown(element);
    });
  return {
    fake,
    parts,
    clock,
    text: () => document.body.textContent,
    find: (role, name) => all(role, name)[0],
    get: (role, name) => {
      const [first, ...more] = all(role, name);
      if (first === undefined || more.length > 0)
        throw new Error(
          `${more.length + (first === undefined ? 0 : 1)} elements are ${role} "${String(name)}"`,
        );
      return first;
    },
    click: (element) =>
      after(() => {
        element.focus();
        for (const type of ['pointerdown', 'mousedown', 'pointerup', 'mouseup'])
          element.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, button: 0 }));
        element.click();
      }),
    type: (element, text) =>
      after(() => {
        // By the setter of the prototype: React watches the one of the element.
        const kind = element instanceof HTMLTextAreaElement ? HTMLTextAreaElement : HTMLInputElement;
        Reflect.set(kind.prototype, 'value', text, element);
        element.dispatchEvent(new Event('input', { bubbles: true }));
      }),
    press: (key, held = {}) =>
      after(() => {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held }));
      }),
    after,
    focus: (element) =>
      after(() => {
        element.focus();
      }),
    disconnect: () =>
      after(() => {
        isReachable = false;
        fake.disconnect();
      }),
    reconnect: () =>
      act(async () => {
        isReachable = true;
        await clock.fireNext();
      }),
    unmount: async () => {
      await after(() => {
        root.unmount();
      });
      box.remove();
    },
  };
}
