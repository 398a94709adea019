import type { Lane, Ladder } from '../../contract/traffic.ts';
import type { CaptureStore } from './capture-store.ts';
import type { Findings } from './findings.ts';
import type { ServerNames } from './server-names.ts';
import type { StoredMessage } from './store/records.ts';
import { dialogSummary, messageSummary } from './summaries.ts';

/** All messages of some dialogs in order of time, and a lane for each end, in order of first appearance. */
export function ladderOf(
  store: CaptureStore,
  names: ServerNames,
  findings: Findings,
  ids: readonly number[],
  limit: number,
): Ladder {
  const dialogs = [...new Set(ids)]
    .map((id) => store.dialogs.get(id))
    .filter((dialog) => dialog !== undefined);
  const all = dialogs.flatMap(({ messages }) => messages).sort((a, b) => a.atMs - b.atMs || a.id - b.id);
  const messages = all.slice(0, limit);
  return {
    dialogs: dialogs.map((dialog) =>
      dialogSummary(dialog, findings.ofDialog(dialog), names.byId(dialog.capture)?.name),
    ),
    lanes: lanesOf(messages, names),
    messages: messages.map((message) => messageSummary(message, findings.of(message))),
    isCut: all.length > messages.length,
  };
}

function lanesOf(messages: readonly StoredMessage[], names: ServerNames): Lane[] {
  const lanes = new Map<string, Lane>();
  for (const message of messages) {
    const { source, destination } = message.flow;
    for (const address of [source, destination]) {
      const known = lanes.get(address);
      if (known?.kind === 'server') continue;
      const lane = laneOf(address, message, names);
      if (!known || lane.kind === 'server') lanes.set(address, lane);
    }
  }
  return [...lanes.values()];
}

/** The end that captured the message is a server of ours; so is a far end that is another server's listener. */
function laneOf(address: string, message: StoredMessage, names: ServerNames): Lane {
  const { flow } = message;
  // Who captured a file of others is not among its ends.
  if (message.dialog.capture !== '') return { address, name: peerName(address, message), kind: 'peer' };
  const isLocal = address === (flow.direction === 'in' ? flow.destination : flow.source);
  const server = isLocal ? names.byId(flow.serverId) : names.byListener(flow.protocol, flow.remote);
  if (server) return { address, name: server.name, kind: 'server', serverId: server.id };
  return { address, name: peerName(address, message), kind: 'peer' };
}

/** Whom a peer speaks for: the caller where the dialog began, the one called where a request of the dialog went first. */
function peerName(address: string, { kind, flow, dialog }: StoredMessage): string {
  const { first, fromUser, toUser } = dialog;
  if (address === first?.flow.source) return fromUser || address;
  const isCalled =
    address === first?.flow.destination || (kind === 'request' && address === flow.destination);
  return (isCalled ? toUser : '') || address;
}
