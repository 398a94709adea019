import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { freePort } from '../../../e2e/fixtures/peers.ts';
import type { TransportError } from '../transport.ts';
import { UdpProbe } from './udp-probe.ts';

describe('what the network says of an address (RFC 3261 §18.4)', () => {
  it.each(['127.0.0.1', '::1'])('tells all who ask that nobody listens at a port of %s', async (host) => {
    const probe = new UdpProbe(host);
    const port = await freePort();
    const errors = await Promise.all(
      [1, 2].map(
        () =>
          new Promise<TransportError>((resolve) => {
            probe.ask({ host, port }, resolve);
          }),
      ),
    );
    expect(errors.map(({ code }) => code)).toEqual(['refused', 'refused']);
    probe.close();
  });

  it('tells of an address that the system itself refuses', async () => {
    const probe = new UdpProbe('127.0.0.1');
    const error = await new Promise<TransportError>((resolve) => {
      probe.ask({ host: '255.255.255.255', port: 5060 }, resolve);
    });
    expect(error.code).toBe('denied');
    probe.close();
  });

  it('says nothing of a port that listens, which sees one keep-alive', async () => {
    const socket = createSocket('udp4').bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = socket.address();
    const probe = new UdpProbe('0.0.0.0');
    const refused: TransportError[] = [];
    const arrived = once(socket, 'message');
    for (let i = 0; i < 3; i++) probe.ask({ host: '127.0.0.1', port }, (error) => refused.push(error));
    const [bytes] = (await arrived) as [Buffer];
    expect([bytes.toString('latin1'), refused]).toEqual(['\r\n\r\n', []]);
    probe.close();
    socket.close();
  });
});
