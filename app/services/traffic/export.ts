import { createPcapngWriter } from './pcapng.ts';
import type { FlowEnds } from './store/flow-ends.ts';
import type { DialogRecord } from './store/records.ts';
import type { TrafficExport } from './traffic-api.ts';

/** Where the octets are now; when the store drops or moves them later, these stay. */
interface Part {
  readonly flow: FlowEnds;
  readonly atMs: number;
  readonly octets: Buffer;
  readonly start: number;
  readonly length: number;
}

/** A pcapng of all messages of `dialogs`, in order of time. */
export function exportDialogs(dialogs: readonly DialogRecord[]): TrafficExport {
  const messages = dialogs
    .flatMap((dialog) => dialog.messages)
    .sort((a, b) => a.atMs - b.atMs || a.id - b.id);
  const parts = messages.map(({ flow, atMs, slab, start, length }) => ({
    flow,
    atMs,
    octets: slab.bytes,
    start,
    length,
  }));
  return {
    fileName: `siphon-${stamp(messages[0]?.atMs ?? 0)}.pcapng`,
    messages: messages.length,
    dialogs: dialogs.length,
    chunks: () => chunksOf(parts),
  };
}

function* chunksOf(parts: readonly Part[]): Generator<Uint8Array> {
  const full: Uint8Array[] = [];
  const writer = createPcapngWriter({ write: (chunk) => full.push(chunk.slice()) });
  for (const { flow, atMs, octets, start, length } of parts) {
    const { direction, protocol, local, remote, connectionId } = flow;
    const bytes = octets.subarray(start, start + length);
    writer.add({ direction, protocol, local, remote, connectionId, atMs, wallMs: atMs, bytes });
    yield* full.splice(0);
  }
  writer.flush();
  yield* full;
}

/** `2026-01-31-140322`, local time. */
function stamp(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day}-${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}
