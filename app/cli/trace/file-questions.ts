import { basename } from 'node:path';
import type { Clock } from '../../../stack/core/clock.ts';
import { createBatchEncoder } from '../../services/traffic/capture-batch.ts';
import { readPcapng } from '../../services/traffic/pcapng-reader.ts';
import { createTraffic } from '../../services/traffic/traffic.ts';
import { type CliIo, usageError } from '../io.ts';
import { readInput } from '../read-input.ts';
import type { TrafficQuestions } from './traffic-source.ts';

/** The traffic of a capture that we have written. @throws CliError 2 when it is another file. */
export async function fileQuestions(path: string, io: CliIo, clock: Clock): Promise<TrafficQuestions> {
  const capture = readPcapng(await readInput(path, io));
  if (capture.kind === 'unreadable') throw usageError(`${path}: ${capture.reason}`);
  if (capture.isCut) io.err(`sipctl: ${path} ends in the middle of a packet; what is before it is shown\n`);
  const traffic = createTraffic({ clock });
  const encoder = createBatchEncoder();
  for (const message of capture.messages) encoder.add(message);
  const batch = encoder.take()?.batch;
  if (batch !== undefined) traffic.ingest(batch, { id: 'file', name: basename(path) });
  // What the file does not show did not fail to come.
  await traffic.handlers['traffic.record']({ isOn: false });
  const { handlers } = traffic;
  return {
    query: async (params) => handlers['dialogs.query'](params),
    ladder: async (params) => handlers['dialogs.ladder'](params),
  };
}
