/** A value that is there, or on its way. */
export type Awaitable<T> = T | Promise<T>;

/** Goes on with a value: at once when it is there, without a turn of the microtask queue. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => R): Awaitable<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
