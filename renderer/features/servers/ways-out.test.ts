import { describe, expect, it } from 'vitest';
import type { ServerProblem } from '../../../app/contract/servers.ts';
import { aServer } from '../../testing/fake-servers.ts';
import { problemDetails, waysOut } from './ways-out.ts';

const labels = (problem: Partial<ServerProblem> & Pick<ServerProblem, 'code'>): string[] =>
  waysOut(aServer({ id: 'a', state: 'failed', problem: { message: 'm', hint: 'h', ...problem } })).map(
    (w) => w.label,
  );

describe('ways out', () => {
  it.each([
    [
      { code: 'port-in-use', freePort: 5062, heldBy: { id: 'e', name: 'edge' } },
      ['Use 5062 and start', 'Stop edge and start', 'Try again'],
    ],
    [{ code: 'port-in-use' }, ['Try again']],
    [{ code: 'permission-denied', freePort: 5060 }, ['Use 5060 and start', 'Try again']],
    [
      { code: 'address-not-available', listener: { protocol: 'udp', host: '10.9.8.7', port: 5060 } },
      ['Use 127.0.0.1 and start', 'Try again'],
    ],
    [
      { code: 'address-not-available', listener: { protocol: 'udp', host: '::1', port: 5060 } },
      ['Try again'],
    ],
    [{ code: 'crashed', exitCode: 134 }, ['Restart']],
    [{ code: 'invalid-config' }, ['Try again']],
  ] as const)('of %o', (problem, expected) => {
    expect(labels(problem)).toEqual(expected);
  });

  it('never offers to stop something first', () => {
    const ways = waysOut(
      aServer({
        id: 'a',
        problem: {
          code: 'port-in-use',
          message: '',
          hint: '',
          freePort: 5062,
          heldBy: { id: 'b', name: 'b' },
        },
      }),
    );
    expect(ways[0]?.kind).toBe('move-port');
  });

  it('gives details for a report', () => {
    const server = aServer({
      id: 'probe',
      state: 'crashed',
      problem: { code: 'crashed', message: 'died', hint: 'hint', exitCode: 134 },
    });
    expect(problemDetails(server)).toBe(
      'probe (minimal): died\nhint\ncode: crashed, exit 134\nlisteners: udp 127.0.0.1:5060, tcp 127.0.0.1:5060',
    );
  });
});
