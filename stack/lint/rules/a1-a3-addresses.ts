import { formatAddress, ipVersion, type Protocol } from '../../core/address.ts';
import { contacts } from '../../message/headers/name-addr.ts';
import { topVia as viaOf } from '../../message/headers/via.ts';
import { type Uri, parseUri } from '../../message/uri.ts';
import type { LintListener } from '../options.ts';
import type { Rule } from '../rule.ts';
import { sdpLine, topVia } from '../spans.ts';
import { isPrivate, isPublic } from '../ip-range.ts';

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Whether a socket can be reached at that host and port. */
function listensAt({ address }: LintListener, host: string, port: number): boolean {
  return (
    address.port === port &&
    (address.host === host.toLowerCase() || (WILDCARDS.has(address.host) && ipVersion(host) !== undefined))
  );
}

const DEFAULT_PORT: Readonly<Record<Protocol, number>> = {
  udp: 5060,
  tcp: 5060,
  ws: 80,
  tls: 5061,
  wss: 443,
};

/** How the URI asks to be reached; undefined for a transport we do not know. @rfc 3261 §19.1.2 */
function protocolOf(uri: Uri): Protocol | undefined {
  const named = uri.params.get('transport')?.toLowerCase();
  if (uri.scheme === 'sips') return named === 'ws' || named === 'wss' ? 'wss' : 'tls';
  if (named === undefined) return 'udp';
  return named in DEFAULT_PORT ? (named as Protocol) : undefined;
}

/** Requests whose Contact says where their sender is. */
const REACHABLE: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

const A1: Rule = {
  id: 'A1',
  title: 'The Contact names a socket its sender listens on.',
  severity: 'error',
  rfc: 'RFC 3261 §8.1.1.8, §12.1.1',
  advice: 'Take host, port and transport of the Contact from the listener the message is sent from.',
  check: ({ seen, facts, isRepeat, isRelay }, report) => {
    if (seen.direction !== 'out' || isRepeat || isRelay || facts.listeners.length === 0) return;
    if (!REACHABLE.has(seen.method) || seen.status >= 300 || (seen.isRequest && seen.viaCount > 1)) return;
    for (const { uri: text, span } of contacts(seen.message)) {
      const uri = parseUri(text);
      const protocol = protocolOf(uri);
      if (protocol === undefined || ipVersion(uri.host) === undefined || uri.params.has('gr')) continue;
      const port = uri.port ?? DEFAULT_PORT[protocol];
      const atPort = facts.listeners.filter((l) => listensAt(l, uri.host, port));
      if (atPort.some((l) => l.protocol === protocol)) continue;
      const place = formatAddress({ host: uri.host, port });
      const others = atPort.map((l) => l.protocol.toUpperCase()).join(', ');
      report({
        message:
          atPort.length === 0
            ? `The Contact names ${place} over ${protocol.toUpperCase()}, where its sender does not listen.`
            : `The Contact names ${place} over ${protocol.toUpperCase()}, where its sender listens for ${others}.`,
        span,
      });
    }
  },
};

const A2: Rule = {
  id: 'A2',
  title: 'The top Via of a request names the socket and the transport it is sent from.',
  severity: 'warning',
  rfc: 'RFC 3261 §18.1.1',
  advice:
    'Let the transport that sends the request write sent-by and protocol of the Via; behind a NAT add rport.',
  check: ({ seen, facts, isRepeat }, report) => {
    if (!seen.isRequest || isRepeat) return;
    const via = viaOf(seen.message);
    if (via === undefined || via.problem !== undefined) return;
    const { host, port: written } = via.sentBy;
    if (via.protocol.toLowerCase() !== seen.protocol) {
      report({
        message: `The Via says ${via.protocol}, but the ${seen.method} came over ${seen.protocol.toUpperCase()}.`,
        span: topVia(seen),
        severity: 'error',
      });
      return;
    }
    // A client that asks by rport expects a NAT.
    const isNatExpected =
      facts.isNatExpected === true || (seen.direction === 'in' && via.rport !== undefined);
    if (isNatExpected || ipVersion(host) === undefined) return;
    const port = written ?? DEFAULT_PORT[seen.protocol];
    const isListener =
      seen.direction === 'out' &&
      facts.listeners.some((l) => l.protocol === seen.protocol && listensAt(l, host, port));
    const { source } = seen;
    const isSocket = host.toLowerCase() === source.host && (seen.isReliable || port === source.port);
    if (isListener || isSocket) return;
    report({
      message: `The Via says ${formatAddress({ host, port })}, but the ${seen.method} came from ${formatAddress(source)}.`,
      span: topVia(seen),
    });
  },
};

const A3: Rule = {
  id: 'A3',
  title: 'Nobody on a public address asks to be reached on a private one.',
  severity: 'warning',
  rfc: 'RFC 1918 §3',
  advice:
    'Configure the public address of the sender, or let it learn it by STUN; or put an SBC in between that rewrites Contact and SDP.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    const isPassedOn = seen.isRequest ? seen.viaCount > 1 : seen.message.first('Record-Route') !== undefined;
    if (isRepeat || isRelay || isPassedOn || !isPublic(seen.source.host)) return;
    const from = formatAddress(seen.source);
    for (const { uri, span } of contacts(seen.message)) {
      const { host } = parseUri(uri);
      if (isPrivate(host))
        report({
          message: `The Contact names the private ${host}, but the message comes from ${from}.`,
          span,
        });
    }
    const { sdp } = seen;
    const lines = sdp === undefined ? [] : [...sdp.session, ...sdp.media.flatMap((m) => m.lines)];
    for (const line of lines.filter((l) => l.type === 'c')) {
      const host = line.value.split(' ')[2]?.split('/')[0] ?? '';
      if (isPrivate(host))
        report({
          message: `The SDP asks for media at the private ${host}, but the message comes from ${from}.`,
          span: sdpLine(seen, line),
        });
    }
  },
};

export const ADDRESS_RULES: readonly Rule[] = [A1, A2, A3];
