/** Checks a value from the wire: `parse` returns it typed, or throws when it does not fit. Every zod schema is one. */
export interface Schema<T> {
  readonly parse: (value: unknown) => T;
}

export interface Method<P, R> {
  readonly params: Schema<P>;
  readonly result: Schema<R>;
}

export interface Event<P> {
  readonly payload: Schema<P>;
}

export interface Contract {
  readonly methods: Readonly<Record<string, Method<unknown, unknown>>>;
  readonly events: Readonly<Record<string, Event<unknown>>>;
}

export const method = <P, R>(params: Schema<P>, result: Schema<R>): Method<P, R> => ({ params, result });
export const event = <P>(payload: Schema<P>): Event<P> => ({ payload });

type Parsed<S> = S extends Schema<infer T> ? T : never;

export type MethodName<C extends Contract> = keyof C['methods'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type Params<C extends Contract, M extends MethodName<C>> = Parsed<C['methods'][M]['params']>;
export type Result<C extends Contract, M extends MethodName<C>> = Parsed<C['methods'][M]['result']>;
export type Payload<C extends Contract, E extends EventName<C>> = Parsed<C['events'][E]['payload']>;
