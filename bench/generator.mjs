// The load generator of the server rows: begins exchanges at a fixed rate, the same for a server and for its yardstick. In a closed loop the
// faster of two servers would find the generator awake and spare itself the wake-up that the slower one pays for.
import { createSocket } from 'node:dgram';

const TICK_MS = 1;
const MAX_LOSS = 0.02;

/**
 * Runs `count` exchanges, begun evenly at `perSecond`.
 * @param {{ port: number, count: number, perSecond: number, begin: (n: number) => Buffer,
 *   react: (text: string) => { n: number, send: Buffer[], isDone: boolean } | undefined }} o
 *   `begin` makes the first datagram of exchange n; `react` says what an incoming one leads to.
 * @returns {Promise<number>} the exchanges completed.
 */
export async function runExchanges({ port, count, perSecond, begin, react }) {
  const socket = createSocket({
    type: 'udp4',
    recvBufferSize: 4 << 20,
    lookup: (host, _options, callback) => callback(null, host, 4),
  });
  await new Promise((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const startedAt = performance.now();
  let started = 0;
  let done = 0;
  const open = new Set();
  try {
    await new Promise((resolve, reject) => {
      let seen = -1;
      const finish = (end) => {
        clearInterval(watchdog);
        clearInterval(ticker);
        end();
      };
      // A datagram lost to a full buffer ends an exchange; a few in a hundred change little, more would.
      const watchdog = setInterval(() => {
        if (seen === done && done < count * (1 - MAX_LOSS))
          finish(() => reject(new Error(`only ${done} of ${count} exchanges were answered`)));
        else if (seen === done) finish(resolve);
        seen = done;
      }, 2000);
      const ticker = setInterval(() => {
        const due = Math.min(count, ((performance.now() - startedAt) * perSecond) / 1000);
        while (started < due) {
          open.add(started);
          socket.send(begin(started++), port, '127.0.0.1');
        }
      }, TICK_MS);
      socket.on('message', (bytes) => {
        const reaction = react(bytes.latin1Slice(0, bytes.length));
        if (reaction === undefined) return;
        for (const datagram of reaction.send) socket.send(datagram, port, '127.0.0.1');
        if (reaction.isDone && open.delete(reaction.n) && ++done === count) finish(resolve);
      });
    });
  } finally {
    socket.close();
  }
  return done;
}
