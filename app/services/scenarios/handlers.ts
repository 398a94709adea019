import type { MethodName, Params, Result } from '../../contract/define.ts';
import type { Workbench } from '../../contract/workbench.ts';

/** What the service answers by itself; scenarios.fromDialogs is left, which is about traffic. */
type ScenarioMethod = Exclude<Extract<MethodName<Workbench>, `scenarios.${string}`>, 'scenarios.fromDialogs'>;

export type ScenarioHandlers = {
  readonly [M in ScenarioMethod]: (
    params: Params<Workbench, M>,
  ) => Result<Workbench, M> | Promise<Result<Workbench, M>>;
};
