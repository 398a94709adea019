import type { Address, Protocol } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import { bindTls } from '../../stack/transport/node/tls.ts';
import type { TlsContext } from '../../stack/transport/node/tls-context.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import { bindWs, bindWss } from '../../stack/transport/node/web-socket.ts';
import type { Transport } from '../../stack/transport/transport.ts';

/** Opens a socket of one of ours that calls others: sipctl, an actor of a scenario. @param tls - asked only where it is needed. @throws TransportError */
export async function bindLocal(
  protocol: Protocol,
  local: Address,
  clock: Clock,
  tls: () => Promise<TlsContext>,
): Promise<Transport> {
  switch (protocol) {
    case 'udp':
      return bindUdp(local, { clock });
    case 'tcp':
      return bindTcp(local, { clock });
    case 'tls':
      return bindTls(local, { clock, tls: await tls() });
    case 'ws':
      return bindWs(local, { clock });
    case 'wss':
      return bindWss(local, { clock, tls: await tls() });
  }
}
