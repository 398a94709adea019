import type {
  Comparison,
  DialogPage,
  DialogQuery,
  DialogSummary,
  Inspection,
  Ladder,
  Lane,
  MessageSummary,
  TreeNode,
} from '../../app/contract/traffic.ts';
import { type Sample, SAMPLES } from './sample-calls.ts';
import type { SampleMessage } from './sample-sip.ts';

/** Everything the workbench would answer about a set of sample calls. */
export interface SampleTraffic {
  readonly dialogs: readonly DialogSummary[];
  readonly messages: readonly MessageSummary[];
  query(query: DialogQuery): DialogPage;
  ladder(ids: readonly number[], limit: number): Ladder;
  inspect(id: number): Inspection | undefined;
  compare(a: number, b: number): Comparison | undefined;
}

const STARTED_AT_MS = Date.UTC(2026, 10, 21, 14, 2, 0);
const SERVER_ADDRESS = '127.0.0.1:5060';
const NAMES: Readonly<Record<string, string>> = {
  '127.0.0.1:5060': 'edge-uas',
  '127.0.0.1:5071': 'alice',
  '127.0.0.1:5072': 'bob',
  '127.0.0.1:5075': 'carol',
};
const FAILED = new Set(['rejected', 'busy', 'failed', 'timed-out']);

