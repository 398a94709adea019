import { ContractError } from '../../../app/contract/errors.ts';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { Memory, RunSetup, ScenariosState, Tools } from './scenarios-state.ts';

type RunActions = Pick<
  ScenariosState,
  'setTarget' | 'setVariable' | 'run' | 'showRow' | 'stop' | 'step' | 'goOn'
> & {
  readonly takeRun: (run: ScenarioRun) => void;
};

const MOST_RUNS = 20;
const SETUP = 'scenarios.setup';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What was set up in an earlier session, as far as it can be read. */
export function rememberedSetup(memory: Memory): RunSetup {
  const kept = memory.get(SETUP);
  if (!isObject(kept)) return { target: '', variables: {} };
  const { target, variables } = kept;
  const files = isObject(variables) ? Object.entries(variables) : [];
  return {
    target: typeof target === 'string' ? target : '',
    variables: Object.fromEntries(
      files.map(([path, values]) => [
        path,
        Object.fromEntries(
          Object.entries(isObject(values) ? values : {}).flatMap(([name, value]) =>
            typeof value === 'string' ? [[name, value] as const] : [],
          ),
        ),
      ]),
    ),
  };
}

/** Runs and the debugger. */
export function runActions(
  { backend, get, set }: Tools,
  memory: Memory,
  environment: () => string | undefined,
): RunActions {
  const takeRun = (run: ScenarioRun): void => {
    const { runs } = get();
    const known = runs.find(({ id }) => id === run.id);
    // An answer may come after the event that says more.
    if (known?.state === 'ended' && run.state !== 'ended') return;
    set({
      runs: (known === undefined ? [run, ...runs] : runs.map((r) => (r === known ? run : r))).slice(
        0,
        MOST_RUNS,
      ),
    });
  };
  const setUp = (setup: RunSetup): void => {
    set({ setup });
    memory.set(SETUP, setup);
  };
  return {
    takeRun,
    setTarget: (target) => {
      setUp({ ...get().setup, target });
    },
    setVariable: (path, name, value) => {
      const { setup } = get();
      const others = Object.entries(setup.variables[path] ?? {}).filter(([known]) => known !== name);
      const values = Object.fromEntries(value === undefined ? others : [...others, [name, value]]);
      setUp({ ...setup, variables: { ...setup.variables, [path]: values } });
    },
    run: async (path, { debug, only, allRows }) => {
      const { documents, setup, runs } = get();
      const text = documents[path]?.text;
      if (text === undefined) return;
      if (runs.some((run) => run.path === path && run.state !== 'ended'))
        throw new ContractError('conflict', 'It runs already: stop it first.');
      const target = setup.target.trim();
      const chosen = environment();
      takeRun(
        await backend.call('scenarios.run', {
          path,
          text,
          debug,
          variables: { ...setup.variables[path] },
          ...(target === '' ? {} : { target }),
          ...(chosen === undefined ? {} : { environment: chosen }),
          ...(only === undefined ? {} : { only }),
          ...(allRows === undefined ? {} : { allRows }),
        }),
      );
    },
    showRow: async (run, row) => {
      takeRun(await backend.call('scenarios.readRun', { run, row }));
    },
    stop: async (run) => {
      takeRun(await backend.call('scenarios.stop', { run }));
    },
    step: async (run, actor) => {
      takeRun(await backend.call('scenarios.step', { run, ...(actor === undefined ? {} : { actor }) }));
    },
    goOn: async (run) => {
      takeRun(await backend.call('scenarios.continue', { run }));
    },
  };
}
