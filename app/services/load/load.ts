import { compile } from '../../../scenarios/engine/compile.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import { keepingTexts, NO_FILES, type ReadFile } from '../../../scenarios/engine/read-file.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { MethodName, Params } from '../../contract/define.ts';
import { NODE_RULES } from '../../servers/scenario-nodes/node-options.ts';
import { ContractError } from '../../contract/errors.ts';
import type { LoadRun, LoadSnapshot, LoadStart, ScenarioOrigin } from '../../contract/load.ts';
import { isThisMachine, targetHost } from '../../contract/load-target.ts';
import type { Workbench } from '../../contract/workbench.ts';
import type { LoadHandle, LoadOptions } from '../../load/load-run.ts';
import type { ScenarioPlace } from '../scenarios/place.ts';
import { createThrottle } from '../throttle.ts';

/** A run is told at most this often. */
export const TOLD_EVERY_MS = 250;
/** Older runs are forgotten. */
export const KEPT_RUNS = 10;

/** Starts a run: see app/load. */
export type StartLoad = (options: LoadOptions) => LoadHandle;

type LoadMethod = Extract<MethodName<Workbench>, `load.${string}`>;

export interface LoadServiceOptions {
  readonly clock: Clock;
  readonly startLoad: StartLoad;
  readonly newId: () => string;
  /** Where a scenario stands. @throws ContractError */
  readonly place: (origin: ScenarioOrigin) => Promise<ScenarioPlace>;
  /** The variables of an environment. @throws ContractError */
  readonly environment: (name: string | undefined) => Promise<LoadStart['variables']>;
}

/** The load runs of the workbench. */
export interface LoadService {
  readonly handlers: {
    readonly [M in Exclude<LoadMethod, 'load.read' | 'load.start'>]: (
      params: Params<Workbench, M>,
    ) => LoadRun | Promise<LoadRun>;
  } & {
    readonly 'load.read': () => { runs: LoadRun[] };
    readonly 'load.start': (start: LoadStart) => Promise<LoadRun>;
  };
  onChanged(listener: (run: LoadRun) => void): Unsubscribe;
  /** Ends what is on. */
  dispose(): Promise<void>;
}

interface Kept {
  readonly id: string;
  readonly handle: LoadHandle;
  /** The rate that a person asked for last: the engine tells of it a second later. */
  asked: number | undefined;
  /** As it is now. */
  readonly run: () => LoadRun;
}

/** Of a text that stands nowhere: its certificates are looked for where the workbench runs. */
const NO_PLACE: ScenarioPlace = { folder: '.', readFile: NO_FILES };

