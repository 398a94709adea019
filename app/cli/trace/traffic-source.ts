import type { Params, Result } from '../../contract/define.ts';
import type { Lane } from '../../contract/traffic.ts';
import type { Workbench } from '../../contract/workbench.ts';
import { usageError } from '../io.ts';
import { traceMessages, type TraceMessage } from './trace-message.ts';

/** The two questions about recorded traffic that a trace asks, of a running node or of a file. */
export interface TrafficQuestions {
  query(params: Params<Workbench, 'dialogs.query'>): Promise<Result<Workbench, 'dialogs.query'>>;
  ladder(params: Params<Workbench, 'dialogs.ladder'>): Promise<Result<Workbench, 'dialogs.ladder'>>;
}

/** Dialogs looked at each time, the newest first. */
const MAX_DIALOGS = 500;
const DIALOGS_A_LADDER = 50;
const MESSAGES_A_LADDER = 5000;

/** What was not told before. */
export interface News {
  /** In order of time. */
  readonly messages: readonly TraceMessage[];
  readonly lanes: readonly Lane[];
}

/** Finds the messages that came since it was asked last. Of more than 500 dialogs only the newest are looked at. */
export class TrafficSource {
  readonly #questions: TrafficQuestions;
  readonly #filter: string;
  /** Of each dialog: how many messages it had, and the number of the last one that was told. */
  readonly #told = new Map<number, { readonly count: number; readonly lastId: number }>();

  constructor(questions: TrafficQuestions, filter: string) {
    this.#questions = questions;
    this.#filter = filter;
  }

  /** @throws CliError 2 when the filter is none. */
  async news(): Promise<News> {
    const { rows, filterError } = await this.#questions.query({
      filter: this.#filter,
      sort: { by: 'id', descending: true },
      offset: 0,
      limit: MAX_DIALOGS,
    });
    if (filterError !== undefined) throw usageError(`--filter: ${filterError.message}`);
    const changed = rows.filter(({ id, messages }) => (this.#told.get(id)?.count ?? 0) < messages);
    const messages: TraceMessage[] = [];
    const lanes: Lane[] = [];
    for (let at = 0; at < changed.length; at += DIALOGS_A_LADDER) {
      const ids = changed.slice(at, at + DIALOGS_A_LADDER).map(({ id }) => id);
      const ladder = await this.#questions.ladder({ ids, limit: MESSAGES_A_LADDER });
      lanes.push(...ladder.lanes);
      messages.push(...traceMessages(ladder).filter((message) => this.#isNew(message)));
    }
    const listed = new Map(rows.map((row) => [row.id, row.messages]));
    for (const id of this.#told.keys()) if (!listed.has(id)) this.#told.delete(id);
    for (const { id, dialogId } of messages) {
      const lastId = Math.max(id, this.#told.get(dialogId)?.lastId ?? 0);
      this.#told.set(dialogId, { count: listed.get(dialogId) ?? 0, lastId });
    }
    return { messages: messages.sort((a, b) => a.atMs - b.atMs || a.id - b.id), lanes };
  }

  #isNew({ id, dialogId }: TraceMessage): boolean {
    return id > (this.#told.get(dialogId)?.lastId ?? -1);
  }
}
