import type { Logger } from '../../stack/core/logger.ts';
import type { ServerConfig, SiphondConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import type { CaptureFile } from './capture-file.ts';
import type { CliIo, ExitCode } from './io.ts';
import type { OperatorSource } from './operator/operator-prompt.ts';

/** What a server of siphond lives on, in this process or in a worker. */
export interface ServeContext {
  /** The process and, where it is only one, its server. */
  readonly config: SiphondConfig;
  /** One, or those of a list. */
  readonly servers: readonly ServerConfig[];
  readonly io: CliIo;
  readonly log: Logger;
  /** Standard output, also while somebody types. */
  readonly out: (text: string) => void;
  readonly capture: CaptureFile | undefined;
  readonly graceMs: number;
  /**
   * What it serves for, when all listen: resolves when it is to stop, with the exit code.
   * @param listeners - of the first server.
   */
  readonly until: (listeners: readonly Listener[]) => Promise<ExitCode>;
  /** Says where it listens. */
  readonly announce: (server: ServerConfig, listeners: readonly Listener[]) => void;
  /** Opens the operator's prompt; undefined where there is none. @returns what closes it. */
  readonly prompt: ((source: OperatorSource) => () => void) | undefined;
}
