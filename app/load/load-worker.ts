import { parentPort, workerData } from 'node:worker_threads';
import { compile } from '../../scenarios/engine/compile.ts';
import { fromTexts } from '../../scenarios/engine/read-file.ts';
import { LoadRunner } from '../../scenarios/load/load-runner.ts';
import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import { createRandomIds } from '../../stack/core/node/random-ids.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import { bindActor } from '../servers/bind-actor.ts';
import { createCallTimes } from './call-times.ts';
import type { FromLoadWorker, LoadOrders, SharedTimes, ToLoadWorker } from './load-protocol.ts';

/* The script of a thread of a load run: orders come as workerData, everything else by messages (load-protocol.ts). */

const SECOND_MS = 1000;

async function main(port: NonNullable<typeof parentPort>, orders: LoadOrders): Promise<void> {
  const { text, files, folder, nodes, variables, share, seed, dnsServers } = orders;
  const post = (message: FromLoadWorker): void => port.postMessage(message);
  const compiled = compile(text, fromTexts(files));
  if (!compiled.isValid) {
    const [first] = compiled.diagnostics;
    post({
      kind: 'refused',
      problem: first === undefined ? 'It is no scenario.' : `Line ${first.line}: ${first.message}.`,
    });
    port.close();
    return;
  }
  const clock = createSystemClock();
  // Every worker has identifiers of its own: two calls with one Call-ID would be one call.
  const ids =
    seed === undefined ? createIds(createRandomIds().token(20)) : createIds(`${seed}/${share.worker}`);
  const times: SharedTimes = [createCallTimes(), createCallTimes()];
  let filling: 0 | 1 = 0;
  let isTaken = true;
  const runner = new LoadRunner({
    program: compiled.program,
    share,
    clock,
    ids,
    hashes: nodeHashes,
    resolver: createResolver({ dns: createSystemDns(dnsServers && { servers: dnsServers }), clock, ids }),
    nodes,
    variables,
    bind: (actor) => bindActor(actor, { clock, env: process.env, folder }),
    times: {
      get setup() {
        return times[filling].setup;
      },
      get length() {
        return times[filling].length;
      },
    },
  });

  const tell = (isLast: boolean): void => {
    post({ kind: 'second', delta: runner.take(), times: filling, isLast });
    isTaken = false;
    filling = filling === 0 ? 1 : 0;
  };
  let beat: NodeJS.Timeout | undefined;
  let beats = 0;
  const next = (startMs: number): void => {
    beat = setTimeout(
      () => {
        // Whoever reads is late: the next message tells of two seconds.
        if (isTaken) tell(false);
        next(startMs);
      },
      startMs + ++beats * SECOND_MS - clock.now(),
    );
  };

  port.on('message', (message: ToLoadWorker) => {
    switch (message.kind) {
      case 'start':
        runner.start();
        next(clock.now());
        return;
      case 'rate':
        return runner.setRate(message.ratePerSec);
      case 'taken':
        isTaken = true;
        times[filling === 0 ? 1 : 0].setup.reset();
        times[filling === 0 ? 1 : 0].length.reset();
        return;
      default:
        runner[message.kind]();
    }
  });
  void runner.ended.then(async () => {
    clearTimeout(beat);
    tell(true);
    await runner.close();
    clock.dispose();
    port.close();
  });
  try {
    await runner.open();
    post({ kind: 'ready', times });
  } catch (error) {
    post({ kind: 'refused', problem: error instanceof Error ? error.message : String(error) });
    await runner.close();
    port.close();
  }
}

if (parentPort !== null) void main(parentPort, workerData as LoadOrders);
