import { encodeFrame } from './frame.ts';
import { Inbox } from './inbox.ts';
import type { MessageLink } from './link.ts';

/** The part of the DOM's WebSocket a link needs. */
export interface BrowserSocket {
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'open' | 'close', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

/** A link over a browser's WebSocket. Frames sent before it is open wait; a connection that fails ends the link. */
export function wsLink(socket: BrowserSocket): MessageLink {
  const inbox = new Inbox();
  let early: string[] = [];
  socket.addEventListener('open', () => {
    for (const text of early) socket.send(text);
    early = [];
  });
  socket.addEventListener('message', (event) => {
    inbox.receive(event.data);
  });
  socket.addEventListener('close', () => {
    inbox.end();
  });
  return {
    send(frame) {
      const text = encodeFrame(frame);
      if (socket.readyState === 0) early.push(text);
      else if (socket.readyState === 1) socket.send(text);
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      socket.close();
      inbox.end();
    },
  };
}
