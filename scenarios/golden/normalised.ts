import { cseq } from '../../stack/message/headers/cseq.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { HeaderField, SipMessage } from '../../stack/message/message.ts';
import { decodeText, octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';

/*
 * Messages without what differs from run to run. Branches, tags, Call-IDs and nonces become numbered words, so that it still shows where
 * the same one comes again; addresses become the names of their lanes; numbers that count are counted from 1; times and media ports go.
 */

/** Tokens shorter than this are replaced where they stand only, not wherever the same letters occur. */
const MIN_UNIQUE = 6;

const DIGEST = /^(?:Proxy-)?(?:Authorization|Authenticate)$|^WWW-Authenticate$|^Authentication-Info$/;

/** Lines of SDP that are made up anew for each session, and what stands for them. */
const SDP_RULES: readonly (readonly [RegExp, string])[] = [
  [/^(o=\S+ )\d+ \d+/gm, '$11 1'],
  [/^(m=\S+ )[1-9]\d*/gm, '$19'],
  [/^(a=rtcp:)\d+/gm, '$19'],
  [/^(a=(?:ice-ufrag|ice-pwd|fingerprint|candidate|ssrc|cname|msid):?).*/gm, '$1*'],
];

export class Normaliser {
  readonly #addresses: readonly (readonly [RegExp, string])[];
  readonly #words = new Map<string, string>();
  readonly #counts = new Map<string, number>();
  /** First CSeq number of each Call-ID and side. */
  readonly #bases = new Map<string, number>();

  /** @param lanes - names by `HOST:PORT` */
  constructor(lanes: ReadonlyMap<string, string>) {
    const hosts = new Map<string, string>();
    for (const [address, name] of lanes) {
      const host = address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
      hosts.set(host, hosts.has(host) && hosts.get(host) !== name ? 'any' : name);
    }
    const rule = (text: string, name: string): readonly [RegExp, string] => [
      new RegExp(`(?<![\\w.])${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.]|:\\d*\\])`, 'g'),
      `${name}.lane`,
    ];
    this.#addresses = [
      ...[...lanes].map(([address, name]) => rule(address, name)),
      ...[...hosts].map(([host, name]) => rule(host, name)),
    ];
  }

  /** The message as text with single line ends. @param sender - lane of who sent it; @param receiver - and who got it */
  text(bytes: Uint8Array, sender: string, receiver: string): string {
    const message = parseMessage(bytes);
    if (message.startLine.kind === 'invalid') return this.#common(decodeText(octetText(bytes)));
    const side = message.startLine.kind === 'request' ? sender : receiver;
    const body = this.#body(message);
    const size = new TextEncoder().encode(body.replaceAll('\n', '\r\n')).length;
    const lines = message.headers.map((field) => {
      const value = field.name === 'Content-Length' ? String(size) : this.#value(field, message, side);
      return `${decodeText(field.name)}: ${value}`;
    });
    const head = [this.#common(startLineOf(message)), ...lines].join('\n');
    return `${head}\n${body === '' ? '' : `\n${body}`}`;
  }

  #value({ name, value }: HeaderField, message: SipMessage, side: string): string {
    const text = decodeText(value).replace(/\r?\n[ \t]+/g, ' ');
    if (name === 'Via')
      return this.#common(
        text
          .replace(
            /(;\s*branch=)([^;,\s]+)/gi,
            (_, before: string, it: string) => before + this.#word('z9hG4bK-branch', it),
          )
          .replace(/(;\s*rport=)\d+/gi, '$10'),
      );
    if (name === 'From' || name === 'To')
      return this.#common(
        text.replace(
          /(;\s*tag\s*=\s*)([^;,\s]+)/gi,
          (_, before: string, it: string) => before + this.#word('tag', it),
        ),
      );
    // What a proxy calls a connection is its own affair.
    if (name === 'Route' || name === 'Record-Route' || name === 'Path')
      return this.#common(
        text.replace(
          /(<sips?:)([^@>;]+)(?=@)/gi,
          (_, before: string, it: string) => before + this.#word('flow', it),
        ),
      );
    if (name === 'Call-ID') return this.#word('call', text);
    if (name === 'CSeq') return text.replace(/^\d+/, (n) => String(this.#sequence(Number(n), message, side)));
    if (name === 'RAck')
      return text.replace(/^\d+\s+(\d+)/, (_, n: string) => `1 ${this.#sequence(Number(n), message, side)}`);
    if (name === 'RSeq') return '1';
    if (name === 'Date' || name === 'Timestamp') return '*';
    if (name === 'Max-Forwards') return text;
    if (name === 'Subscription-State') return this.#common(text.replace(/(;\s*expires=)\d+/i, '$10'));
    if (name === 'Event') return this.#common(text.replace(/(;\s*id=)\d+/i, '$10'));
    if (DIGEST.test(name))
      return this.#common(
        text
          .replace(
            /\b((?:c?nonce|nextnonce|opaque)=)("[^"]*"|[^\s,]+)/gi,
            (_, before: string, it: string) => `${before}"${this.#word('nonce', it.replaceAll('"', ''))}"`,
          )
          .replace(/\b((?:response|rspauth)=)(?:"[^"]*"|[^\s,]+)/gi, '$1"*"'),
      );
    return this.#common(text);
  }

  #body(message: SipMessage): string {
    const octets = octetText(message.bytes, message.body.start, message.body.end);
    const text = this.#common(decodeText(octets).replaceAll('\r\n', '\n'));
    return SDP_RULES.reduce((left, [pattern, with_]) => left.replace(pattern, with_), text);
  }

  /** Words that were met before, and addresses, wherever they stand. */
  #common(text: string): string {
    let left = text;
    for (const [it, word] of this.#words)
      if (it.length >= MIN_UNIQUE) left = left.replaceAll(it, word).replaceAll(encodeURIComponent(it), word);
    for (const [pattern, name] of this.#addresses) left = left.replace(pattern, name);
    return left;
  }

  #word(kind: string, it: string): string {
    let word = this.#words.get(it);
    if (word === undefined) {
      const count = (this.#counts.get(kind) ?? 0) + 1;
      this.#counts.set(kind, count);
      word = `${kind}-${count}`;
      this.#words.set(it, word);
    }
    return word;
  }

  #sequence(number: number, message: SipMessage, side: string): number {
    const key = `${side} ${callId(message) ?? ''}`;
    const base = this.#bases.get(key) ?? cseq(message)?.number ?? number;
    this.#bases.set(key, base);
    return number - base + 1;
  }
}

function startLineOf({ startLine }: SipMessage): string {
  if (startLine.kind === 'request')
    return decodeText(`${startLine.method} ${startLine.uri} ${startLine.version}`);
  if (startLine.kind === 'response')
    return decodeText(`${startLine.version} ${startLine.status} ${startLine.reason}`);
  return decodeText(startLine.text);
}
