import type { Unsubscribe } from './unsubscribe.ts';

/** One JSON-able message of the protocol. */
export type Frame =
  | { readonly t: 'hello'; readonly contractVersion: number; readonly token?: string }
  | { readonly t: 'welcome'; readonly contractVersion: number }
  | { readonly t: 'req'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly t: 'ok'; readonly id: number; readonly result: unknown }
  | {
      readonly t: 'err';
      readonly id: number;
      readonly code: string;
      readonly message: string;
      readonly data?: unknown;
    }
  | { readonly t: 'sub'; readonly event: string }
  | { readonly t: 'unsub'; readonly event: string }
  | { readonly t: 'evt'; readonly event: string; readonly payload: unknown };

/** Ordered, reliable, message-framed duplex between two ends of a contract. */
export interface MessageLink {
  send(frame: Frame): void;
  /** What arrives before the first listener is kept for it. `unknown`, because the other end may be anyone. */
  onFrame(listener: (frame: unknown) => void): Unsubscribe;
  onClose(listener: () => void): Unsubscribe;
  close(): void;
}
