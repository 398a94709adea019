import { ipVersion } from '../../core/address.ts';
import { topVia as viaOf } from '../../message/headers/via.ts';
import type { Rule } from '../rule.ts';
import { requestUri, startLine, topVia } from '../spans.ts';

const SECURE: ReadonlySet<string> = new Set(['tls', 'wss']);

const A4: Rule = {
  id: 'A4',
  title: 'A request to a sips URI goes over TLS on every hop.',
  severity: 'error',
  rfc: 'RFC 3261 §26.2.2, RFC 5630 §3.1',
  advice:
    'Send it over TLS or WSS, or refuse it; to use TLS on one hop only, write a sip URI with transport=tls.',
  check: ({ seen, isRepeat }, report) => {
    if (!seen.isRequest || isRepeat || SECURE.has(seen.protocol) || !/^sips:/i.test(seen.uri)) return;
    report({
      message: `The ${seen.method} to a sips URI was sent over ${seen.protocol.toUpperCase()}.`,
      span: requestUri(seen),
    });
  },
};

const A5: Rule = {
  id: 'A5',
  title: 'The server name of a TLS connection is a host name, no IP address.',
  severity: 'warning',
  rfc: 'RFC 6066 §3',
  advice: 'Send as SNI the domain of the URI that led here, or nothing where it is an IP address.',
  check: ({ seen, facts, memory }, report) => {
    const { connectionId } = seen;
    if (connectionId === undefined || !memory.isNewConnection(connectionId)) return;
    const name = facts.serverNameOf?.(connectionId);
    if (name === undefined || ipVersion(name) === undefined) return;
    report({
      message: `The connection was made with the IP address ${name} as server name.`,
      span: startLine(seen),
    });
  },
};

const A6: Rule = {
  id: 'A6',
  title: 'A response to a request with rport goes back to where it came from, and says so.',
  severity: 'error',
  rfc: 'RFC 3581 §4',
  advice:
    'Write the source of the request into received and rport of its top Via and send the response there, from the same socket.',
  check: ({ seen, transaction, isRepeat }, report) => {
    if (seen.isRequest || isRepeat || seen.isReliable || transaction === undefined) return;
    const { request } = transaction;
    if (viaOf(request.message)?.rport !== true) return;
    const via = viaOf(seen.message);
    if (seen.direction === 'out') {
      const { host, port } = request.remote;
      if (seen.remote.host !== host || seen.remote.port !== port) {
        report({
          message: `The ${seen.status} went to port ${seen.remote.port}, though the ${seen.method} asked by rport for ${port}.`,
          span: topVia(seen),
          relatedTo: request,
        });
        return;
      }
    }
    if (typeof via?.rport === 'number') return;
    report({
      message: `The ${seen.status} does not fill in the rport of the ${seen.method}.`,
      span: topVia(seen),
      relatedTo: request,
      severity: 'warning',
    });
  },
};

export const HOP_RULES: readonly Rule[] = [A4, A5, A6];
