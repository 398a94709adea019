import type { Decision, OperatorItem } from '../../../app/contract/operator.ts';

/** What became of something that waited. */
export interface Outcome {
  readonly text: string;
  /** Of the response, where one was chosen. */
  readonly status: number | undefined;
}

/** The response a decision sends; undefined for one that sends none. */
export function statusOf(item: OperatorItem, { kind, status }: Decision): number | undefined {
  switch (kind) {
    case 'answer':
      return item.kind === 'transfer' ? 202 : 200;
    case 'reject':
      return status ?? 486;
    case 'redirect':
      return status ?? 302;
    case 'ring':
      return status ?? 180;
    case 'early':
      return 183;
    case 'hold':
    case 'resume':
    case 'transfer':
    case 'hang-up':
      return undefined;
  }
}

/** Why an item is over: what was decided last, or that nobody did. */
export function outcomeOf(item: OperatorItem, decision: Decision | undefined, atMs: number): Outcome {
  const status = decision === undefined ? undefined : statusOf(item, decision);
  switch (decision?.kind) {
    case 'answer':
      return { text: item.kind === 'call' ? 'answered, ended by the caller' : 'you accepted', status };
    case 'reject':
      return { text: 'you rejected', status };
    case 'redirect':
      return { text: 'you redirected', status };
    case 'hang-up':
      return { text: 'you hung up', status };
    case 'transfer':
      return { text: 'you transferred', status };
    case 'hold':
    case 'resume':
      return { text: 'answered, ended by the caller', status: 200 };
    case 'ring':
    case 'early':
    case undefined:
      if (item.state === 'answered' || item.state === 'held') return { text: 'ended', status: 200 };
      return item.deadlineAtMs !== undefined && atMs >= item.deadlineAtMs
        ? { text: 'nobody decided in time', status: 480 }
        : { text: 'given up by the caller', status: undefined };
  }
}
