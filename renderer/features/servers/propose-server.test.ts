import { describe, expect, it } from 'vitest';
import { aConfig, aServer } from '../../testing/fake-servers.ts';
import { proposeCopy, proposeServer } from './propose-server.ts';

describe('proposing a server', () => {
  it('listens on loopback only, on a port nobody asks for', () => {
    expect(proposeServer('full-uas', [])).toEqual({
      name: 'uas',
      mode: 'full-uas',
      udpBind: ['127.0.0.1:5060'],
      tcpBind: ['127.0.0.1:5060'],
      sipsBind: [],
    });
    const taken = [5060, 5062].map((port, i) =>
      aServer({
        id: `${i}`,
        config: aConfig({ name: i === 0 ? 'uas' : 'uas-2', udpBind: [`0.0.0.0:${port}`], tcpBind: [] }),
      }),
    );
    expect(proposeServer('full-uas', taken)).toMatchObject({ name: 'uas-3', udpBind: ['127.0.0.1:5064'] });
  });

  it('copies everything but the name and the ports', () => {
    const config = aConfig({
      name: 'edge',
      mode: 'full-uas',
      ringMs: 700,
      udpBind: ['[::1]:5060', '127.0.0.1:5062'],
    });
    const copy = proposeCopy(aServer({ id: 'a', config }), [aServer({ id: 'a', config })]);
    expect(copy).toEqual({
      ...config,
      name: 'edge-2',
      udpBind: ['[::1]:5064', '127.0.0.1:5066'],
      tcpBind: ['127.0.0.1:5064'],
    });
  });
});
