import { encodeFrame } from './frame.ts';
import { Inbox } from './inbox.ts';
import type { MessageLink } from './link.ts';

/** The part of the DOM's MessagePort a link needs. */
export interface BrowserPort {
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
  addEventListener(type: 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A link over a MessagePort that was handed to the page. `null` on the wire says goodbye, for engines without a close event. */
export function portLink(port: BrowserPort): MessageLink {
  const inbox = new Inbox();
  port.addEventListener('message', (event) => {
    if (event.data === null) inbox.end();
    else inbox.receive(event.data);
  });
  port.addEventListener('close', () => {
    inbox.end();
  });
  port.start();
  return {
    send(frame) {
      if (!inbox.isClosed) port.postMessage(encodeFrame(frame));
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      if (inbox.isClosed) return;
      port.postMessage(null);
      port.close();
      inbox.end();
    },
  };
}
