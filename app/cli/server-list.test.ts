import { describe, expect, it } from 'vitest';
import { CliError } from './io.ts';
import { resolveServers } from './server-list.ts';
import type { ConfigSources } from './server-options.ts';

const resolve = (file: ConfigSources['file'], flags: ConfigSources['flags'] = {}) =>
  resolveServers({ flags, file, filePath: 'lab.yaml', env: {} });

const refusal = (...given: Parameters<typeof resolve>): string => {
  try {
    resolve(...given);
  } catch (error) {
    if (error instanceof CliError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'accepted';
};

describe('several servers of one file', () => {
  it('take their own options before those beside the list, and flags before both', () => {
    const { own, servers, isList } = resolve(
      {
        capture: 'all.pcapng',
        t1Ms: 100,
        ringMs: 1,
        servers: [
          { name: 'uas', mode: 'full', ringMs: 2 },
          { name: 'edge', mode: 'proxy', udpBind: '127.0.0.1:5070' },
        ],
      },
      { t1Ms: '200' },
    );
    expect(isList).toBe(true);
    expect(own.config.capture).toBe('all.pcapng');
    expect(
      servers.map(({ config }) => [config.name, config.mode, config.ringMs, config.t1Ms, config.udpBind]),
    ).toEqual([
      ['uas', 'full-uas', 2, 200, ['0.0.0.0:5060']],
      ['edge', 'proxy', 1, 200, ['127.0.0.1:5070']],
    ]);
    expect(servers[0]?.origins).toMatchObject({
      name: 'file',
      ringMs: 'file',
      t1Ms: 'flag',
      tcpBind: 'default',
    });
  });

  it('without the list are one server', () => {
    const { servers, isList } = resolve({ mode: 'full' });
    expect([servers.length, servers[0]?.config.mode, isList]).toEqual([1, 'full-uas', false]);
  });

  it.each([
    [{ servers: [] }, '2 lab.yaml: servers: expected a list of 1 to 50 servers, each with its options'],
    [{ servers: 'uas' }, '2 lab.yaml: servers: expected a list of 1 to 50 servers, each with its options'],
    [
      { servers: ['uas'] },
      '2 lab.yaml: servers[0]: a server is a list of options and values, such as mode: full-uas',
    ],
    [
      { servers: [{}, {}] },
      '2 lab.yaml: servers: two of them are called siphond; give each a name of its own',
    ],
    [{ servers: [{}, { ringMS: 1 }] }, '2 lab.yaml: servers[1]: unknown option ringMS; did you mean ringMs?'],
    [
      { servers: [{ ringMs: -1 }] },
      '2 lab.yaml: servers[0]: ringMs: expected a whole number from 0 to 180000',
    ],
    [
      { servers: [{ capture: 'x.pcapng' }] },
      '2 lab.yaml: servers[0]: capture belongs to the whole process: write it beside servers',
    ],
    [{ servers: [{ servers: [] }] }, '2 lab.yaml: servers[0]: unknown option servers'],
    [{ ringMS: 1, servers: [{}] }, '2 lab.yaml: unknown option ringMS; did you mean ringMs?'],
  ])('%j is refused with its place', (file, message) => {
    expect(refusal(file)).toBe(message);
  });

  it('name the flag when a flag is wrong', () => {
    expect(refusal({ servers: [{}] }, { ringMs: 'soon' })).toBe(
      '2 --ring-ms: expected a whole number from 0 to 180000',
    );
  });
});
