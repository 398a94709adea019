import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { createLiveBackend } from '../../../backend/index.ts';
import type { FakeBackend } from '../../../testing/fake-backend.ts';
import { createManualSchedule, settled, type ManualSchedule } from '../../../testing/manual-schedule.ts';
import { BackendProvider } from '../../../backend/index.ts';
import { createCommandRegistry, type CommandRegistry } from '../../../ui/commands.ts';
import { createPreferences, memoryStorage, PreferencesProvider } from '../../../ui/preferences.tsx';
import { createToastStore, ToastProvider, type ToastStore } from '../../../ui/toasts.tsx';
import { TooltipProvider } from '../../../ui/tooltip.tsx';
import { CommandProvider } from '../../../ui/use-commands.tsx';
import { createServersStore } from '../../servers/index.ts';
import { createTrafficModel, TrafficPage, type TrafficModel } from '../index.ts';

export interface RenderedTraffic {
  readonly model: TrafficModel;
  readonly registry: CommandRegistry;
  readonly toasts: ToastStore;
  readonly clock: ManualSchedule;
  /** Does something from outside, fires every timer that waits, and lets React catch up. */
  readonly settle: (act?: () => void) => Promise<void>;
  /** Presses a key where the focus is. */
  readonly press: (key: string, modifiers?: KeyboardEventInit) => Promise<void>;
  readonly type: (input: HTMLInputElement, text: string) => Promise<void>;
  readonly click: (element: Element) => Promise<void>;
  /** The element of a role whose accessible name or text contains the words. */
  readonly find: (role: string, words?: string) => HTMLElement;
  readonly queryAll: (role: string, words?: string) => readonly HTMLElement[];
  readonly unmount: () => Promise<void>;
}

const IMPLICIT: Readonly<Record<string, string>> = {
  button: 'button',
  heading: 'h1,h2,h3',
  textbox: 'input',
};

/** Sets the width media queries see. */
function resize(width: number): void {
  const { happyDOM } = window as unknown as {
    readonly happyDOM: { setViewport: (size: { readonly width: number; readonly height: number }) => void };
  };
  happyDOM.setViewport({ width, height: 900 });
}

const nameOf = (element: Element): string =>
  element.getAttribute('aria-label') ?? (element.textContent || element.getAttribute('title') || '');

/** The traffic screen on a fake workbench, with the keyboard and the commands of the shell around it, in a window so wide. */
export async function renderTraffic(backend: FakeBackend, widthPx = 1440): Promise<RenderedTraffic> {
  resize(widthPx);
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const clock = createManualSchedule();
  const live = createLiveBackend(() => Promise.resolve(backend), clock.schedule);
  await settled();
  const registry = createCommandRegistry();
  const toasts = createToastStore();
  const servers = createServersStore(live.backend, { now: () => 0 });
  const model = createTrafficModel(live.backend, clock.schedule);
  const host = document.createElement('div');
  document.body.append(host);
  const root = createRoot(host);
  const settle = async (first?: () => void): Promise<void> => {
    await act(async () => {
      first?.();
      await settled();
      while (clock.pending().length > 0) await clock.fireNext();
      await settled();
    });
  };
  await act(async () => {
    await servers.getState().load();
    root.render(
      <PreferencesProvider value={createPreferences(memoryStorage())}>
        <BackendProvider live={live}>
          <TooltipProvider>
            <ToastProvider store={toasts}>
              <CommandProvider registry={registry} screen="traffic">
                <TrafficPage model={model} servers={servers} onEditScenario={() => Promise.resolve()} />
              </CommandProvider>
            </ToastProvider>
          </TooltipProvider>
        </BackendProvider>
      </PreferencesProvider>,
    );
    await settled();
  });
  await settle();
  const queryAll = (role: string, words = ''): readonly HTMLElement[] =>
    [
      ...document.querySelectorAll<HTMLElement>(
        [`[role="${role}"]`, IMPLICIT[role]].filter((selector) => selector !== undefined).join(','),
      ),
    ].filter((element) => nameOf(element).includes(words));
  return {
    model,
    registry,
    toasts,
    clock,
    settle,
    queryAll,
    find: (role, words) => {
      const [found] = queryAll(role, words);
      if (found === undefined) throw new Error(`no ${role} ${words ?? ''} in: ${host.textContent}`);
      return found;
    },
    press: async (key, modifiers = {}) => {
      await act(async () => {
        const target = document.activeElement ?? document.body;
        target.dispatchEvent(
          new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...modifiers }),
        );
        await settled();
      });
      await settle();
    },
    type: async (input, text) => {
      await act(async () => {
        // Past the own property React watches, as typing does.
        Reflect.set(HTMLInputElement.prototype, 'value', text, input);
        input.dispatchEvent(new Event('input', { bubbles: true }));
        await settled();
      });
      await settle();
    },
    click: async (element) => {
      await act(async () => {
        element.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
        await settled();
      });
      await settle();
    },
    unmount: async () => {
      await act(async () => {
        root.unmount();
        await settled();
      });
      host.remove();
      model.dispose();
    },
  };
}
