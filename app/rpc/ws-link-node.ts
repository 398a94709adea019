import { WebSocket } from 'ws';
import { encodeFrame, MAX_REQUEST_CHARS } from './frame.ts';
import { Inbox } from './inbox.ts';
import type { MessageLink } from './link.ts';

/** Octets a reader may fall behind before its connection is given up: it would only get staler, and we larger. */
const MAX_BACKLOG_BYTES = 64 * 1024 * 1024;

const CLOSE_TOO_BIG = 1009;
const CLOSE_TRY_AGAIN = 1013;

/** A link over an accepted or connected `ws` socket. Binary messages are no frames; one that is too large ends the link. */
export function wsNodeLink(socket: WebSocket, maxFrameChars = MAX_REQUEST_CHARS): MessageLink {
  const inbox = new Inbox(maxFrameChars);
  const early: string[] = [];
  socket.on('open', () => {
    for (const text of early.splice(0)) socket.send(text);
  });
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!inbox.receive(isBinary ? undefined : data.toString('utf8'))) socket.close(CLOSE_TOO_BIG);
  });
  // 'close' follows every error; without a listener the error itself would end the process.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    inbox.end();
  });
  return {
    send(frame) {
      const text = encodeFrame(frame);
      if (socket.readyState === WebSocket.CONNECTING) early.push(text);
      else if (socket.bufferedAmount > MAX_BACKLOG_BYTES) socket.close(CLOSE_TRY_AGAIN);
      else if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    onFrame: (listener) => inbox.onFrame(listener),
    onClose: (listener) => inbox.onClose(listener),
    close() {
      socket.close();
      inbox.end();
    },
  };
}
