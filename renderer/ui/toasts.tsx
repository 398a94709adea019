import { Toast as Radix } from 'radix-ui';
import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { Button, IconButton } from './button.tsx';
import { Icon } from './icon.tsx';
import './float.css';

export interface Toast {
  readonly kind: 'success' | 'info' | 'error';
  readonly title: string;
  readonly text?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
}

interface ToastState {
  readonly toasts: readonly (Toast & { readonly id: number })[];
  readonly show: (toast: Toast) => void;
  readonly dismiss: (id: number) => void;
}
export type ToastStore = StoreApi<ToastState>;

const MOST_TOASTS = 3;
const SUCCESS_MS = 4000;

/** At most three at once, the newest last; an equal one replaces its elder. */
export function createToastStore(): ToastStore {
  let lastId = 0;
  return createStore((set) => ({
    toasts: [],
    show: (toast) => {
      set(({ toasts }) => ({
        toasts: [
          ...toasts.filter((t) => t.title !== toast.title || t.text !== toast.text),
          { ...toast, id: ++lastId },
        ].slice(-MOST_TOASTS),
      }));
    },
    dismiss: (id) => {
      set(({ toasts }) => ({ toasts: toasts.filter((t) => t.id !== id) }));
    },
  }));
}

const ToastContext = createContext<ToastStore | undefined>(undefined);

/** Shows a toast; the sentence belongs where its cause is first, and only then here. */
export function useToast(): (toast: Toast) => void {
  const store = useContext(ToastContext);
  if (store === undefined) throw new Error('useToast outside of ToastProvider');
  return store.getState().show;
}

export interface ToastProviderProps {
  readonly store: ToastStore;
  readonly children: ReactNode;
}

/** Success and info leave after 4 s unless they offer an action, errors stay until dismissed. F8 moves the focus there. */
export function ToastProvider({ store, children }: ToastProviderProps): ReactNode {
  const toasts = useStore(store, (s) => s.toasts);
  const { dismiss } = store.getState();
  return (
    <ToastContext value={store}>
      <Radix.Provider swipeDirection="right" label="Notification">
        {children}
        {toasts.map((toast) => (
          <Radix.Root
            key={toast.id}
            className="toast"
            type={toast.kind === 'error' ? 'foreground' : 'background'}
            duration={toast.kind === 'error' ? Infinity : toast.action ? 2 * SUCCESS_MS : SUCCESS_MS}
            onOpenChange={(isOpen) => {
              if (!isOpen) dismiss(toast.id);
            }}
          >
            <Icon name={toast.kind} className={{ success: 'ok', info: 'acc', error: 'err' }[toast.kind]} />
            <div className="grow">
              <Radix.Title className="semi">{toast.title}</Radix.Title>
              {toast.text !== undefined && (
                <Radix.Description className="mid">{toast.text}</Radix.Description>
              )}
            </div>
            {toast.action && (
              <Radix.Action altText={toast.action.label} asChild>
                <Button size="s" onClick={toast.action.run}>
                  {toast.action.label}
                </Button>
              </Radix.Action>
            )}
            <Radix.Close asChild>
              <IconButton icon="cross" label="Dismiss" size="s" />
            </Radix.Close>
          </Radix.Root>
        ))}
        <Radix.Viewport className="toasts" label="Notifications ({hotkey})" />
      </Radix.Provider>
    </ToastContext>
  );
}
