import type { ErrorCode } from './errors.ts';

/** Checks a value from the wire: `parse` returns it typed, or throws when it does not fit. Every zod schema is one. */
export interface Schema<T> {
  readonly parse: (value: unknown) => T;
}

/** Which errors a method has besides those of every method, with what each means there; a meaning that the code says already is empty. */
export type MethodErrors = Readonly<Partial<Record<ErrorCode, string>>>;

export interface Method<P, R> {
  readonly params: Schema<P>;
  readonly result: Schema<R>;
  /** Sentences for docs/API.md and the OpenAPI description. */
  readonly purpose: string;
  readonly errors: MethodErrors;
}

export interface Event<P> {
  readonly payload: Schema<P>;
  readonly purpose: string;
}

export interface Contract {
  readonly methods: Readonly<Record<string, Method<unknown, unknown>>>;
  readonly events: Readonly<Record<string, Event<unknown>>>;
}

export const method = <P, R>(
  params: Schema<P>,
  result: Schema<R>,
  purpose: string,
  errors: MethodErrors = {},
): Method<P, R> => ({ params, result, purpose, errors });
export const event = <P>(payload: Schema<P>, purpose: string): Event<P> => ({ payload, purpose });

type Parsed<S> = S extends Schema<infer T> ? T : never;

export type MethodName<C extends Contract> = keyof C['methods'] & string;
export type EventName<C extends Contract> = keyof C['events'] & string;
export type Params<C extends Contract, M extends MethodName<C>> = Parsed<C['methods'][M]['params']>;
export type Result<C extends Contract, M extends MethodName<C>> = Parsed<C['methods'][M]['result']>;
export type Payload<C extends Contract, E extends EventName<C>> = Parsed<C['events'][E]['payload']>;
