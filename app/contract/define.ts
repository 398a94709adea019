/** Checks a value from the wire; throws when it does not fit. zod's `.parse` is one. */
export type Check<T> = (value: unknown) => T;

export interface Method<P, R> {
  readonly params: Check<P>;
  readonly result: Check<R>;
}

export interface Event<P> {
  readonly payload: Check<P>;
}

export interface Contract {
  readonly methods: Readonly<Record<string, Method<unknown, unknown>>>;
  readonly events: Readonly<Record<string, Event<unknown>>>;
}

export const method = <P, R>(params: Check<P>, result: Check<R>): Method<P, R> => ({ params, result });
export const event = <P>(payload: Check<P>): Event<P> => ({ payload });

export type MethodName<C extends Contract> = keyof C['methods'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type Params<C extends Contract, M extends MethodName<C>> = ReturnType<C['methods'][M]['params']>;
export type Result<C extends Contract, M extends MethodName<C>> = ReturnType<C['methods'][M]['result']>;
export type Payload<C extends Contract, E extends EventName<C>> = ReturnType<C['events'][E]['payload']>;
