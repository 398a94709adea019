import { FromTags } from '../../../stack/lint/knowledge/from-tags.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { readBatch } from './capture-batch.ts';
import { derive, hasEnded } from './dialogs/derive.ts';
import { ChunkedIndex } from './store/chunked-index.ts';
import { callIdOf, detach, factsOf, nameEnds } from './store/facts.ts';
import { FlowEndsTable, type FlowEnds } from './store/flow-ends.ts';
import { DialogRecord, StoredMessage } from './store/records.ts';
import { Slab } from './store/slab.ts';

/*
 * Everything recorded, within a bound. Messages that share a Call-ID are one dialog and are dropped together: when the bound is passed, the
 * dialogs that ended first go first, then the oldest; what was dropped is counted.
 */

const DEFAULT_LIMIT_BYTES = 256 * 1024 * 1024;
/** What a record costs besides octets, measured on Node 20; part of the bound, or many small messages would pass it unseen. */
export const MESSAGE_COST_BYTES = 200;
export const DIALOG_COST_BYTES = 900;
/** A sender of junk gets a new dialog after so many messages, so that dropping one is possible. */
const MAX_JUNK_MESSAGES = 1000;

/** Told after each change of the store; what several messages did to a dialog is told once. */
export interface StoreWatcher {
  changed(dialogs: readonly DialogRecord[]): void;
  dropped(dialogs: readonly DialogRecord[]): void;
  cleared(): void;
}

/** Messages that belong together: what was recorded, or what a capture file holds. The same Call-ID in two of them is two dialogs. */
interface Scope {
  readonly byCallId: Map<string, DialogRecord>;
  readonly junkBySource: Map<string, DialogRecord>;
  /** Tags are compared over dialogs, so they are noted in the order the messages came. */
  readonly fromTags: FromTags;
  lastAtMs: number | undefined;
}

export class CaptureStore {
  readonly limitBytes: number;
  readonly dialogs = new ChunkedIndex<DialogRecord>();
  readonly #messages = new ChunkedIndex<StoredMessage>();
  readonly #flows = new FlowEndsTable();
  /** What was recorded, and each opened capture. */
  readonly #scopes = new Map<string, Scope>();
  readonly #watchers = new Set<StoreWatcher>();
  #ended: DialogRecord[] = [];
  #slabBytes = 0;
  #textBytes = 0;
  #nextDialogId = 1;
  #nextMessageId = 1;
  /** Rises with every change. */
  revision = 0;
  /** Messages dropped to stay within the bound. */
  dropped = 0;

  constructor(limitBytes = DEFAULT_LIMIT_BYTES) {
    this.limitBytes = limitBytes;
  }

  /** When the last message was recorded. */
  get lastAtMs(): number | undefined {
    return this.#scopes.get('')?.lastAtMs;
  }

  /** When the last message of an opened capture crossed the wire. */
  lastAtMsOf(capture: string): number | undefined {
    return this.#scopes.get(capture)?.lastAtMs;
  }

  fromTagsOf(capture: string): FromTags {
    return this.#scopeOf(capture).fromTags;
  }

  get messageCount(): number {
    return this.#messages.size;
  }

  /** Memory held: octets with what surrounds them in their batches, and the records. */
  get sizeBytes(): number {
    return (
      this.#slabBytes +
      this.#textBytes +
      this.#messages.size * MESSAGE_COST_BYTES +
      this.dialogs.size * DIALOG_COST_BYTES
    );
  }

  /** Watchers that were not stopped; for leak checks. */
  get watcherCount(): number {
    return this.#watchers.size;
  }

  message(id: number): StoredMessage | undefined {
    return this.#messages.get(id);
  }

