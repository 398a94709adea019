import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createDevCa } from './dev-ca.ts';
import { createTlsContext } from './tls-context.ts';
import { bindTls } from './tls.ts';

const HOST = '127.0.0.1';

describe('connections that carry no messages yet (RFC 3261 §18.2)', () => {
  it('lets go of each of two silent peers that come from one port to two addresses of the listener', async () => {
    const clock = createSystemClock();
    const ca = await createDevCa();
    const tls = createTlsContext({ certificates: [await ca.issue({ names: [HOST] })] });
    const transport = await bindTls(
      { host: '0.0.0.0', port: 0 },
      { clock, tls, limits: { connectTimeoutMs: 50 } },
    );
    const failed: string[] = [];
    transport.onConnection(({ local, error }) => failed.push(`${local.host} ${error?.code ?? ''}`));
    const ends: Promise<unknown>[] = [];
    let localPort: number | undefined;
    for (const host of [HOST, '127.0.0.2']) {
      const peer = connectTcp({
        host,
        port: transport.local.port,
        localAddress: HOST,
        ...(localPort === undefined ? {} : { localPort }),
      });
      peer.on('error', () => undefined);
      await once(peer, 'connect');
      localPort = peer.localPort;
      ends.push(once(peer, 'close'));
    }
    await Promise.all(ends);
    expect(failed.sort()).toEqual(['127.0.0.1 timed-out', '127.0.0.2 timed-out']);
    await transport.close();
    expect(clock.pending).toBe(0);
  });
});
