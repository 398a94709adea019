import type { Contract, EventName, MethodName, Params, Payload, Result } from '../contract/define.ts';
import type { Unsubscribe } from './unsubscribe.ts';

/** What answers a contract: one handler a method; adding a method breaks the build until it is served. */
export type Handlers<C extends Contract> = {
  readonly [M in MethodName<C>]: (params: Params<C, M>) => Promise<Result<C, M>> | Result<C, M>;
};

/** Where the events of a contract come from. */
export interface EventSource<C extends Contract> {
  on<E extends EventName<C>>(event: E, listener: (payload: Payload<C, E>) => void): Unsubscribe;
}

/** A contract as its user sees it, over whatever wire. */
export interface Backend<C extends Contract> {
  /** Rejects with ContractError only; code 'disconnected' once the link is gone. */
  call<M extends MethodName<C>>(method: M, params: Params<C, M>): Promise<Result<C, M>>;
  on<E extends EventName<C>>(event: E, listener: (payload: Payload<C, E>) => void): Unsubscribe;
  onDisconnected(listener: () => void): Unsubscribe;
  close(): void;
}
