import { Emitter } from '../../../stack/core/emitter.ts';
import { ContractError } from '../../contract/errors.ts';
import type {
  DialogPage,
  DialogQuery,
  ExportScope,
  ScenarioFromDialogs,
  TrafficSummary,
} from '../../contract/traffic.ts';
import { CaptureStore } from './capture-store.ts';
import { compare } from './compare.ts';
import { exportDialogs } from './export.ts';
import { Findings } from './findings.ts';
import { inspect } from './inspect.ts';
import { ladderOf } from './ladder.ts';
import { DialogList } from './list/dialog-list.ts';
import type { RecordedMessage } from '../../../scenarios/traffic/recorded.ts';
import { recordedMessages, scenarioOf } from './scenario.ts';
import { ServerNames } from './server-names.ts';
import type { DialogRecord, StoredMessage } from './store/records.ts';
import { dialogSummary } from './summaries.ts';
import type {
  Traffic,
  TrafficExport,
  TrafficHandlers,
  TrafficOptions,
  TrafficServer,
} from './traffic-api.ts';

export type { Traffic } from './traffic-api.ts';

/** An empty recording, switched on. */
export function createTraffic(options: TrafficOptions): Traffic {
  return new Recording(options);
}

class Recording implements Traffic {
  readonly #store: CaptureStore;
  readonly #names = new ServerNames();
  readonly #list: DialogList;
  readonly #findings: Findings;
  readonly #changes = new Emitter<TrafficSummary>();
  #isRecording = true;

  readonly handlers: TrafficHandlers = {
    'traffic.summary': () => this.summary,
    'traffic.clear': () => this.#clear(),
    'traffic.record': ({ isOn }) => this.#record(isOn),
    'dialogs.query': (query) => this.#query(query),
    'dialogs.ladder': ({ ids, limit }) => ladderOf(this.#store, this.#names, this.#findings, ids, limit),
    'messages.inspect': ({ id }) => inspect(this.#message(id), this.#findings),
    'messages.compare': ({ a, b }) => compare(this.#message(a), this.#message(b), this.#findings),
  };

  constructor({ clock, limitBytes }: TrafficOptions) {
    this.#store = new CaptureStore(limitBytes);
    // What was not recorded did not fail to come.
    const until = (capture: string): number =>
      this.#isRecording && capture === '' ? clock.wallMs() : (this.#store.lastAtMsOf(capture) ?? 0);
    this.#findings = new Findings((capture) => this.#store.fromTagsOf(capture), until);
    this.#list = new DialogList(this.#store, clock, (id) => this.#names.byId(id)?.name ?? id);
  }

  get summary(): TrafficSummary {
    const { revision, dialogs, messageCount, sizeBytes, limitBytes, dropped, lastAtMs } = this.#store;
    return {
      revision,
      dialogs: dialogs.size,
      messages: messageCount,
      sizeBytes,
      limitBytes,
      dropped,
      isRecording: this.#isRecording,
      ...(lastAtMs !== undefined && { lastAtMs }),
    };
  }

  ingest(batch: ArrayBuffer, server: { readonly id: string; readonly name: string }): void {
    if (!this.#isRecording) return;
    if (this.#names.remember(server)) this.#list.reset();
    this.#store.ingest(batch, server.id);
    this.#changes.emit(this.summary);
  }

  open(batch: ArrayBuffer, capture?: { readonly id: string; readonly name: string }): void {
    if (capture !== undefined && this.#names.remember(capture)) this.#list.reset();
    this.#store.ingest(batch, capture?.id ?? '', capture?.id);
    this.#changes.emit(this.summary);
  }

  forget(capture: string): void {
    this.#store.forget(capture);
    this.#changes.emit(this.summary);
  }

  dialogsOf(capture: string): number {
    let count = 0;
    for (const dialog of this.#store.dialogs.values()) if (dialog.capture === capture) count += 1;
    return count;
  }

  setServers(servers: readonly TrafficServer[]): void {
    this.#findings.setServers(servers);
    if (!this.#names.set(servers)) return;
    this.#list.reset();
    this.#store.revision += 1;
    this.#changes.emit(this.summary);
  }

  onChanged(listener: (summary: TrafficSummary) => void): () => void {
    return this.#changes.on(listener);
  }

  async export(scope: ExportScope): Promise<TrafficExport> {
    const dialogs = await this.#inScope(scope);
    if (dialogs.length === 0) throw new ContractError('not-found', 'There is nothing to export.');
    return exportDialogs(dialogs);
  }

  scenario(ids: readonly number[]): ScenarioFromDialogs {
    return scenarioOf(this.#dialogsOf(ids));
  }

  recorded(ids: readonly number[]): readonly RecordedMessage[] {
    return recordedMessages(this.#dialogsOf(ids));
  }

  #dialogsOf(ids: readonly number[]): readonly DialogRecord[] {
    return [...new Set(ids)].flatMap((id) => this.#store.dialogs.get(id) ?? []);
  }

  #clear(): TrafficSummary {
    this.#store.clear();
    this.#changes.emit(this.summary);
    return this.summary;
  }

  #record(isOn: boolean): TrafficSummary {
    this.#isRecording = isOn;
    this.#store.revision += 1;
    this.#changes.emit(this.summary);
    return this.summary;
  }

  async #query(query: DialogQuery): Promise<DialogPage> {
    const { page, rows } = await this.#list.query(query);
    return {
      ...page,
      rows: rows.map((dialog) =>
        dialogSummary(dialog, this.#findings.ofRow(dialog), this.#names.byId(dialog.capture)?.name),
      ),
    };
  }

  async #inScope(scope: ExportScope): Promise<readonly DialogRecord[]> {
    switch (scope.kind) {
      case 'all':
        return [...this.#store.dialogs.values()];
      case 'dialogs':
        return [...new Set(scope.ids)].flatMap((id) => this.#store.dialogs.get(id) ?? []);
      case 'filter': {
        const result = await this.#list.matching(scope.filter);
        if ('value' in result) return result.value;
        throw new ContractError('filter-syntax', result.error.message, result.error);
      }
    }
  }

  #message(id: number): StoredMessage {
    const message = this.#store.message(id);
    if (message) return message;
    throw new ContractError('gone', `Message ${id} was dropped to stay within the memory limit, or cleared.`);
  }
}
