import { createSocket } from 'node:dgram';
import type { Address } from '../../stack/core/address.ts';
import { TransportError } from '../../stack/transport/transport.ts';

/** The local address the system would use towards a host: connecting a datagram socket sends nothing, but picks the route. @throws TransportError */
export async function localHostTowards({ host, port }: Address): Promise<string> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host, resolve);
    });
    return socket.address().address;
  } catch (error) {
    throw new TransportError('unreachable', `there is no route to ${host}`, { cause: error });
  } finally {
    socket.close();
  }
}
