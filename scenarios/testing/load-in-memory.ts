import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { createAgentLab, type AgentLab } from '../../stack/testing/agent-lab.ts';
import { compile } from '../engine/compile.ts';
import { LoadBook } from '../load/book.ts';
import { LoadRunner } from '../load/load-runner.ts';
import type { LoadShare, StopRules } from '../load/plan.ts';

const createTimes = (): RecordableHistogram => createHistogram({ lowest: 1, highest: 3.6e9, figures: 3 });

export interface InMemoryLoad {
  readonly lab: AgentLab;
  readonly runner: LoadRunner;
  readonly book: LoadBook<RecordableHistogram>;
  /** Whether the runner has ended. */
  readonly hasEnded: () => boolean;
  /** Moves the time on, a second at a time; the runner is stopped where a rule says so. @returns why, in a sentence. */
  readonly seconds: (count: number) => Promise<string | undefined>;
}

/** A load run over a network in memory, in virtual time. Actors live at 10.1.0.1 and so on, in the order of the file. */
export async function loadInMemory(
  text: string,
  share: Partial<LoadShare> & Pick<LoadShare, 'profile'>,
  rules: StopRules = {},
  lab: AgentLab = createAgentLab(),
): Promise<InMemoryLoad> {
  const compiled = compile(text);
  if (!compiled.isValid) throw new Error(compiled.diagnostics.map(({ message }) => message).join('\n'));
  const { program } = compiled;
  const names = program.actors.map(({ name }) => name);
  const times = { setup: createTimes(), length: createTimes() };
  const runner = new LoadRunner({
    program,
    share: { limits: { maxConcurrent: 10_000 }, worker: 0, workers: 1, ...share },
    clock: lab.clock,
    ids: createIds('load'),
    hashes: nodeHashes,
    bind: ({ transport }, name) =>
      lab.network.bind(transport, { host: `10.1.0.${names.indexOf(name) + 1}`, port: 5060 }),
    times,
  });
  const book = new LoadBook(createTimes, rules);
  let hasEnded = false;
  void runner.ended.then(() => {
    hasEnded = true;
  });
  await runner.open();
  runner.start();
  return {
    lab,
    runner,
    book,
    hasEnded: () => hasEnded,
    seconds: async (count) => {
      for (let n = 0; n < count; n++) {
        await lab.clock.advanceAsync(1000);
        const reason = book.close(Math.round(lab.clock.now() / 1000), [runner.take()], [times]);
        times.setup.reset();
        times.length.reset();
        if (reason === undefined) continue;
        runner.stop();
        return reason;
      }
      return undefined;
    },
  };
}
