import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText, octetText } from '../../../stack/message/octets.ts';
import { sdpSummary } from '../../../stack/sdp/summary.ts';
import type { Inspection, MessageSummary, TreeNode } from '../../contract/traffic.ts';

/** What a message says, decoded for reading: the parts of it, what is wrong with it, what it offers to talk. */

export function treeOf(message: SipMessage): TreeNode[] {
  return message.headers.map(({ name, value, span }) => ({
    label: decodeText(name),
    value: decodeText(value),
    ...span,
    kind: 'header',
    children: [],
  }));
}

export function findingsOf(message: SipMessage): Inspection['findings'] {
  return message.diagnostics.map(({ severity, code, message: text, rfc, span }) => ({
    severity,
    code,
    message: decodeText(text),
    rfc,
    ...span,
  }));
}

export function sdpOf(message: SipMessage): MessageSummary['sdp'] {
  const { start, end } = message.body;
  if (end === start || !/^application\/sdp\b/i.test(message.first('Content-Type') ?? '')) return undefined;
  const { codecs, direction } = sdpSummary(octetText(message.bytes, start, end));
  return { codecs: codecs.join(', '), direction };
}
