import { describe, expect, it } from 'vitest';
import { NodeError } from '../../../scenarios/engine/nodes/node-port.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { nodesInThreads } from './nodes-in-threads.ts';

const workerUrl = new URL('../testing/bad-worker.ts', import.meta.url);

function start(name: string) {
  const clock = createSystemClock();
  let crashed: (told: readonly string[]) => void = () => undefined;
  const crash = new Promise<readonly string[]>((resolve) => {
    crashed = resolve;
  });
  const startNode = nodesInThreads(
    { folder: '.', seed: undefined, dnsServers: undefined, onCrashed: (...told) => crashed(told) },
    { workerUrl },
  );
  const started = startNode({ name, options: { mode: 'minimal' }, clock }).finally(() => clock.dispose());
  return { started, crash };
}

describe('a node in a thread of its own', { timeout: 120_000 }, () => {
  it('is told of when it crashes while it serves', async () => {
    const { started, crash } = start('throws');
    await started;
    expect(await crash).toEqual(['throws', 'divided by cucumber']);
  });

  it('cannot be started where it crashes at once, and says why', async () => {
    const { started } = start('throws at once');
    await expect(started).rejects.toThrow(NodeError);
    await expect(started).rejects.toThrow('The server crashed while it started: no such luck (exit code 1).');
  });
});
