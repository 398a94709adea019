import { octetText, encodeText, toBytes } from '../../stack/message/octets.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import type { RunLadder } from '../report/run-ladder.ts';
import { Normaliser } from './normalised.ts';

/** A message between two lanes, without what differs from run to run. */
export interface SemanticMessage {
  readonly from: string;
  readonly to: string;
  /** Lines end with LF. */
  readonly text: string;
}

/** What a ladder means: who tells whom what, in which order. */
export interface SemanticLadder {
  readonly scenario: string;
  readonly messages: readonly SemanticMessage[];
}

/** A message as it crossed the wire; ends are `HOST:PORT`. */
export interface LadderMessage {
  readonly source: string;
  readonly destination: string;
  readonly bytes: Uint8Array;
}

/** Leaves out what depends on time alone: 100 Trying, and what came again. @param lanes - names by `HOST:PORT` */
export function semanticMessages(
  messages: readonly LadderMessage[],
  lanes: ReadonlyMap<string, string>,
): readonly (SemanticMessage & { readonly index: number })[] {
  const normaliser = new Normaliser(lanes);
  const seen = new Set<string>();
  return messages.flatMap(({ source, destination, bytes }, index) => {
    const key = `${source} ${destination} ${octetText(bytes)}`;
    if (seen.has(key) || /^SIP\/2\.0 100[ \r]/i.test(octetText(bytes, 0, Math.min(12, bytes.length))))
      return [];
    seen.add(key);
    const [from, to] = [lanes.get(source) ?? source, lanes.get(destination) ?? destination];
    return [{ from, to, text: normaliser.text(bytes, from, to), index }];
  });
}

/** Actors keep their names; peers become peer1, peer2 ... in order of appearance. */
export function semanticLadder(scenario: string, { lanes, arrows }: RunLadder): SemanticLadder {
  const peers = lanes.filter(({ isActor }) => !isActor);
  const names = new Map<string, string>();
  for (const { from, to, source, destination } of arrows)
    for (const [lane, address] of [
      [lanes[from], source],
      [lanes[to], destination],
    ] as const)
      if (lane !== undefined) names.set(address, lane.isActor ? lane.name : `peer${peers.indexOf(lane) + 1}`);
  const messages = semanticMessages(
    arrows.map(({ source, destination, captured: { bytes } }) => ({ source, destination, bytes })),
    names,
  );
  return { scenario, messages: messages.map(({ from, to, text }) => ({ from, to, text })) };
}

/** The text of a {@link SemanticMessage} as a message again. */
export function messageOf({ text }: SemanticMessage): SipMessage {
  const lines = text.includes('\n\n') ? text : `${text}\n`;
  return parseMessage(toBytes(encodeText(lines.replaceAll('\n', '\r\n'))));
}
