import type { HeaderLine } from './header-line.ts';

/** A final response that the agent gives by itself, without asking a handler. */
export interface Refusal {
  readonly status: number;
  /** Reason phrase; the RFC's own when left out. */
  readonly reason?: string;
  readonly headers?: readonly HeaderLine[];
  /** Adds Allow, Accept and Supported. */
  readonly capabilities?: boolean;
}
