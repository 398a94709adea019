import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { bindingResponse } from '../stun.ts';
import type { TransportError } from '../transport.ts';
import { bindUdp } from './udp.ts';

/* Verified over sockets; the rest is in stack/transport/stun-flows.test.ts. */

describe('a flow over a UDP socket (RFC 5626 §4.4.2)', () => {
  it.each(['127.0.0.1', '::1'])('is kept from the port of SIP, until %s sees it elsewhere', async (host) => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host, port: 0 }, { clock });
    const server = createSocket(host.includes(':') ? 'udp6' : 'udp4').bind(0, host);
    await once(server, 'listening');
    const ports: number[] = [];
    server.on('message', (bytes, { address, port }) => {
      ports.push(port);
      const seen = { host: address, port: ports.length < 4 ? port : 1 };
      const response = bindingResponse(bytes, seen);
      if (response !== undefined) server.send(response, port, address);
    });
    const heard: unknown[] = [];
    transport.onReceived((received) => heard.push(received));
    const lost = await new Promise<TransportError>((resolve) => {
      const chances = [0.1, 0.5, 0.9];
      transport.keepFlow?.(
        { host, port: server.address().port },
        { nextDelayMs: () => 5, chance: () => chances.reverse()[0] ?? 0, onLost: resolve },
      );
    });
    expect(lost.code).toBe('closed');
    expect(ports).toEqual(Array<number>(4).fill(transport.local.port));
    expect([heard, clock.pending]).toEqual([[], 0]);
    server.close();
    await transport.close();
  });

  it('is lost where there is no port to ask, and nothing throws', async () => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const keeping = { nextDelayMs: () => 1, chance: () => 0, onLost: () => undefined };
    const stop = transport.keepFlow?.({ host: '127.0.0.1', port: 0 }, keeping);
    await new Promise<void>((resolve) => clock.after(20, resolve));
    stop?.();
    expect(clock.pending).toBe(0);
    await transport.close();
  });

  it('is not kept by a socket that is closed', async () => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const keeping = { nextDelayMs: () => 5, chance: () => 0, onLost: () => undefined };
    transport.keepFlow?.({ host: '127.0.0.1', port: 9 }, keeping);
    await transport.close();
    transport.keepFlow?.({ host: '127.0.0.1', port: 9 }, keeping)();
    expect(clock.pending).toBe(0);
  });
});