  watch(watcher: StoreWatcher): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Takes a batch; the buffer is kept.
   * @param capture - the opened capture it is of; empty for what was recorded.
   */
  ingest(batch: ArrayBuffer, serverId: string, capture = ''): void {
    const scope = this.#scopeOf(capture);
    const slab = new Slab(batch);
    const changed: DialogRecord[] = [];
    this.revision += 1;
    for (const entry of readBatch(batch)) {
      const parsed = parseMessage(slab.bytes.subarray(entry.start, entry.end));
      const flow = this.#flows.of(entry, serverId);
      const dialog = this.#dialogOf(parsed, flow, capture);
      scope.fromTags.isReused(parsed, flow.direction);
      const message = new StoredMessage(
        this.#nextMessageId++,
        dialog,
        factsOf(parsed),
        flow,
        entry.wallMs,
        slab,
        entry.start,
        entry.end - entry.start,
      );
      slab.hold(message);
      this.#messages.set(message.id, message);
      dialog.messages.push(message);
      const wasEnded = dialog.messages.length > 1 && hasEnded(dialog.state);
      derive(dialog, message);
      if (!wasEnded && hasEnded(dialog.state)) this.#ended.push(dialog);
      scope.lastAtMs = message.atMs;
      if (dialog.revision !== this.revision) {
        dialog.revision = this.revision;
        changed.push(dialog);
      }
    }
    this.#slabBytes += slab.sizeBytes;
    for (const watcher of this.#watchers) watcher.changed(changed);
    this.#makeRoom();
  }

  /** Forgets everything; numbers go on counting, so that no number ever means two things. */
  clear(): void {
    this.revision += 1;
    for (const dialog of this.dialogs.values()) dialog.isDropped = true;
    this.dialogs.clear();
    this.#messages.clear();
    // Tags of dialogs that are forgotten are compared no more.
    this.#scopes.clear();
    this.#ended = [];
    this.#slabBytes = 0;
    this.#textBytes = 0;
    this.dropped = 0;
    for (const watcher of this.#watchers) watcher.cleared();
  }

  /** Forgets the dialogs of an opened capture. */
  forget(capture: string): void {
    const dialogs = [...this.dialogs.values()].filter((dialog) => dialog.capture === capture);
    this.revision += 1;
    for (const dialog of dialogs) this.#remove(dialog);
    this.#scopes.delete(capture);
    this.#ended = this.#ended.filter((dialog) => !dialog.isDropped);
    for (const watcher of this.#watchers) watcher.dropped(dialogs);
  }

  #scopeOf(capture: string): Scope {
    const known = this.#scopes.get(capture);
    if (known !== undefined) return known;
    const scope: Scope = {
      byCallId: new Map(),
      junkBySource: new Map(),
      fromTags: new FromTags(),
      lastAtMs: undefined,
    };
    this.#scopes.set(capture, scope);
    return scope;
  }

  #dialogOf(message: SipMessage, flow: FlowEnds, capture: string): DialogRecord {
    const callId = callIdOf(message);
    if (callId === undefined) return this.#junkOf(flow, capture);
    const { byCallId } = this.#scopeOf(capture);
    const known = byCallId.get(callId);
    if (known) return known;
    const dialog = this.#create(detach(callId), capture);
    nameEnds(dialog, message);
    this.#textBytes += dialog.textBytes;
    byCallId.set(dialog.callId, dialog);
    return dialog;
  }

  /** Octets that belong to no call are shown by their sender. */
  #junkOf(flow: FlowEnds, capture: string): DialogRecord {
    const { junkBySource } = this.#scopeOf(capture);
    const key = `${flow.source} ${flow.destination}`;
    const known = junkBySource.get(key);
    if (known && known.messages.length < MAX_JUNK_MESSAGES) return known;
    const dialog = this.#create('', capture);
    dialog.kind = 'junk';
    junkBySource.set(key, dialog);
    return dialog;
  }

  #create(callId: string, capture: string): DialogRecord {
    const dialog = new DialogRecord(this.#nextDialogId++, callId, capture);
    this.dialogs.set(dialog.id, dialog);
    return dialog;
  }

  #makeRoom(): void {
    if (this.sizeBytes <= this.limitBytes) return;
    const dropped: DialogRecord[] = [];
    let next = 0;
    while (this.sizeBytes > this.limitBytes && this.dialogs.size > 0) {
      const ended = this.#ended[next];
      const dialog = ended ?? this.dialogs.first;
      if (ended) next += 1;
      // One that went on after its end comes again when it ends again.
      if (!dialog || dialog.isDropped || (ended && !hasEnded(ended.state))) continue;
      this.#drop(dialog);
      dropped.push(dialog);
    }
    this.#ended.splice(0, next);
    for (const watcher of this.#watchers) watcher.dropped(dropped);
  }

  #drop(dialog: DialogRecord): void {
    this.#remove(dialog);
    this.dropped += dialog.messages.length;
  }

  #remove(dialog: DialogRecord): void {
    const { byCallId, junkBySource } = this.#scopeOf(dialog.capture);
    dialog.isDropped = true;
    this.dialogs.delete(dialog.id);
    this.#textBytes -= dialog.textBytes;
    if (byCallId.get(dialog.callId) === dialog) byCallId.delete(dialog.callId);
    const first = dialog.first;
    if (dialog.kind === 'junk' && first) {
      const key = `${first.flow.source} ${first.flow.destination}`;
      if (junkBySource.get(key) === dialog) junkBySource.delete(key);
    }
    for (const message of dialog.messages) {
      this.#slabBytes -= message.slab.drop(message);
      this.#messages.delete(message.id);
    }
  }
}
