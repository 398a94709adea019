import type { Dials } from '../../contract/dials.ts';
import type { Decision, OperatorItem } from '../../contract/operator.ts';
import type { NodeState, StateAction } from '../../contract/state.ts';
import type { NodeGauges } from '../metrics/node-gauges.ts';

/** What a running node can be asked, in its process or across the wall of its worker: a request and its result, by name. */
export interface NodeQuestions {
  'dials.read': { readonly params: undefined; readonly result: Dials };
  /** Rejects with ContractError invalid-config. */
  'dials.change': { readonly params: Readonly<Record<string, unknown>>; readonly result: Dials };
  'state.read': { readonly params: undefined; readonly result: NodeState };
  'gauges.read': { readonly params: undefined; readonly result: NodeGauges };
  /** Rejects with ContractError gone | not-found. */
  'state.act': { readonly params: StateAction; readonly result: undefined };
  'operator.list': { readonly params: undefined; readonly result: readonly OperatorItem[] };
  /** Rejects with ContractError gone | bad-params. */
  'operator.decide': {
    readonly params: { readonly item: string; readonly decision: Decision };
    readonly result: undefined;
  };
}

export type Question = keyof NodeQuestions;

/** Asks a running node. Rejects with ContractError only; `gone` when the node ended meanwhile. */
export type Ask = <Q extends Question>(
  question: Q,
  params: NodeQuestions[Q]['params'],
) => Promise<NodeQuestions[Q]['result']>;

/** Who answers: every question has its answer here, or nothing compiles. */
export type Answers = {
  readonly [Q in Question]: (
    params: NodeQuestions[Q]['params'],
  ) => NodeQuestions[Q]['result'] | Promise<NodeQuestions[Q]['result']>;
};

/** Asks answers of the same process. */
export function asker(answers: Answers): Ask {
  return (question, params) =>
    Promise.resolve(params).then((given) => answers[question](given as never) as never);
}
