import { encodeFrame, MAX_REQUEST_CHARS } from './frame.ts';
import { Inbox } from './inbox.ts';
import type { MessageLink } from './link.ts';

/** The part of Electron's MessagePortMain a link needs. */
export interface MainPort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  on(type: 'close', listener: () => void): unknown;
  on(type: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
}

/** The other end of a page's port link; a frame that is too large ends it. */
export function portNodeLink(port: MainPort, maxFrameChars = MAX_REQUEST_CHARS): MessageLink {
  const inbox = new Inbox(maxFrameChars);
  const close = (): void => {
    if (inbox.isClosed) return;
    port.postMessage(null);
    port.close();
    inbox.end();
  };
  port.on('message', (event) => {
    if (event.data === null) inbox.end();
    else if (!inbox.receive(event.data)) close();
  });
  port.on('close', () => {
    inbox.end();
  });
  port.start();
  return {
    send(frame) {
      if (!inbox.isClosed) port.postMessage(encodeFrame(frame));
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close,
  };
}
