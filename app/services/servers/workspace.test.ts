import { describe, expect, it } from 'vitest';
import { ServerConfig } from '../../contract/server-config.ts';
import { checkWorkspace, createWorkspaceMerge, toWorkspace } from './workspace.ts';

describe('workspace file', () => {
  it('comes back as it was written', () => {
    const servers = [{ id: 'a', config: ServerConfig.parse({ name: 'lab' }) }];
    expect(checkWorkspace(JSON.parse(JSON.stringify(toWorkspace(servers))))).toEqual({ version: 1, servers });
  });

  it.each([
    [7, 'it is no workspace'],
    [{ version: 1 }, 'it is no workspace'],
    [{ version: 2, servers: [] }, 'it is of version 2, and this program reads up to 1'],
    [
      { version: 1, servers: [{ id: 'a', config: { ringMs: -1 } }] },
      'server a: ringMs: expected a whole number from 0 to 180000',
    ],
    [
      {
        version: 1,
        servers: [
          { id: 'a', config: {} },
          { id: 'a', config: {} },
        ],
      },
      'two servers have the same id',
    ],
  ])('that is wrong is refused with one sentence: %j', (value, message) => {
    expect(() => checkWorkspace(value)).toThrow(message);
  });
});

describe('workspace that two workbenches share', () => {
  const of = (...names: string[]) =>
    toWorkspace(names.map((name) => ({ id: name, config: ServerConfig.parse({ name }) })));
  const ids = ({ servers }: ReturnType<typeof of>): string[] => servers.map(({ id }) => id);

  it('keeps what the other one has made', () => {
    expect(ids(createWorkspaceMerge()(of('a', 'b'), of('a', 'c')))).toEqual(['a', 'b', 'c']);
  });

  it('does not bring back what this one has deleted', () => {
    const merge = createWorkspaceMerge();
    merge(of('a', 'b'), undefined);
    expect(ids(merge(of('b'), of('a', 'b', 'c')))).toEqual(['b', 'c']);
  });
});
