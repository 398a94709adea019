import type { RecordedLane } from '../../scenarios/replay/lanes.ts';
import type { Address, Protocol } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import { type Transport, TransportError } from '../../stack/transport/transport.ts';
import { bindLocal } from './bind-local.ts';
import { clientTls } from './client-tls.ts';
import { localHostTowards } from './local-host.ts';

export interface BindLaneOptions {
  readonly target: Address;
  /** In place of the recorded one. */
  readonly protocol?: Protocol | undefined;
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Opens the socket of a lane that a replay plays, on the address that reaches the target. Who was called is looked for at the port it had, so
 * that one is taken where it is free.
 * @throws TransportError
 */
export async function bindLane(
  lane: RecordedLane,
  { target, protocol = lane.protocol, clock, env }: BindLaneOptions,
): Promise<Transport> {
  const host = await localHostTowards(target);
  const bind = (port: number): Promise<Transport> =>
    bindLocal(protocol, { host, port }, clock, () => clientTls(host, { env }));
  if (!lane.isCalled) return bind(0);
  return bind(Number(/\d+$/.exec(lane.address)?.[0])).catch((error: unknown) => {
    if (error instanceof TransportError && (error.code === 'in-use' || error.code === 'denied'))
      return bind(0);
    throw error;
  });
}
