import type { Inspection, MessageSummary, TreeNode } from '../../../../app/contract/traffic.ts';

const encoder = new TextEncoder();

/** Octets of a text, of which `\xNN` above 7F are single octets when `isOctetText`. */
export function bytesOf(text: string, isOctetText = false): Uint8Array {
  return isOctetText ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : encoder.encode(text);
}

export const INVITE_TEXT = [
  'INVITE sip:bob@lab.test SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK1;rport',
  'From: "Alice" <sip:alice@lab.test>;tag=6f2b',
  'To: <sip:bob@lab.test>',
  'Subject: two\tparts',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

/** A node whose range is where `text` stands in the sample. */
export function aNode(
  label: string,
  text: string,
  kind: TreeNode['kind'] = 'header',
  children: readonly TreeNode[] = [],
): TreeNode {
  const start = INVITE_TEXT.indexOf(text);
  return { label, value: text, start, end: start + text.length, kind, children };
}

export const TREE: readonly TreeNode[] = [
  aNode('Request line', 'INVITE sip:bob@lab.test SIP/2.0', 'start-line', [
    aNode('method', 'INVITE', 'part'),
    aNode('Request-URI', 'sip:bob@lab.test', 'part'),
  ]),
  aNode('Via', 'Via: SIP/2.0/UDP 127.0.0.1:5071;branch=z9hG4bK1;rport', 'header', [
    aNode('sent-by', '127.0.0.1:5071', 'part'),
    aNode('branch', 'z9hG4bK1', 'part'),
  ]),
  aNode('From', 'From: "Alice" <sip:alice@lab.test>;tag=6f2b'),
  aNode('Subject', 'Subject: two\tparts'),
];

export function aSummary(id: number, overrides: Partial<MessageSummary> = {}): MessageSummary {
  return {
    id,
    dialogId: 1,
    direction: 'in',
    protocol: 'udp',
    source: '127.0.0.1:5071',
    destination: '127.0.0.1:5060',
    atMs: new Date(2026, 10, 21, 14, 2, 48, 6).getTime(),
    sizeBytes: INVITE_TEXT.length,
    kind: 'request',
    method: 'INVITE',
    cseq: 1,
    branch: 'z9hG4bK1',
    hasToTag: false,
    findings: 0,
    ...overrides,
  };
}

export function anInspection(id: number, overrides: Partial<Inspection> = {}): Inspection {
  return {
    message: aSummary(id),
    base64: btoa(INVITE_TEXT),
    tree: [...TREE],
    findings: [],
    ...overrides,
  };
}
