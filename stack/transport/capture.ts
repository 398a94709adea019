import type { Address, Protocol } from '../core/address.ts';

/** One message as it crossed the wire: the record that ladder, inspector and exports all read. */
export interface CapturedMessage {
  readonly direction: 'in' | 'out';
  readonly protocol: Protocol;
  readonly local: Address;
  readonly remote: Address;
  readonly connectionId: string | undefined;
  /** `Clock.now()` at the crossing. */
  readonly atMs: number;
  /** `Clock.wallMs()` at the crossing. */
  readonly wallMs: number;
  readonly bytes: Uint8Array;
}

/** Takes every message; must not throw, block or keep `bytes` past the call unless it copies them. */
export type CaptureSink = (message: CapturedMessage) => void;
