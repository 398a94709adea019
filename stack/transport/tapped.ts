import type { Clock } from '../core/clock.ts';
import type { CaptureSink } from './capture.ts';
import type { Transport } from './transport.ts';

/**
 * Gives every message of the transport to the sink, as it crosses, for as long as the transport lives.
 * Call it before anybody else listens: then a request is recorded before its answer.
 * @returns the same transport.
 */
export function tapped(transport: Transport, clock: Clock, sink: CaptureSink): Transport {
  const { protocol } = transport;
  transport.onReceived(({ bytes, from, to, atMs, connectionId }) => {
    const wallMs = clock.wallMs();
    sink({ direction: 'in', protocol, local: to, remote: from, connectionId, atMs, wallMs, bytes });
  });
  transport.onSending(({ bytes, from, to, atMs, connectionId }) => {
    const wallMs = clock.wallMs();
    sink({ direction: 'out', protocol, local: from, remote: to, connectionId, atMs, wallMs, bytes });
  });
  return transport;
}
