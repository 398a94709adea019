import type { z } from 'zod';
import type { TRANSPORTS } from '../../schema/scenario.ts';
import type { Path } from '../source.ts';

export type NodeTransport = (typeof TRANSPORTS)[number];

/** One thing that is wrong with the options of a node. */
export interface NodeProblem {
  /** Below the node. */
  readonly path: Path;
  /** One sentence. */
  readonly message: string;
  /** The key is meant, not its value. */
  readonly isAtKey: boolean;
}

/** What is known of nodes by whoever starts them: the language itself knows that they have a mode and options. */
export interface NodeRules {
  /** A node with its options, for completion, hover and the JSON Schema. */
  readonly schema: z.ZodType;
  /** What is wrong with a node; expressions in its options count as right. */
  readonly check: (options: Readonly<Record<string, unknown>>) => readonly NodeProblem[];
  /** Over what it listens. */
  readonly transportsOf: (options: Readonly<Record<string, unknown>>) => readonly NodeTransport[];
}
