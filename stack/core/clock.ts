/** A pending call of {@link Clock.after}. */
export interface Timer {
  /** Stops the timer; harmless when it has fired or was cancelled before. */
  cancel(): void;
}

/** The only source of time in the stack: real on Node, manual in tests and scenarios. */
export interface Clock {
  /** Monotonic time in milliseconds since an arbitrary origin; may have a fraction. */
  now(): number;
  /** Wall-clock time in milliseconds since 1970; for what people read (Date header, captures), never for durations. */
  wallMs(): number;
  /** Calls `fire` once after `delayMs`, never before and never synchronously. Timers due at the same time fire in the order they were armed. */
  after(delayMs: number, fire: () => void): Timer;
}
