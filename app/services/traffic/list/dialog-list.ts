import type { Clock } from '../../../../stack/core/clock.ts';
import type { DialogPage, DialogQuery } from '../../../contract/traffic.ts';
import type { CaptureStore } from '../capture-store.ts';
import { compileFilter, type Filter } from '../filter/filter.ts';
import { FilterError } from '../filter/filter-error.ts';
import { nearestFilters } from '../filter/nearest.ts';
import type { DialogRecord } from '../store/records.ts';
import { DialogView } from './dialog-view.ts';
import { orderBy, type DialogOrder } from './sort-keys.ts';

/** Filters kept up to date at once: what is typed, shown in other windows, and suggested. */
const MAX_VIEWS = 12;
/** Suggestions when a filter lets nothing through. */
const MAX_NEAREST = 4;
/** How long a query may keep the thread from everything else, milliseconds. */
const SLICE_MS = 12;

export type FilterResult<T> =
  { readonly value: T } | { readonly error: NonNullable<DialogPage['filterError']> };

/** Answers queries for dialogs. A view per filter text is kept, so that asking again costs only what changed. */
export class DialogList {
  readonly #store: CaptureStore;
  readonly #clock: Clock;
  readonly #serverName: (serverId: string) => string;
  readonly #views = new Map<string, DialogView>();
  readonly #orders = new Map<string, DialogOrder>();

  constructor(store: CaptureStore, clock: Clock, serverName: (serverId: string) => string) {
    this.#store = store;
    this.#clock = clock;
    this.#serverName = serverName;
  }

  /** Throws the views away, because the names that `node` is compared with have changed. */
  reset(): void {
    for (const view of this.#views.values()) view.dispose();
    this.#views.clear();
  }

  async query(
    query: DialogQuery,
  ): Promise<{ page: Omit<DialogPage, 'rows'>; rows: readonly DialogRecord[] }> {
    const text = query.filter.trim();
    const result = await this.#upToDate(text);
    const failure = 'error' in result ? result.error : undefined;
    const view = 'error' in result ? await this.#valid('') : result.value.view;
    const sorted = view.sorted(this.#order(query.sort));
    const isEmpty = view.matched === 0 && this.#store.dialogs.size > 0;
    const page = {
      total: this.#store.dialogs.size,
      matched: view.matched,
      failed: view.failed,
      nearest: isEmpty ? await this.#nearest(text) : [],
      ...(failure && { filterError: failure }),
    };
    return { page, rows: sorted.slice(query.offset, query.offset + query.limit) };
  }

  /** All dialogs a filter lets through, in order of their numbers. */
  async matching(filter: string): Promise<FilterResult<DialogRecord[]>> {
    const result = await this.#upToDate(filter.trim());
    if ('error' in result) return result;
    return { value: [...result.value.view.dialogs()].sort((a, b) => a.id - b.id) };
  }

  async #valid(filter: string): Promise<DialogView> {
    const result = await this.#upToDate(filter);
    if ('error' in result) throw new Error(`filter ${filter} cannot be wrong: ${result.error.message}`);
    return result.value.view;
  }

  async #upToDate(text: string): Promise<FilterResult<{ view: DialogView; filter: Filter }>> {
    try {
      const filter = compileFilter(text, this.#serverName);
      const view = this.#view(text, filter);
      for (;;) {
        const startMs = this.#clock.now();
        if (view.advance(() => this.#clock.now() - startMs >= SLICE_MS)) return { value: { view, filter } };
        await new Promise((resume) => setImmediate(resume));
      }
    } catch (error) {
      if (!(error instanceof FilterError)) throw error;
      this.#forget(text);
      return { error: { message: error.message, start: error.start, end: error.end } };
    }
  }

  #view(text: string, filter: Filter): DialogView {
    const view = this.#views.get(text) ?? new DialogView(this.#store, filter);
    // The one asked for last stands last; the first is the one to go.
    this.#views.delete(text);
    this.#views.set(text, view);
    const oldest = this.#views.size > MAX_VIEWS ? this.#views.keys().next().value : undefined;
    if (oldest !== undefined) this.#forget(oldest);
    return view;
  }

  #forget(text: string): void {
    this.#views.get(text)?.dispose();
    this.#views.delete(text);
  }

  #order({ by, descending }: DialogQuery['sort']): DialogOrder {
    const key = `${by} ${descending}`;
    let order = this.#orders.get(key);
    if (!order) this.#orders.set(key, (order = orderBy(by, descending)));
    return order;
  }

  async #nearest(text: string): Promise<DialogPage['nearest']> {
    const filter = compileFilter(text, this.#serverName);
    const nearest = [];
    for (const near of nearestFilters(filter, text, this.#store, this.#serverName)) {
      const result = await this.#upToDate(near);
      if ('value' in result && result.value.view.matched > 0) {
        nearest.push({ filter: near, matched: result.value.view.matched });
      }
      if (nearest.length === MAX_NEAREST) break;
    }
    return nearest;
  }
}
