import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EventName, MethodName, Params, Payload, Result } from '../../app/contract/define.ts';
import { ContractError } from '../../app/contract/errors.ts';
import type { Hello, Workbench } from '../../app/contract/workbench.ts';
import type { Backend } from '../../app/rpc/types.ts';
import type { Unsubscribe } from '../../app/rpc/unsubscribe.ts';

/** Opens a new link each time it is called; rejects with a ContractError that says why not. */
export type OpenBackend = () => Promise<Backend<Workbench>>;

export interface Connection {
  /** `lost`: it was there and is being sought again. `refused`: trying again will not help. */
  readonly state: 'connecting' | 'connected' | 'lost' | 'refused';
  /** Counts the connections so far; what was read before the latest one may be out of date. */
  readonly epoch: number;
  /** Attempts since the connection was last there. */
  readonly attempts: number;
  /** What the other end said about itself at the latest connection. */
  readonly hello: Hello | undefined;
  /** Why there is none: one sentence. */
  readonly reason: string | undefined;
}

export interface LiveBackend {
  /** Stays the same over reconnects; subscriptions move on to the new link. */
  readonly backend: Backend<Workbench>;
  readonly connection: StoreApi<Connection>;
  /** Tries at once instead of waiting. */
  readonly retry: () => void;
}

/** Calls `fire` once after `delayMs`; returns how to call it off. */
export type Schedule = (delayMs: number, fire: () => void) => Unsubscribe;

/** Waits between attempts; the last one repeats. */
const WAITS_MS = [250, 500, 1000, 2000, 4000] as const;

interface Subscription {
  readonly attach: (backend: Backend<Workbench>) => Unsubscribe;
  detach: Unsubscribe;
}

const gone = (): ContractError =>
  new ContractError('disconnected', 'The connection to the workbench is lost; it is being sought again.');

/** One backend for the life of the page over however many links that takes. */
export function createLiveBackend(open: OpenBackend, schedule: Schedule): LiveBackend {
  const connection = createStore<Connection>(() => ({
    state: 'connecting',
    epoch: 0,
    attempts: 0,
    hello: undefined,
    reason: undefined,
  }));
  const subscriptions = new Set<Subscription>();
  const endings = new Set<() => void>();
  let current: Backend<Workbench> | undefined;
  let stopWaiting: Unsubscribe = () => undefined;
  let isTrying = false;
  let isClosed = false;

  const attach = (backend: Backend<Workbench>, hello: Hello): void => {
    current = backend;
    backend.onDisconnected(() => {
      if (current === backend) lose();
    });
    for (const subscription of subscriptions) subscription.detach = subscription.attach(backend);
    connection.setState(({ epoch }) => ({
      state: 'connected',
      epoch: epoch + 1,
      attempts: 0,
      hello,
      reason: undefined,
    }));
  };
  const lose = (): void => {
    current = undefined;
    if (isClosed) return;
    for (const subscription of subscriptions) subscription.detach = () => undefined;
    connection.setState({ state: 'lost', attempts: 0, reason: undefined });
    for (const ended of [...endings]) ended();
    void attempt();
  };
  const fail = (error: unknown): void => {
    const { attempts, state } = connection.getState();
    const isRefusal =
      error instanceof ContractError && ['unauthorized', 'version-mismatch'].includes(error.code);
    connection.setState({
      state: isRefusal ? 'refused' : state,
      attempts: attempts + 1,
      reason: error instanceof Error ? error.message : String(error),
    });
    if (isRefusal) return;
    stopWaiting = schedule(WAITS_MS[Math.min(attempts, WAITS_MS.length - 1)] ?? 4000, () => {
      void attempt();
    });
  };
  const attempt = async (): Promise<void> => {
    if (isTrying || isClosed || current !== undefined) return;
    isTrying = true;
    stopWaiting();
    try {
      const backend = await open();
      const hello = await backend.call('workbench.hello', {});
      isTrying = false;
      attach(backend, hello);
    } catch (error) {
      isTrying = false;
      fail(error);
    }
  };
  void attempt();

  const backend: Backend<Workbench> = {
    call<M extends MethodName<Workbench>>(method: M, params: Params<Workbench, M>) {
      return current === undefined
        ? Promise.reject<Result<Workbench, M>>(gone())
        : current.call(method, params);
    },
    on<E extends EventName<Workbench>>(event: E, listener: (payload: Payload<Workbench, E>) => void) {
      const subscription: Subscription = {
        attach: (target) => target.on(event, listener),
        detach: () => undefined,
      };
      if (current !== undefined) subscription.detach = subscription.attach(current);
      subscriptions.add(subscription);
      return () => {
        if (subscriptions.delete(subscription)) subscription.detach();
      };
    },
    onDisconnected(listener) {
      const entry = (): void => {
        listener();
      };
      endings.add(entry);
      return () => endings.delete(entry);
    },
    close() {
      isClosed = true;
      stopWaiting();
      current?.close();
    },
  };
  return {
    backend,
    connection,
    retry: () => {
      if (connection.getState().state === 'refused') connection.setState({ state: 'lost' });
      void attempt();
    },
  };
}
