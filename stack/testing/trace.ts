import { formatAddress, type Address, type Protocol } from '../core/address.ts';
import type { Finding, RuleId } from '../lint/finding.ts';
import { lintTrace } from '../lint/linter.ts';
import type { LintOptions, RtpObservation } from '../lint/options.ts';
import type { Recorded } from '../lint/seen.ts';
import { octetText, toBytes } from '../message/octets.ts';

/** What differs from the usual message; `edit` changes the finished text. */
export interface TraceParts {
  /** Since the message before; default 10 ms. */
  readonly afterMs?: number;
  readonly branch?: string;
  readonly uri?: string;
  readonly from?: string;
  readonly to?: string;
  readonly fromTag?: string;
  /** Empty: none. */
  readonly toTag?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly contact?: string | false;
  /** Further header lines. */
  readonly lines?: readonly string[];
  readonly sdp?: string;
  readonly body?: readonly [type: string, body: string];
  /** Method of the request a response answers; the latest one when left out. */
  readonly answers?: string;
  readonly edit?: (text: string) => string;
}

type Name = 'alice' | 'bob';

interface End {
  readonly address: Address;
  readonly uri: string;
  cseq: number;
  inviteCseq: number;
}

/** Addresses of the two ends. */
export const ALICE: Address = { host: '10.0.0.1', port: 5060 };
export const BOB: Address = { host: '10.0.0.2', port: 5060 };

