import type { ServerRequest } from '../../../stack/agent/handler.ts';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Decision, OperatorItem } from '../../contract/operator.ts';
import type { DeskItem, ItemHost } from './item.ts';
import { Remembered } from './remembered.ts';

/** Items at a time; more than a person could look at. Further requests get 480. */
const MAX_ITEMS = 200;
/** Changes within this time are told as one. */
const BATCH_MS = 50;

export interface DeskOptions {
  readonly clock: Clock;
  readonly log: Logger;
}

/** What waits for an operator, and who may decide about it: any number of operators, the first decision counts. */
export class OperatorDesk implements Disposable {
  readonly #options: DeskOptions;
  readonly #items = new Map<string, DeskItem>();
  readonly #remembered = new Remembered();
  readonly #changed = new Emitter<readonly OperatorItem[]>();
  #batch: Timer | undefined;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** Oldest first. */
  list(): readonly OperatorItem[] {
    return [...this.#items.values()].map((item) => item.view());
  }

  /** Hears of the whole list after it has changed, a few times a second at most. */
  onChanged(listener: (items: readonly OperatorItem[]) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Lays a request before the operator, unless it is known what he says to it. */
  put(request: ServerRequest, make: (host: ItemHost) => DeskItem): void {
    if (this.#items.size >= MAX_ITEMS) {
      this.#options.log.warn('too much waits for the operator', { items: MAX_ITEMS });
      request.respond(480);
      return;
    }
    const item = make(this.#host);
    this.#items.set(item.id, item);
    this.#host.changed();
    const known = this.#remembered.get(item.key);
    if (known !== undefined) this.#repeat(item, known);
  }

  /**
   * Does what an operator has decided.
   * @throws ContractError 'gone' when it is over or decided, 'bad-params' when it makes no sense now.
   */
  decide(id: string, decision: Decision): void {
    const item = this.#items.get(id);
    if (item === undefined)
      throw new ContractError('gone', 'That is over already: it was cancelled, or somebody has decided.');
    item.decide(decision);
    if (decision.isRemembered === true) this.#remembered.remember(item.key, decision);
  }

  dispose(): void {
    this.#batch?.cancel();
    for (const item of this.#items.values()) item.dispose();
    this.#items.clear();
  }

  /** What made sense for another request may make none for this one: then the operator is asked after all. */
  #repeat(item: DeskItem, decision: Decision): void {
    try {
      item.decide(decision);
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      this.#remembered.forget(item.key);
    }
  }

  readonly #host: ItemHost = {
    changed: () => {
      this.#batch ??= this.#options.clock.after(BATCH_MS, () => {
        this.#batch = undefined;
        this.#changed.emit(this.list());
      });
    },
    gone: (item) => {
      if (this.#items.delete(item.id)) this.#host.changed();
    },
  };
}
