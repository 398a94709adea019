import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { ServerConfig } from '../contract/server-config.ts';
import type { LaunchedNode, NodeEnd, NodeListener } from './node-protocol.ts';
import { decodeBatch } from '../services/traffic/capture-batch.ts';
import { startWorker, type WorkerOptions } from './start-worker.ts';

/*
 * Verified: what the workbench learns of a worker that crashes, exits, stalls or will not stop. The node itself is tested in node.test.ts and
 * through a worker in workbench.test.ts.
 */

const workerUrl = new URL('./testing/bad-worker.ts', import.meta.url);
const launched: LaunchedNode[] = [];

function launch(name: string, options: WorkerOptions = {}) {
  const log: string[] = [];
  const captured: ArrayBuffer[] = [];
  let ended: (end: NodeEnd) => void;
  const end = new Promise<NodeEnd>((resolve) => {
    ended = resolve;
  });
  const listener: NodeListener = {
    onStep: (step) => log.push(step),
    onStats: () => undefined,
    onLog: (lines) => log.push(...lines.map((l) => l.message)),
    onCaptured: (batch) => captured.push(batch),
    onWaiting: () => undefined,
    onResponding: (isResponding) => log.push(isResponding ? 'responding' : 'not responding'),
    onEnded: (e) => {
      ended(e);
    },
  };
  const orders = { config: ServerConfig.parse({ name }), idSeed: undefined, dataDir: tmpdir() };
  const node = startWorker(orders, listener, { workerUrl, ...options });
  launched.push(node);
  const octets = (): string[] =>
    captured.flatMap((batch) =>
      decodeBatch(batch).map(({ bytes }) => Buffer.from(bytes).toString('latin1', 0, 11)),
    );
  return { node, end, log, octets };
}

afterEach(async () => {
  await Promise.all(launched.splice(0).map((node) => node.stop(0)));
});

describe('worker of a node', () => {
  it('tells its listeners when it has started, and ends when told to', async () => {
    const { node, end } = launch('well-behaved');
    expect(await node.started).toEqual({ listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 5060 }] });
    await Promise.all([node.stop(1000), node.stop(1000)]);
    expect(await end).toEqual({ kind: 'stopped' });
  });

  it('that throws is a crash with the words of the error and its last lines', async () => {
    const { node, end, log } = launch('throws');
    await node.started;
    expect(await end).toEqual({ kind: 'crashed', exitCode: 1, reason: 'divided by cucumber' });
    expect(log).toEqual(['about to misbehave']);
  });

  it('that exits is a crash with its exit code', async () => {
    const { end } = launch('exits');
    expect(await end).toEqual({ kind: 'crashed', exitCode: 7, reason: 'it ended by itself' });
  });

  it('that crashes before it has started refuses the start', async () => {
    const { node, end } = launch('throws at once');
    await expect(node.started).rejects.toMatchObject({
      name: 'NodeRefusal',
      problem: {
        code: 'crashed',
        message: 'The server crashed while it started: no such luck (exit code 1).',
      },
    });
    expect(await end).toMatchObject({ kind: 'crashed' });
  });

  it('that runs out of memory dies alone', async () => {
    const { end } = launch('runs out of memory', { maxOldGenerationSizeMb: 24 });
    expect(await end).toMatchObject({ kind: 'crashed', reason: 'it ran out of memory' });
  }, 20_000);

  it.each(['throws', 'exits', 'runs out of memory', 'stalls for ever'])(
    'that captures, then %s, leaves every message it captured',
    async (story) => {
      const { node, end, octets } = launch(`captures 2000 messages, then ${story}`, {
        maxOldGenerationSizeMb: 24,
      });
      await node.started;
      if (story === 'stalls for ever') await node.stop(0);
      await end;
      expect(octets()).toHaveLength(2000);
      expect(octets().slice(-2)).toEqual(['message 199', 'message 200']);
    },
    20_000,
  );

  it('that stalls is not responding until it is heard of again', async () => {
    const { node, log } = launch('stalls for a while', { beatMs: 30 });
    await node.started;
    await expect.poll(() => log.at(-1), { timeout: 5000 }).toBe('awake');
    // A busy machine may have starved the worker before it stalled by itself.
    expect(log.slice(-3)).toEqual(['not responding', 'responding', 'awake']);
  });

  it.each(['stalls for ever', 'refuses to stop'])('that %s is ended by force', async (name) => {
    const { node, end } = launch(name);
    await node.started;
    await node.stop(0);
    expect(await end).toEqual({ kind: 'stopped' });
  });
});
