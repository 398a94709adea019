import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { findFreePort } from './free-port.ts';

it('passes over ports that somebody holds for UDP or TCP', async () => {
  const tcp = createServer().listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const free = await findFreePort('127.0.0.1', port - 1);
  expect(free).toBeGreaterThan(port);
  const udp = createSocket('udp4').bind(free, '127.0.0.1');
  await once(udp, 'listening');
  expect(await findFreePort('127.0.0.1', port - 1)).toBeGreaterThan(free ?? 0);
  udp.close();
  tcp.close();
});

it.each([65535, 70000])('finds none above %d', async (port) => {
  expect(await findFreePort('127.0.0.1', port)).toBeUndefined();
});
