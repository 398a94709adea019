import type { DialogState } from '../../../contract/traffic.ts';
import type { FlowEnds } from './flow-ends.ts';
import type { Slab, SlabPart } from './slab.ts';

/*
 * What the store keeps: a record a message, a record a dialog. Texts are octet text, as on the wire; they are decoded when somebody reads.
 */

/** What is known of a message without looking at its octets again. */
export interface MessageFacts {
  readonly kind: 'request' | 'response' | 'invalid';
  /** Of the request, or of CSeq in a response. */
  readonly method: string;
  /** 0 in a request. */
  readonly status: number;
  readonly reason: string;
  readonly cseq: number | undefined;
  readonly hasToTag: boolean;
}

/** What is wrong with the octets of a message alone. */
export interface Defect {
  readonly code: string;
  readonly severity: 'error' | 'warning';
}

/** A recorded message: its facts, and where its octets are. */
export class StoredMessage implements SlabPart {
  readonly id: number;
  readonly dialog: DialogRecord;
  readonly kind: MessageFacts['kind'];
  readonly method: string;
  readonly status: number;
  readonly reason: string;
  readonly cseq: number | undefined;
  readonly hasToTag: boolean;
  readonly flow: FlowEnds;
  /** Wall clock. */
  readonly atMs: number;
  readonly slab: Slab;
  start: number;
  readonly length: number;
  isDropped = false;
  /** The first transmission of the same octets by the same sender to the same receiver. */
  readonly retransmissionOf: number | undefined;
  /** Structural findings of severity warning and above; undefined until somebody asked. */
  defects: readonly Defect[] | undefined = undefined;

  constructor(
    id: number,
    dialog: DialogRecord,
    facts: MessageFacts,
    flow: FlowEnds,
    atMs: number,
    slab: Slab,
    start: number,
    length: number,
  ) {
    this.id = id;
    this.dialog = dialog;
    this.kind = facts.kind;
    this.method = facts.method;
    this.status = facts.status;
    this.reason = facts.reason;
    this.cseq = facts.cseq;
    this.hasToTag = facts.hasToTag;
    this.flow = flow;
    this.atMs = atMs;
    this.slab = slab;
    this.start = start;
    this.length = length;
    this.retransmissionOf = firstTransmission(this, dialog.messages);
  }

  /** The octets; a view, valid until the message is dropped. */
  get bytes(): Buffer {
    return this.slab.bytes.subarray(this.start, this.start + this.length);
  }
}

/** How far back the first transmission is looked for: the longest transaction is over before a dialog has this many messages more. */
const LOOK_BACK = 256;

function firstTransmission(message: StoredMessage, earlier: readonly StoredMessage[]): number | undefined {
  const { length, start } = message;
  for (let i = earlier.length - 1, last = Math.max(0, earlier.length - LOOK_BACK); i >= last; i -= 1) {
    const other = earlier[i];
    if (
      other?.length === length &&
      other.flow === message.flow &&
      other.method === message.method &&
      other.status === message.status &&
      other.cseq === message.cseq &&
      other.slab.bytes.compare(
        message.slab.bytes,
        start,
        start + length,
        other.start,
        other.start + length,
      ) === 0
    ) {
      return other.retransmissionOf ?? other.id;
    }
  }
  return undefined;
}

/** What sort of messages share a Call-ID; decides the rules by which the state goes on. */
export type DialogKind = 'call' | 'other' | 'stray' | 'junk';

/** All messages of one Call-ID, and what was derived from them so far. */
export class DialogRecord {
  readonly id: number;
  readonly callId: string;
  /** Of the opened capture it came with; empty for what was recorded. */
  readonly capture: string;
  readonly messages: StoredMessage[] = [];
  kind: DialogKind = 'stray';
  state: DialogState = 'out-of-dialog';
  method = '';
  /** URI and tag-less name of both, from the message that showed them first. */
  fromUri = '';
  toUri = '';
  fromUser = '';
  toUser = '';
  lastAtMs = 0;
  retransmissions = 0;
  /** The request whose responses decide: a new one begins an attempt. */
  attempt: { readonly method: string; readonly cseq: number | undefined; readonly atMs: number } | undefined =
    undefined;
  hasRung = false;
  answeredAtMs: number | undefined = undefined;
  setupMs: number | undefined = undefined;
  durationMs: number | undefined = undefined;
  result: { readonly status: number; readonly reason: string } | undefined = undefined;
  /** Number of the last change of the store that touched it. */
  revision = 0;
  isDropped = false;

  constructor(id: number, callId: string, capture: string) {
    this.id = id;
    this.callId = callId;
    this.capture = capture;
  }

  /** Octets of its texts, which hostile messages make long. */
  get textBytes(): number {
    return this.callId.length + this.fromUri.length + this.toUri.length;
  }

  get first(): StoredMessage | undefined {
    return this.messages[0];
  }
}
