import type { Clock, Timer } from '../core/clock.ts';
import { Emitter } from '../core/emitter.ts';
import type { Faults } from './faults.ts';
import type { Received, Target, Transport, TransportError } from './transport.ts';

/**
 * The same transport with faults on purpose, for whoever sends and listens over it. A tap belongs on the transport itself: it records what crosses
 * the wire, so what arrives and is then lost, late or corrupted is recorded as it came, what is sent corrupted or twice is recorded like that,
 * what is sent late when it goes out, and what is lost before sending not at all. On a stream a message that is late is overtaken by others.
 */
export function faulty(transport: Transport, faults: Faults, clock: Clock): Transport {
  const received = new Emitter<Received>();
  const late = new Set<Timer>();
  const after = (delayMs: number, act: () => void): void => {
    const timer = clock.after(delayMs, () => {
      late.delete(timer);
      act();
    });
    late.add(timer);
  };
  transport.onReceived((message) => {
    if (faults.isIdle) {
      received.emit(message);
      return;
    }
    const { bytes, copies, delayMs } = faults.fate('in', message.bytes, message.from);
    const deliver = (): void => {
      const atMs = delayMs > 0 ? clock.now() : message.atMs;
      for (let copy = 0; copy < copies; copy++) received.emit({ ...message, bytes, atMs });
    };
    if (delayMs > 0 && copies > 0) after(delayMs, deliver);
    else deliver();
  });
  const send = (
    message: Uint8Array,
    target: Target,
    onFailed?: (error: TransportError) => void,
  ): string | undefined => {
    if (faults.isIdle) return transport.send(message, target, onFailed);
    const { bytes, copies, delayMs } = faults.fate('out', message, target.address);
    const go = (): string | undefined => {
      for (let copy = 1; copy < copies; copy++) transport.send(bytes, target);
      return transport.send(bytes, target, onFailed);
    };
    if (copies === 0) return target.connectionId;
    if (delayMs === 0) return go();
    after(delayMs, go);
    return target.connectionId;
  };
  return {
    ...forwarded(transport),
    protocol: transport.protocol,
    isReliable: transport.isReliable,
    local: transport.local,
    get messageCount() {
      return transport.messageCount;
    },
    send,
    onReceived: (listener) => received.on(listener),
    onSending: (listener) => transport.onSending(listener),
    onConnection: (listener) => transport.onConnection(listener),
    onStateChanged: (listener) => transport.onStateChanged(listener),
    close: () => {
      for (const timer of late) timer.cancel();
      late.clear();
      return transport.close();
    },
  };
}

type Optional = 'ask' | 'keepAlive' | 'keepFlow' | 'alias' | 'release' | 'connections' | 'drop';

/** What only some transports can do, for those that can. */
function forwarded(transport: Transport): Pick<Transport, Optional> {
  return {
    ...(transport.ask && { ask: transport.ask.bind(transport) }),
    ...(transport.keepAlive && { keepAlive: transport.keepAlive.bind(transport) }),
    ...(transport.keepFlow && { keepFlow: transport.keepFlow.bind(transport) }),
    ...(transport.alias && { alias: transport.alias.bind(transport) }),
    ...(transport.release && { release: transport.release.bind(transport) }),
    ...(transport.connections && { connections: transport.connections.bind(transport) }),
    ...(transport.drop && { drop: transport.drop.bind(transport) }),
  };
}
