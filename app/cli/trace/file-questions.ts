import { basename } from 'node:path';
import type { Clock } from '../../../stack/core/clock.ts';
import { createBatchEncoder } from '../../services/traffic/capture-batch.ts';
import { createTraffic } from '../../services/traffic/traffic.ts';
import type { CliIo } from '../io.ts';
import { readCaptureInput } from '../read-capture-input.ts';
import type { TrafficQuestions } from './traffic-source.ts';

/** The traffic of a capture. @throws CliError 2 when it cannot be read. */
export async function fileQuestions(path: string, io: CliIo, clock: Clock): Promise<TrafficQuestions> {
  const capture = await readCaptureInput(path, io);
  const traffic = createTraffic({ clock });
  const encoder = createBatchEncoder();
  for (const message of capture.messages) encoder.add(message);
  const batch = encoder.take()?.batch;
  // Nobody knows which end of a capture of others has captured it.
  if (batch !== undefined && capture.isOwn) traffic.ingest(batch, { id: 'file', name: basename(path) });
  else if (batch !== undefined) traffic.open(batch);
  // What the file does not show did not fail to come.
  await traffic.handlers['traffic.record']({ isOn: false });
  const { handlers } = traffic;
  return {
    query: async (params) => handlers['dialogs.query'](params),
    ladder: async (params) => handlers['dialogs.ladder'](params),
  };
}