/** The recorded traffic between alice, who calls, and bob, as one of them sees it; or as a proxy between them does. */
export class Trace {
  readonly messages: Recorded[] = [];
  readonly #ends: Readonly<Record<Name, End>> = {
    alice: { address: ALICE, uri: 'sip:alice@example.com', cseq: 0, inviteCseq: 0 },
    bob: { address: BOB, uri: 'sip:bob@example.com', cseq: 100, inviteCseq: 0 },
  };
  readonly #requests: { readonly by: Name; readonly method: string; readonly text: string }[] = [];
  readonly #vantage: Name;
  #protocol: Protocol = 'udp';
  #connectionId: string | undefined = undefined;
  #atMs = 0;
  #hasDialog = false;

  /** @param vantage - whose traffic was recorded. */
  constructor(vantage: Name = 'bob') {
    this.#vantage = vantage;
  }

  over(protocol: Protocol, connectionId?: string): this {
    this.#protocol = protocol;
    this.#connectionId = connectionId;
    return this;
  }

  wait(ms: number): this {
    this.#atMs += ms;
    return this;
  }

  /** Alice sends a request (`INVITE`) or a response (`200 OK`). */
  alice(start: string, parts: TraceParts = {}): this {
    return this.#say('alice', start, parts);
  }

  bob(start: string, parts: TraceParts = {}): this {
    return this.#say('bob', start, parts);
  }

  /** The latest message, or that of a place counted from the end, once more. */
  again(afterMs: number, back = 1): this {
    const last = this.messages.at(-back);
    if (last === undefined) throw new Error('there is nothing to repeat');
    this.#atMs += afterMs;
    this.messages.push({ ...last, atMs: this.#atMs });
    return this;
  }

  /** The recorded node passes the latest message on: a request with its Via on top and one hop less, a response without its top Via. */
  relay(to: Address, branch: string, edit: (text: string) => string = (text) => text): this {
    const last = this.messages.at(-1);
    if (last === undefined) throw new Error('there is nothing to pass on');
    const text = octetText(last.bytes);
    const passed = text.startsWith('SIP/2.0')
      ? text.replace(/Via: .*\r\n/, '')
      : text
          .replace('\r\n', `\r\nVia: SIP/2.0/UDP ${formatAddress(last.local)};branch=${branch}\r\n`)
          .replace(/Max-Forwards: (\d+)/, (_, hops: string) => `Max-Forwards: ${Number(hops) - 1}`);
    return this.raw('out', edit(passed), to);
  }

  /** A message as it is, between the recorded node and `remote`. */
  raw(direction: 'in' | 'out', text: string, remote: Address, afterMs = 10): this {
    this.#atMs += afterMs;
    const local = this.#ends[this.#vantage].address;
    this.messages.push({
      direction,
      protocol: this.#protocol,
      local,
      remote,
      connectionId: this.#connectionId,
      atMs: this.#atMs,
      bytes: toBytes(text),
    });
    return this;
  }

  /** Text of the latest message. */
  get lastText(): string {
    const last = this.messages.at(-1);
    return last === undefined ? '' : octetText(last.bytes);
  }

  /** @param options.untilMs - defaults to the time waited for. */
  findings(options: LintOptions & { readonly rtp?: readonly RtpObservation[] } = {}): readonly Finding[] {
    return lintTrace(this.messages, { untilMs: this.#atMs, ...options });
  }

  /** What one rule says: `local error BYE: The BYE ... <octets>`, with whose mistake it is and the start of the message. */
  remarks(ruleId: RuleId, options: Parameters<Trace['findings']>[0] = {}): readonly string[] {
    return this.findings(options)
      .filter((finding) => finding.ruleId === ruleId)
      .map(({ by, severity, message, messageId, span }) => {
        const bytes = this.messages[messageId]?.bytes ?? new Uint8Array();
        return `${by} ${severity}: ${message} <${octetText(bytes, span.start, span.end)}>`;
      });
  }

  #say(by: Name, start: string, parts: TraceParts): this {
    const text = /^\d/.test(start) ? this.#response(by, start, parts) : this.#request(by, start, parts);
    const peer = by === 'alice' ? 'bob' : 'alice';
    const direction = by === this.#vantage ? 'out' : 'in';
    const remote = this.#ends[direction === 'out' ? peer : by].address;
    return this.raw(direction, (parts.edit ?? ((t) => t))(text), remote, parts.afterMs);
  }

  #request(by: Name, method: string, parts: TraceParts): string {
    const own = this.#ends[by];
    const peer = this.#ends[by === 'alice' ? 'bob' : 'alice'];
    const repeats = method === 'ACK' || method === 'CANCEL';
    const cseq = parts.cseq ?? (repeats ? own.inviteCseq : own.cseq + 1);
    if (!repeats) own.cseq = cseq;
    if (method === 'INVITE') own.inviteCseq = cseq;
    const branchOf = method === 'CANCEL' ? 'INVITE' : method;
    const isInside = this.#hasDialog && method !== 'CANCEL';
    const toTag = parts.toTag ?? (isInside ? (by === 'alice' ? 'tag-b' : 'tag-a') : '');
    const uri = parts.uri ?? (isInside ? contactOf(peer) : peer.uri);
    const text = this.#write(
      `${method} ${uri} SIP/2.0`,
      [
        `Via: SIP/2.0/${this.#protocol.toUpperCase()} ${formatAddress(own.address)};branch=${parts.branch ?? `z9hG4bK-${by}-${branchOf}-${cseq}`}`,
        'Max-Forwards: 70',
        `From: <${parts.from ?? own.uri}>;tag=${parts.fromTag ?? `tag-${by.charAt(0)}`}`,
        `To: <${parts.to ?? peer.uri}>${toTag === '' ? '' : `;tag=${toTag}`}`,
        `Call-ID: ${parts.callId ?? 'call'}`,
        `CSeq: ${cseq} ${method}`,
      ],
      own,
      method === 'CANCEL' || method === 'BYE' ? { contact: false, ...parts } : parts,
    );
    this.#requests.push({ by, method, text: parts.edit?.(text) ?? text });
    return text;
  }

  #response(by: Name, start: string, parts: TraceParts): string {
    const asked = this.#requests.filter(
      (r) => r.by !== by && (parts.answers === undefined ? r.method !== 'ACK' : r.method === parts.answers),
    );
    const request = asked.at(-1)?.text ?? '';
    const status = Number(start.slice(0, 3));
    if (status > 100 && status < 300) this.#hasDialog = true;
    const copied = request.match(/^(Via|From|To|Call-ID|CSeq|Record-Route): .*$/gm) ?? [];
    const tag = parts.toTag ?? (status === 100 ? '' : `tag-${by.charAt(0)}`);
    const tagged = copied.map((line) =>
      line.startsWith('To:') && !line.includes(';tag=') && tag !== '' ? `${line};tag=${tag}` : line,
    );
    const isReachable = status > 100 && status < 300 && !/CSeq: \d+ (BYE|CANCEL|NOTIFY|PRACK)/.test(request);
    return this.#write(
      `SIP/2.0 ${start}`,
      tagged,
      this.#ends[by],
      isReachable ? parts : { contact: false, ...parts },
    );
  }

  #write(start: string, head: readonly string[], own: End, parts: TraceParts): string {
    const [type, body] = parts.body ?? (parts.sdp === undefined ? ['', ''] : ['application/sdp', parts.sdp]);
    const contact = parts.contact === false ? [] : [`Contact: <${parts.contact ?? contactOf(own)}>`];
    const lines = [
      ...head,
      ...contact,
      ...(parts.lines ?? []),
      ...(body === '' ? [] : [`Content-Type: ${type}`]),
      `Content-Length: ${body.length}`,
    ];
    return [start, ...lines, '', body].join('\r\n');
  }
}

const contactOf = ({ uri, address }: End): string =>
  `sip:${uri.slice(4, uri.indexOf('@'))}@${formatAddress(address)}`;

/** A session description with one audio stream at `host`; `lines` follow its m= line. */
export function sdpOf(
  o: {
    readonly host?: string;
    readonly version?: number;
    readonly formats?: string;
    readonly profile?: string;
    readonly port?: number;
    readonly lines?: readonly string[];
    readonly more?: readonly string[];
  } = {},
): string {
  const { host = '10.0.0.1', version = 1, formats = '0 8', profile = 'RTP/AVP', port = 4000 } = o;
  return [
    'v=0',
    `o=- 1 ${version} IN IP4 ${host}`,
    's=-',
    `c=IN IP4 ${host}`,
    't=0 0',
    `m=audio ${port} ${profile} ${formats}`,
    ...(o.lines ?? []),
    ...(o.more ?? []),
    '',
  ].join('\r\n');
}
