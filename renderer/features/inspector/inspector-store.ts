import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Inspection, MessageSummary } from '../../../app/contract/traffic.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import { decodeBase64, type ByteRange } from './byte-lines.ts';
import { AnswerCache } from './inspection-cache.ts';
import { findNodeAt, findNodeByPath, rangeOf } from './tree-model.ts';

/** An inspection with its octets decoded once. */
export interface OpenMessage {
  readonly inspection: Inspection;
  readonly bytes: Uint8Array;
}

export type InspectorTab = 'parsed' | 'raw' | 'hex' | 'findings';

export interface InspectorState {
  /** The message asked for; the one shown may be the one before it, until the answer is here. */
  readonly id: number | undefined;
  readonly open: OpenMessage | undefined;
  /** Why the message cannot be shown. */
  readonly problem: string | undefined;
  readonly tab: InspectorTab;
  /** Octets lit in every view. */
  readonly range: ByteRange | undefined;
  /** The part they belong to; the same part is sought in the next message. */
  readonly path: string | undefined;
  readonly expanded: ReadonlySet<string>;
  readonly hasControls: boolean;
}

export interface InspectorStore {
  readonly store: StoreApi<InspectorState>;
  readonly show: (id: number | undefined) => void;
  /** Asks for messages that will probably be wanted next. */
  readonly prefetch: (ids: readonly number[]) => void;
  /** Asks again for messages that are judged otherwise by now: what follows a message may show that it was wrong. */
  readonly judge: (messages: readonly Pick<MessageSummary, 'id' | 'findings' | 'worst'>[]) => void;
  readonly setTab: (tab: InspectorTab) => void;
  /** Lights a part by its path in the tree. */
  readonly selectPath: (path: string) => void;
  /** Lights the part that holds an octet and opens the tree down to it. */
  readonly selectOctet: (offset: number) => void;
  readonly selectRange: (range: ByteRange) => void;
  readonly clearSelection: () => void;
  readonly setExpanded: (path: string, isExpanded: boolean) => void;
  readonly toggleControls: () => void;
  /** Octets of any message, for the clipboard. */
  readonly load: (id: number) => Promise<OpenMessage>;
  readonly dispose: () => void;
}

const KEPT = 64;

export function createInspectorStore(backend: Backend<Workbench>): InspectorStore {
  const store = createStore<InspectorState>(() => ({
    id: undefined,
    open: undefined,
    problem: undefined,
    tab: 'parsed',
    range: undefined,
    path: undefined,
    expanded: new Set(['Via']),
    hasControls: true,
  }));
  let isDisposed = false;
  const cache = new AnswerCache<OpenMessage>(async (id) => {
    const inspection = await backend.call('messages.inspect', { id });
    return { inspection, bytes: decodeBase64(inspection.base64) };
  }, KEPT);

  const apply = (open: OpenMessage): void => {
    const { path } = store.getState();
    const node = path === undefined ? undefined : findNodeByPath(open.inspection.tree, path);
    store.setState({ open, problem: undefined, range: node === undefined ? undefined : rangeOf(node) });
  };

  return {
    store,
    show: (id) => {
      if (id === store.getState().id) return;
      store.setState({ id, problem: undefined });
      if (id === undefined) {
        store.setState({ open: undefined, range: undefined });
        return;
      }
      const known = cache.peek(id);
      if (known !== undefined) {
        apply(known);
        return;
      }
      cache.get(id).then(
        (open) => {
          if (store.getState().id === id && !isDisposed) apply(open);
        },
        (error: unknown) => {
          if (store.getState().id !== id || isDisposed) return;
          const problem = error instanceof ContractError ? error.message : 'The message could not be read.';
          store.setState({ open: undefined, problem, range: undefined });
        },
      );
    },
    prefetch: (ids) => {
      for (const id of ids) {
        cache.get(id).catch(() => {
          // Asked for in advance: whoever wants it will be told.
        });
      }
    },
    judge: (messages) => {
      for (const { id, findings, worst } of messages) {
        const known = cache.peek(id)?.inspection.message;
        if (known === undefined || (known.findings === findings && known.worst === worst)) continue;
        cache.forget(id);
        if (id !== store.getState().id) continue;
        cache.get(id).then(
          (open) => {
            if (store.getState().id === id && !isDisposed) store.setState({ open });
          },
          () => {
            // It was dropped meanwhile; what is shown stays until another one is selected.
          },
        );
      }
    },
    setTab: (tab) => {
      store.setState({ tab });
    },
    selectPath: (path) => {
      const { open } = store.getState();
      const node = open === undefined ? undefined : findNodeByPath(open.inspection.tree, path);
      store.setState({ path, range: node === undefined ? undefined : rangeOf(node) });
    },
    selectOctet: (offset) => {
      const { open, expanded } = store.getState();
      const found = open === undefined ? undefined : findNodeAt(open.inspection.tree, offset);
      if (found === undefined) {
        store.setState({ path: undefined, range: { start: offset, end: offset + 1 } });
        return;
      }
      store.setState({
        path: found.path,
        range: rangeOf(found.node),
        expanded: new Set([...expanded, ...found.ancestors]),
      });
    },
    selectRange: (range) => {
      store.setState({ range, path: undefined });
    },
    clearSelection: () => {
      store.setState({ range: undefined, path: undefined });
    },
    setExpanded: (path, isExpanded) => {
      const expanded = new Set(store.getState().expanded);
      if (isExpanded) expanded.add(path);
      else expanded.delete(path);
      store.setState({ expanded });
    },
    toggleControls: () => {
      store.setState(({ hasControls }) => ({ hasControls: !hasControls }));
    },
    load: (id) => cache.get(id),
    dispose: () => {
      isDisposed = true;
    },
  };
}
