import type { Actor } from '../../scenarios/schema/scenario.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import { bindLocal } from './bind-local.ts';
import { clientTls } from './client-tls.ts';

export interface BindActorOptions {
  readonly clock: Clock;
  /** Where the paths of its certificates begin. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Opens the socket of an actor. @throws TransportError */
export function bindActor(
  { transport, listen, tls }: Actor,
  { clock, folder, env }: BindActorOptions,
): Promise<Transport> {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, colon).replace(/^\[|\]$/g, '');
  const local = { host, port: Number(listen.slice(colon + 1)) };
  return bindLocal(transport, local, clock, () => clientTls(host, { env }, { folder, ...tls }));
}
