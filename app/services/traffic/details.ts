import { checkMessage } from '../../../stack/message/check.ts';
import { contentType } from '../../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText, octetText } from '../../../stack/message/octets.ts';
import { outline, type OutlineNode } from '../../../stack/message/outline.ts';
import { sdpSummary } from '../../../stack/sdp/summary.ts';
import type { Inspection, MessageSummary, TreeNode } from '../../contract/traffic.ts';

/** What a message says, decoded for reading: the parts of it, what is wrong with it, what it offers to talk. */

export const treeOf = (message: SipMessage): TreeNode[] => outline(message).map(treeNode);

const treeNode = ({ label, value, start, end, note, kind, children }: OutlineNode): TreeNode => ({
  label: decodeText(label),
  value: decodeText(value),
  start,
  end,
  kind,
  children: children.map(treeNode),
  ...(note !== undefined && { note: decodeText(note) }),
});

export function findingsOf(message: SipMessage): Inspection['findings'] {
  return checkMessage(message).map(({ severity, code, message: text, rfc, span }) => ({
    severity,
    code,
    message: decodeText(text),
    rfc,
    start: span.start,
    end: span.end,
  }));
}

export function sdpOf(message: SipMessage): MessageSummary['sdp'] {
  const { start, end } = message.body;
  if (end === start || !/^application\/sdp\b/i.test(contentType(message) ?? '')) return undefined;
  const { codecs, direction } = sdpSummary(octetText(message.bytes, start, end));
  return { codecs: codecs.map(decodeText).join(', '), direction };
}
