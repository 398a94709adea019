import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** How far from the wanted port the search goes. */
const REACH = 50;

function isUdpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.once('error', () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.close(() => {
        resolve(true);
      });
    });
  });
}

function isTcpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** The next port above `port` that nobody holds, neither for UDP nor for TCP; undefined when there is none nearby. */
export async function findFreePort(host: string, port: number): Promise<number | undefined> {
  for (let candidate = port + 1; candidate <= Math.min(port + REACH, 65535); candidate++)
    if ((await isUdpFree(host, candidate)) && (await isTcpFree(host, candidate))) return candidate;
  return undefined;
}
