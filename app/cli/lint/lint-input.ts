import type { Address, Protocol } from '../../../stack/core/address.ts';
import type { Finding } from '../../../stack/lint/finding.ts';
import { createLinter } from '../../../stack/lint/linter.ts';
import { topVia } from '../../../stack/message/headers/via.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import { decodeText, octetText } from '../../../stack/message/octets.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import { DEFAULT_PORTS } from '../../../stack/resolver/services.ts';
import type { Inspection } from '../../contract/traffic.ts';
import { findingsOf } from '../../services/traffic/details.ts';
import type { CliIo } from '../io.ts';
import { openCapture } from '../read-capture-input.ts';
import { CLI_PROTOCOLS } from '../target.ts';

/** A message with what is wrong with it. */
export interface LintedMessage {
  /** From 1. */
  readonly n: number;
  readonly firstLine: string;
  readonly findings: Inspection['findings'];
}

/** Judges one message without the others of its dialog: its transport and its ends are what it says of them itself. */
export function lintMessage(octets: Uint8Array): LintedMessage {
  const message = parseMessage(octets);
  const { protocol, remote, local } = endsOf(message);
  const found = createLinter().add(
    { direction: 'in', protocol, remote, local, connectionId: undefined, atMs: 0, bytes: octets },
    message,
  );
  return { n: 1, firstLine: firstLineOf(octets), findings: findingsOf(message, found) };
}

/** Judges every message of a capture in the light of those before it. @throws CliError 2 when it cannot be read */
export function lintCapture(path: string, octets: Uint8Array, io: CliIo): readonly LintedMessage[] {
  const capture = openCapture(path, octets, io);
  const messages = capture.messages.filter(({ bytes }) => !isKeepAlive(bytes));
  const linter = createLinter();
  const found = new Map<number, Finding[]>();
  const sort = (findings: readonly Finding[]): void => {
    for (const finding of findings)
      found.set(finding.messageId, [...(found.get(finding.messageId) ?? []), finding]);
  };
  messages.forEach((message, at) => {
    sort(linter.add({ ...message, id: at + 1 }));
  });
  sort(linter.finish(messages.at(-1)?.atMs ?? 0));
  return messages.map(({ bytes }, at) => ({
    n: at + 1,
    firstLine: firstLineOf(bytes),
    findings: findingsOf(parseMessage(bytes), found.get(at + 1) ?? []),
  }));
}

/** Line ends between messages keep a flow alive. @rfc 5626 §3.5.1 */
const isKeepAlive = (octets: Uint8Array): boolean => /^[\r\n\0]*$/.test(octetText(octets));

const firstLineOf = (octets: Uint8Array): string =>
  decodeText(/^[^\r\n]*/.exec(octetText(octets, 0, Math.min(octets.length, 400)))?.[0] ?? '');

/** Sender and receiver as the message names them: sent-by of its Via, and its Request-URI. */
function endsOf(message: SipMessage): {
  readonly protocol: Protocol;
  readonly remote: Address;
  readonly local: Address;
} {
  const via = topVia(message);
  const protocol = CLI_PROTOCOLS.find((known) => known === via?.protocol.toLowerCase()) ?? 'udp';
  const port = DEFAULT_PORTS[protocol];
  const sender = { host: via?.sentBy.host ?? '192.0.2.1', port: via?.sentBy.port ?? port };
  const { startLine } = message;
  const uri = startLine.kind === 'request' ? parseUri(startLine.uri) : undefined;
  const receiver = { host: uri?.host ?? '192.0.2.2', port: uri?.port ?? port };
  // A response goes to where the request came from.
  return startLine.kind === 'response'
    ? { protocol, remote: receiver, local: sender }
    : { protocol, remote: sender, local: receiver };
}
