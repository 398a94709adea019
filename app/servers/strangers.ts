import { isLoopback } from '../../stack/core/address.ts';
import type { Logger } from '../../stack/core/logger.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import type { ServerConfig } from '../contract/server-config.ts';

/** Says once, at the start, that whoever reaches a listener is served without proving anything. */
export function warnOfStrangers(config: ServerConfig, bound: readonly Transport[], log: Logger): void {
  const open = bound.filter(({ local }) => !isLoopback(local.host));
  if (open.length === 0 || config.auth || config.mode === 'minimal') return;
  log.warn(
    'anybody who reaches this server is served: bind loopback addresses, or ask for passwords with auth',
    {
      listeners: open.map(({ protocol, local }) => `${protocol} ${local.host}:${local.port}`).join(', '),
    },
  );
}
