import { encodeFrame } from './frame.ts';
import { Inbox } from './inbox.ts';
import type { Frame, MessageLink } from './link.ts';

export interface MemoryLink extends MessageLink {
  /** Puts text on the wire as any sender could: for tests of bad input. */
  sendText(text: string): void;
  /** Listeners on this end: for leak checks. */
  readonly listenerCount: number;
}

/** Two ends in one process. Every frame crosses as JSON and later, so that nothing works here that a real wire would break. */
export function memoryLinkPair(options: { readonly maxFrameChars?: number } = {}): [MemoryLink, MemoryLink] {
  const inboxes: [Inbox, Inbox] = [new Inbox(options.maxFrameChars), new Inbox(options.maxFrameChars)];
  const end = (own: Inbox, other: Inbox): MemoryLink => {
    // What was sent before the end still arrives before it.
    const close = (): void => {
      own.end();
      void Promise.resolve().then(() => {
        other.end();
      });
    };
    const sendText = (text: string): void => {
      if (own.isClosed) return;
      void Promise.resolve().then(() => {
        if (other.receive(text)) return;
        other.end();
        own.end();
      });
    };
    return {
      sendText,
      send(frame: Frame) {
        sendText(encodeFrame(frame));
      },
      onFrame: (listener) => own.onFrame(listener),
      onClose: (listener) => own.onClose(listener),
      close,
      get listenerCount() {
        return own.listenerCount;
      },
    };
  };
  return [end(inboxes[0], inboxes[1]), end(inboxes[1], inboxes[0])];
}