const header = (text: string, name: string): string =>
  new RegExp(`^${name}: (.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
const userOf = (value: string): string => /sips?:([^@>]+)@/.exec(value)?.[1] ?? '';
const uriOf = (value: string): string => /<([^>]+)>/.exec(value)?.[1] ?? '';

function summarise(message: SampleMessage, sample: Sample, dialogId: number, id: number): MessageSummary {
  const { text } = message;
  const [, status, reason] = /^SIP\/2\.0 (\d{3}) (.*?)\r/.exec(text) ?? [];
  const [, number, method] = /^(\d+) (\w+)/.exec(header(text, 'CSeq')) ?? [];
  const direction = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(text)?.[1];
  return {
    id,
    dialogId,
    direction: message.to === SERVER_ADDRESS ? 'in' : 'out',
    protocol: 'udp',
    source: message.from,
    destination: message.to,
    atMs: STARTED_AT_MS + sample.startedAfterMs + message.afterMs,
    sizeBytes: new TextEncoder().encode(text).length,
    kind: method === undefined ? 'invalid' : status === undefined ? 'request' : 'response',
    method: method ?? '',
    ...(status === undefined ? {} : { status: Number(status), reason: reason ?? '' }),
    ...(number === undefined ? {} : { cseq: Number(number) }),
    branch: /branch=([^;\r]+)/.exec(text)?.[1] ?? '',
    hasToTag: header(text, 'To').includes(';tag='),
    ...(direction === undefined ? {} : { sdp: { codecs: 'PCMU, PCMA', direction: direction as 'sendrecv' } }),
    findings: method === undefined ? 3 : 0,
    ...(method === undefined ? { worst: 'error' as const } : {}),
    serverId: 'uas',
  };
}

/** Marks repeated octets between the same two ends. */
function markRetransmissions(
  messages: readonly MessageSummary[],
  texts: readonly string[],
): MessageSummary[] {
  return messages.map((message, i) => {
    const first = texts.findIndex((t, k) => k < i && t === texts[i]);
    const original = first === -1 ? undefined : messages[first];
    return original === undefined ? message : { ...message, retransmissionOf: original.id };
  });
}

function summariseDialog(sample: Sample, id: number, messages: readonly MessageSummary[]): DialogSummary {
  const text = sample.messages[0]?.text ?? '';
  const first = messages[0];
  const last = messages
    .filter((m) => (m.status ?? 0) >= 180 && m.method !== 'BYE' && m.method !== 'CANCEL')
    .at(-1);
  return {
    id,
    callId: sample.callId,
    state: sample.state,
    method: first?.method ?? '',
    fromUser: userOf(header(text, 'From')),
    toUser: userOf(header(text, 'To')),
    fromUri: uriOf(header(text, 'From')),
    toUri: uriOf(header(text, 'To')),
    source: first?.source ?? '',
    destination: first?.destination ?? '',
    protocol: 'udp',
    startedAtMs: first?.atMs ?? 0,
    lastAtMs: messages.at(-1)?.atMs ?? 0,
    messages: messages.length,
    retransmissions: messages.filter((m) => m.retransmissionOf !== undefined).length,
    ...(sample.setupMs === undefined ? {} : { setupMs: sample.setupMs }),
    ...(sample.durationMs === undefined ? {} : { durationMs: sample.durationMs }),
    ...(last?.status === undefined ? {} : { result: { status: last.status, reason: last.reason ?? '' } }),
    findings: messages.reduce((sum, m) => sum + m.findings, 0),
    serverId: 'uas',
  };
}

/** Start line, one node a header with its parameters below, and the lines of the body. */
function treeOf(text: string): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  const [head = ''] = text.split('\r\n\r\n');
  let start = 0;
  for (const [i, line] of head.split('\r\n').entries()) {
    const end = start + line.length;
    const colon = line.indexOf(':');
    const value = i === 0 ? line : line.slice(colon + 1).trim();
    const at = end - value.length;
    nodes.push({
      label: i === 0 ? (line.startsWith('SIP/') ? 'Status line' : 'Request line') : line.slice(0, colon),
      value,
      start,
      end,
      kind: i === 0 ? 'start-line' : 'header',
      children:
        i === 0
          ? []
          : [...value.matchAll(/;([\w-]+)(?:=([^;]+))?/g)].map((m): TreeNode => ({
              label: m[1] ?? '',
              value: m[2] ?? '',
              start: at + m.index + 1,
              end: at + m.index + m[0].length,
              kind: 'part',
              children: [],
            })),
    });
    start = end + 2;
  }
  const bodyAt = head.length + 4;
  const body = text.slice(bodyAt);
  if (body !== '')
    nodes.push({
      label: 'Body',
      value: header(text, 'Content-Type'),
      note: `${body.length} bytes`,
      start: bodyAt,
      end: text.length,
      kind: 'body',
      children: [...body.matchAll(/[^\r\n]+/g)].map((m): TreeNode => ({
        label: m[0].slice(0, 1),
        value: m[0].slice(2),
        start: bodyAt + m.index,
        end: bodyAt + m.index + m[0].length,
        kind: 'part',
        children: [],
      })),
    });
  return nodes;
}

const toBase64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join(''));

function compareRows(a: string, b: string): Comparison['rows'] {
  const flat = (text: string): Map<string, TreeNode> => {
    const found = new Map<string, TreeNode>();
    for (const node of treeOf(text).flatMap((n) => (n.kind === 'body' ? n.children : [n]))) {
      let i = 0;
      while (found.has(`${node.label} [${i}]`)) i++;
      found.set(`${node.label} [${i}]`, node);
    }
    return found;
  };
  const [left, right] = [flat(a), flat(b)];
  return [...new Set([...left.keys(), ...right.keys()])].map((label) => {
    const [l, r] = [left.get(label), right.get(label)];
    const isEqual = l?.value === r?.value;
    const kind = (l ?? r)?.kind;
    return {
      label,
      section:
        kind === 'start-line'
          ? ('start-line' as const)
          : kind === 'header'
            ? ('headers' as const)
            : ('body' as const),
      difference: isEqual ? 'equal' : l === undefined ? 'added' : r === undefined ? 'removed' : 'changed',
      isExpected: !isEqual && /^(Via|CSeq|Content-Length)/.test(label),
      ...(l === undefined ? {} : { a: [{ text: l.value, isChanged: !isEqual }] }),
      ...(r === undefined ? {} : { b: [{ text: r.value, isChanged: !isEqual }] }),
    };
  });
}

const words = (dialog: DialogSummary): string => JSON.stringify(dialog).toLowerCase();

/** Answers about the samples, or about other calls. */
export function createSampleTraffic(samples: readonly Sample[] = SAMPLES): SampleTraffic {
  const texts: string[] = [];
  const messages: MessageSummary[] = [];
  const dialogs = samples.map((sample, i) => {
    const summaries = sample.messages.map((m, k) => summarise(m, sample, i + 1, texts.length + k + 1));
    const own = markRetransmissions(
      summaries,
      sample.messages.map((m) => m.text),
    );
    messages.push(...own);
    texts.push(...sample.messages.map((m) => m.text));
    return summariseDialog(sample, i + 1, own);
  });
  const textOf = (id: number): string => texts[id - 1] ?? '';
  const find = (id: number): MessageSummary | undefined => messages.find((m) => m.id === id);

  return {
    dialogs,
    messages,
    query: ({ filter, sort, offset, limit }) => {
      const matched = dialogs.filter((d) => words(d).includes(filter.trim().toLowerCase()));
      const key = (d: DialogSummary): string | number =>
        sort.by === 'result' ? (d.result?.status ?? 0) : (d[sort.by] ?? 0);
      const sorted = matched.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
      if (sort.descending) sorted.reverse();
      return {
        rows: sorted.slice(offset, offset + limit),
        total: dialogs.length,
        matched: matched.length,
        failed: matched.filter((d) => FAILED.has(d.state)).length,
        nearest:
          matched.length > 0
            ? []
            : [{ filter: 'INVITE', matched: dialogs.filter((d) => d.method === 'INVITE').length }],
      };
    },
    ladder: (ids, limit) => {
      const all = messages.filter((m) => ids.includes(m.dialogId)).sort((a, b) => a.atMs - b.atMs);
      const addresses = [...new Set(all.flatMap((m) => [m.source, m.destination]))];
      return {
        dialogs: dialogs.filter((d) => ids.includes(d.id)),
        lanes: addresses.map((address): Lane => ({
          address,
          name: NAMES[address] ?? address,
          kind: address === SERVER_ADDRESS ? 'server' : 'peer',
          ...(address === SERVER_ADDRESS ? { serverId: 'uas' } : {}),
        })),
        messages: all.slice(0, limit),
        isCut: all.length > limit,
      };
    },
    inspect: (id) => {
      const message = find(id);
      if (message === undefined) return undefined;
      const text = textOf(id);
      return {
        message,
        base64: toBase64(text),
        tree: [...treeOf(text)],
        findings:
          message.kind === 'invalid'
            ? [
                {
                  severity: 'error',
                  code: 'missing-header',
                  message: 'CSeq is missing',
                  rfc: 'RFC 3261 §8.1.1',
                  start: 0,
                  end: 20,
                },
              ]
            : [],
      };
    },
    compare: (a, b) => {
      const [left, right] = [find(a), find(b)];
      if (left === undefined || right === undefined) return undefined;
      return { a: left, b: right, rows: compareRows(textOf(a), textOf(b)) };
    },
  };
}