/** One run at a time: two would measure each other. */
export function createLoad({ clock, startLoad, newId, place, environment }: LoadServiceOptions): LoadService {
  const changed = new Emitter<LoadRun>();
  /** The newest first. */
  let kept: readonly Kept[] = [];

  const isOn = ({ handle }: Kept): boolean => handle.snapshot.state !== 'ended';
  const find = (id: string): Kept => {
    const found = kept.find((one) => one.id === id);
    if (found === undefined) throw new ContractError('not-found', 'There is no such run any more.');
    return found;
  };
  const steer = (id: string, turn: (one: Kept) => void): LoadRun => {
    const one = find(id);
    if (!isOn(one)) throw new ContractError('conflict', 'That run has ended.');
    turn(one);
    changed.emit(one.run());
    return one.run();
  };

  const start = async ({ ownsTarget, origin, ...wanted }: LoadStart): Promise<LoadRun> => {
    const { folder, readFile } = origin === undefined ? NO_PLACE : await place(origin);
    const others = await environment(wanted.environment);
    const files: Record<string, string> = {};
    const program = programOf(wanted.text, origin?.path, keepingTexts(readFile, files));
    checkTargets(program, wanted.target, ownsTarget);
    // Nothing is waited for from here on: of two that are started at once the second one is refused.
    const on = kept.find(isOn);
    if (on !== undefined)
      throw new ContractError('conflict', `${on.run().name} runs already: stop it first.`);

    const about = { id: newId(), plan: wanted.plan, startedAtMs: clock.wallMs() };
    let latest: LoadSnapshot | undefined;
    const throttle = createThrottle(clock, TOLD_EVERY_MS, () => {
      if (latest !== undefined) changed.emit(toRun(latest));
    });
    const { text, target, plan } = wanted;
    const handle = startLoad({
      text,
      files,
      folder,
      target,
      variables: { ...others, ...wanted.variables },
      plan,
      onSnapshot: (snapshot) => {
        latest = snapshot;
        throttle.request();
      },
    });
    const one: Kept = { id: about.id, handle, asked: undefined, run: () => toRun(handle.snapshot) };
    const toRun = (snapshot: LoadSnapshot): LoadRun => ({
      ...snapshot,
      ...about,
      ratePerSec: one.asked ?? snapshot.ratePerSec,
    });
    kept = [one, ...kept].slice(0, KEPT_RUNS);
    void handle.ended.then((snapshot) => {
      throttle.dispose();
      changed.emit(toRun(snapshot));
    });
    return one.run();
  };

  return {
    handlers: {
      'load.read': () => ({ runs: kept.map(({ run }) => run()) }),
      'load.start': start,
      'load.setRate': ({ id, ratePerSec }) =>
        steer(id, (one) => {
          if (one.run().plan.profile.shape === 'users')
            throw new ContractError(
              'conflict',
              'Users begin a call when their last one is over: no rate is set.',
            );
          one.asked = ratePerSec;
          one.handle.setRate(ratePerSec);
        }),
      'load.pause': ({ id }) =>
        steer(id, ({ handle }) => {
          handle.pause();
        }),
      'load.resume': ({ id }) =>
        steer(id, ({ handle }) => {
          handle.resume();
        }),
      'load.drain': ({ id }) =>
        steer(id, ({ handle }) => {
          handle.drain();
        }),
      'load.stop': async ({ id }) => {
        const one = find(id);
        if (isOn(one)) await one.handle.stop();
        return one.run();
      },
    },
    onChanged: (listener) => changed.on(listener),
    dispose: async () => {
      await Promise.all(kept.filter(isOn).map(({ handle }) => handle.stop()));
    },
  };
}

/** All who are called: the target, and those whom actors name themselves. @throws ContractError 'invalid-config' | 'permission-denied' */
function checkTargets({ firstNode, nodes, actors }: Program, target: string, ownsTarget: boolean): void {
  const isNode = (named: string): boolean => nodes.some(({ name }) => name === named);
  const named = actors
    .flatMap(({ actor }) => [actor.target, actor.outboundProxy, actor.registration?.registrar])
    .filter((uri) => uri !== undefined && !isNode(uri) && !uri.includes('${'));
  // Without a target the first node is called.
  const called = target === '' && firstNode !== undefined ? named : [target, ...named];
  for (const uri of called) {
    const host = targetHost(uri ?? '');
    if (host === undefined)
      throw new ContractError(
        'invalid-config',
        `${uri === '' ? 'The target' : String(uri)} is no SIP URI, such as sip:bob@127.0.0.1:5060.`,
      );
    if (!ownsTarget && !isThisMachine(host))
      throw new ContractError(
        'permission-denied',
        `${host} is not this machine: confirm that you may load it.`,
      );
  }
}

/** @throws ContractError 'invalid-config' */
function programOf(text: string, file = 'The scenario', readFile: ReadFile): Program {
  const compiled = compile(text, readFile, NODE_RULES);
  if (compiled.isValid) return compiled.program;
  const [first] = compiled.diagnostics.filter(({ severity }) => severity === 'error');
  throw new ContractError(
    'invalid-config',
    `${file}:${first?.line ?? 1}:${first?.column ?? 1}: ${first?.message ?? 'it is no scenario'}.`,
  );
}
