import { carriesSdp } from '../../../stack/message/carries-sdp.ts';
import type { Finding } from '../../../stack/lint/finding.ts';
import { RULES } from '../../../stack/lint/rules.ts';
import { checkMessage } from '../../../stack/message/check.ts';
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

/** What is wrong with the octets, and with the message among others, in the order of the octets. */
export function findingsOf(message: SipMessage, found: readonly Finding[]): Inspection['findings'] {
  const structural = checkMessage(message)
    .filter(({ code }) => !isSaidBy(found, code))
    .map(({ severity, code, message: text, rfc, span }) => ({
      severity,
      code,
      message: decodeText(text),
      rfc,
      start: span.start,
      end: span.end,
    }));
  const linted = found.map(({ severity, ruleId, message: text, rfc, advice, span, relatedTo, by }) => ({
    severity,
    code: ruleId,
    message: decodeText(text),
    rfc,
    start: span.start,
    end: span.end,
    advice,
    by,
    ...(relatedTo !== undefined && { relatedTo }),
  }));
  return [...structural, ...linted].sort((a, b) => a.start - b.start);
}

const REPLACED = new Map(RULES.map(({ id, replaces }) => [id, replaces ?? []]));

/** Whether a rule says what the structural diagnostic says too. */
export function isSaidBy(found: readonly Finding[], code: string): boolean {
  return found.some(({ ruleId }) => REPLACED.get(ruleId)?.includes(code));
}

export function sdpOf(message: SipMessage): MessageSummary['sdp'] {
  const { start, end } = message.body;
  if (end === start || !carriesSdp(message)) return undefined;
  const { codecs, direction } = sdpSummary(octetText(message.bytes, start, end));
  return { codecs: codecs.map(decodeText).join(', '), direction };
}
