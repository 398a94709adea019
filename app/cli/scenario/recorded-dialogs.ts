import { Option } from 'commander';
import type { RecordedMessage } from '../../../scenarios/traffic/recorded.ts';
import { formatAddress } from '../../../stack/core/address.ts';
import { callId } from '../../../stack/message/headers/simple.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { type CliIo, usageError } from '../io.ts';
import { readCaptureInput } from '../read-capture-input.ts';
import { repeated } from '../subcommand.ts';

/** More dialogs at once are nobody's intention: they have to be named. */
const MOST_DIALOGS = 50;

export const callIdOption = (): Option =>
  new Option('--call-id <ID>', 'Take this dialog; repeatable. All of the capture by default.').argParser(
    repeated,
  );

/** The messages of the dialogs of a capture that are wanted. @throws CliError 2 */
export async function recordedDialogs(
  path: string,
  wanted: readonly string[] | undefined,
  io: CliIo,
): Promise<readonly RecordedMessage[]> {
  const capture = await readCaptureInput(path, io);
  return chosen(path, capture.messages, wanted).map(recordedOf);
}

function recordedOf({ direction, local, remote, protocol, wallMs, bytes }: CapturedMessage): RecordedMessage {
  const [source, destination] = direction === 'in' ? [remote, local] : [local, remote];
  return {
    source: formatAddress(source),
    destination: formatAddress(destination),
    protocol,
    atMs: wallMs,
    bytes,
  };
}

/** The messages of the dialogs that are wanted. @throws CliError 2 */
function chosen(
  path: string,
  messages: readonly CapturedMessage[],
  wanted: readonly string[] | undefined,
): readonly CapturedMessage[] {
  const ids = messages.map(({ bytes }) => callId(parseMessage(bytes)));
  const known = new Set(ids.filter((id) => id !== undefined));
  const missing = wanted?.find((id) => !known.has(id));
  if (missing !== undefined) throw usageError(`${path}: there is no dialog with the Call-ID ${missing}`);
  if (wanted === undefined && known.size > MOST_DIALOGS)
    throw usageError(
      `${path}: ${known.size} dialogs are too many at once: name those to take with --call-id`,
    );
  return messages.filter((_, at) => {
    const id = ids[at];
    return id !== undefined && (wanted === undefined || wanted.includes(id));
  });
}
