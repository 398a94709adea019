import { ContractError } from '../../contract/errors.ts';
import type { AnswerOutcome, FromNode, ToNode } from '../node-protocol.ts';
import type { Ask } from './questions.ts';

/** Questions to a node behind the wall of its worker. */
export interface WorkerAsks {
  readonly ask: Ask;
  onAnswer(id: number, outcome: AnswerOutcome): void;
  /** The worker is gone: nothing will be answered any more. */
  end(): void;
}

interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: ContractError) => void;
}

const ended = (): ContractError => new ContractError('gone', 'The server ended before it could answer.');

export function createWorkerAsks(tell: (message: ToNode) => void): WorkerAsks {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let isOver = false;
  return {
    ask: (question, params) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(ended());
        const id = ++lastId;
        waiting.set(id, { resolve, reject });
        tell({ kind: 'ask', id, question, params });
      }),
    onAnswer(id, outcome) {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (outcome.isOk) asked?.resolve(outcome.result as never);
      else asked?.reject(new ContractError(outcome.code, outcome.message, outcome.data));
    },
    end() {
      isOver = true;
      for (const { reject } of waiting.values()) reject(ended());
      waiting.clear();
    },
  };
}

/** The other end: asks the node in this worker and posts what it says. What is no error of the contract stays here, in the log. */
export async function answerTo(
  { id, question, params }: Extract<ToNode, { kind: 'ask' }>,
  ask: Ask | undefined,
  post: (message: FromNode) => void,
  onFault: (error: unknown) => void,
): Promise<void> {
  try {
    if (ask === undefined) throw ended();
    const result = await ask(question, params as never);
    post({ kind: 'answer', id, outcome: { isOk: true, result } });
  } catch (error) {
    const told = error instanceof ContractError;
    if (!told) onFault(error);
    const { code, message, data } = told
      ? error
      : new ContractError('internal', 'The server could not answer.');
    post({ kind: 'answer', id, outcome: { isOk: false, code, message, data } });
  }
}
