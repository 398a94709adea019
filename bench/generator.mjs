// The load generator of the server rows: keeps a fixed number of exchanges under way (closed loop), so that it never outruns the server.
import { createSocket } from 'node:dgram';

/**
 * Runs `count` exchanges, `window` at a time.
 * @param {{ port: number, localPort?: number, count: number, window: number, begin: (n: number) => Buffer,
 *   react: (text: string) => { n: number, send: Buffer[], isDone: boolean } | undefined }} o
 *   `begin` makes the first datagram of exchange n; `react` says what an incoming one leads to.
 * @returns {Promise<number>} the exchanges completed.
 */
export async function runExchanges({ port, localPort = 0, count, window, begin, react }) {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 4 << 20,
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  await new Promise((resolve) => socket.bind(localPort, '127.0.0.1', resolve));
  let started = 0;
  let done = 0;
  const open = new Set();
  const start = () => {
    if (started >= count) return;
    open.add(started);
    socket.send(begin(started++), port, '127.0.0.1');
  };
  try {
    await new Promise((resolve, reject) => {
      let seen = -1;
      const watchdog = setInterval(() => {
        if (seen === done)
          reject(new Error(`the server stopped answering after ${done} of ${count} exchanges`));
        seen = done;
      }, 5000);
      socket.on('message', (bytes) => {
        const reaction = react(bytes.latin1Slice(0, bytes.length));
        if (reaction === undefined) return;
        for (const datagram of reaction.send) socket.send(datagram, port, '127.0.0.1');
        if (!reaction.isDone || !open.delete(reaction.n)) return;
        done++;
        start();
        if (done === count) {
          clearInterval(watchdog);
          resolve();
        }
      });
      for (let i = 0; i < window; i++) start();
    });
  } finally {
    socket.close();
  }
  return done;
}
