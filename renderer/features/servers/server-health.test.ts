import { describe, expect, it } from 'vitest';
import { aConfig, aServer } from '../../testing/fake-servers.ts';
import { exposedListeners, groupOf, healthOf, isActive, isLoopback, listenersText } from './server-health.ts';

const stats = { messagesPerSec: 12_843, messages: 0, activeCalls: 2, activeTransactions: 0, loopLagMs: 3 };

describe('how a server is', () => {
  it.each([
    [aServer({ id: 'a' }), 'Stopped', 'off', 'Stopped', false],
    [
      aServer({ id: 'a', state: 'starting', step: 'binding udp ::1' }),
      'Running',
      'attention',
      'binding udp ::1',
      true,
    ],
    [aServer({ id: 'a', state: 'running', stats }), 'Running', 'run', '12\u202f843 msg/s', true],
    [
      aServer({ id: 'a', state: 'running', stats: { ...stats, loopLagMs: 140 } }),
      'Running',
      'attention',
      'Loop lag 140 ms',
      true,
    ],
    [
      aServer({
        id: 'a',
        state: 'running',
        stats,
        problem: { code: 'not-responding', message: '', hint: '' },
      }),
      'Running',
      'attention',
      'Not responding',
      true,
    ],
    [
      aServer({ id: 'a', state: 'stopping', stats }),
      'Running',
      'attention',
      'Stopping, calls draining 2',
      true,
    ],
    [
      aServer({ id: 'a', state: 'failed', problem: { code: 'port-in-use', message: '', hint: '' } }),
      'Problems',
      'bad',
      'Port in use',
      false,
    ],
    [aServer({ id: 'a', state: 'failed' }), 'Problems', 'bad', 'Did not start', false],
    [
      aServer({
        id: 'a',
        state: 'crashed',
        problem: { code: 'crashed', message: '', hint: '', exitCode: 134 },
      }),
      'Problems',
      'bad',
      'Crashed, exit 134',
      false,
    ],
  ] as const)('%#: $state', (server, group, kind, text, active) => {
    expect([groupOf(server), healthOf(server), isActive(server)]).toEqual([group, { kind, text }, active]);
  });

  it('names an address once for all its transports', () => {
    const config = aConfig({ udpBind: ['127.0.0.1:5060', '[::1]:5070'], tcpBind: ['127.0.0.1:5060'] });
    expect(listenersText(aServer({ id: 'a', config }))).toBe('udp+tcp 127.0.0.1:5060, udp [::1]:5070');
    const listeners = [{ protocol: 'udp' as const, host: '127.0.0.1', port: 41_234 }];
    expect(listenersText(aServer({ id: 'a', config, listeners }))).toBe('udp 127.0.0.1:41234');
    expect(listenersText(aServer({ id: 'a', config: { ...config, udpBind: [], tcpBind: [] } }))).toBe(
      'no listeners',
    );
  });

  it('knows who can be reached from the network', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '192.168.1.4', 'example.org', '1270.0.0.1'].some(isLoopback)).toBe(false);
    const lan = { protocol: 'udp' as const, host: '0.0.0.0', port: 5060 };
    expect(exposedListeners([{ ...lan, host: '127.0.0.1' }, lan])).toEqual([lan]);
  });
});
