import { Command, InvalidArgumentError, Option } from 'commander';
import type { HeaderLine } from '../../../stack/agent/header-line.ts';
import { PIDF_TYPE } from '../../../stack/message/bodies/pidf.ts';
import { sipETag } from '../../../stack/message/headers/publication.ts';
import { expires } from '../../../stack/message/headers/simple.ts';
import { decodeText, encodeText, octetText } from '../../../stack/message/octets.ts';
import { type AgentFlags, withAgentOptions } from '../agent-flags.ts';
import { keepPublished } from '../keep-published.ts';
import { DOCUMENT_TYPES, packageOf } from '../event-accept.ts';
import { type CliIo, EXIT, usageError } from '../io.ts';
import { isSuccess, toldOf } from '../outcome.ts';
import { presenceDocument, type PresenceFlags, saysPresence } from '../presence-document.ts';
import { readInput } from '../read-input.ts';
import { repeated, type Subcommand, wholeNumber } from '../subcommand.ts';
import { addressOfRecord, sipUri } from '../target.ts';
import { type AgentTools, interrupted, withAgent } from '../with-agent.ts';
import { eventValue } from './subscribe.ts';

interface Flags extends AgentFlags, PresenceFlags {
  readonly event: string;
  readonly file?: string;
  readonly contentType?: string;
  readonly expires: number;
  readonly etag?: string;
  readonly remove?: boolean;
  readonly count: number;
}

/** A document with what it is. */
interface Document {
  readonly body: string;
  readonly contentType: string;
}

function entityTag(text: string): string {
  if (!/^[\w.!%*+`'~-]+$/.test(text)) throw new InvalidArgumentError('expected the entity-tag of a 2xx');
  return text;
}

/** `sipctl publish URI`: publishes event state, refreshes, modifies and removes it by its entity-tag. @rfc 3903 §4 */
export const publishCommand: Subcommand = {
  json: {
    published: 'afterMs, text, n, etag, expiresSec, status, reason, rttMs',
    removed: 'afterMs, text; status, reason, rttMs of the answer',
    failed: 'afterMs, text, outcome; of a response status, reason, rttMs',
  },
  examples: [
    'publish sip:alice@127.0.0.1:5060 --basic open --note lunch',
    'publish sip:alice@127.0.0.1:5060 --etag 4711 --basic closed',
    'publish sip:alice@127.0.0.1:5060 --etag 4711 --remove',
    'publish sip:alice@127.0.0.1:5060 --file presence.xml --count 0',
  ],
  command: (io, done) =>
    withAgentOptions(
      new Command('publish')
        .description(
          'Publish event state (RFC 3903): a document from a file, or presence from flags. With --etag what was published before is refreshed, with a document modified, with --remove taken back. Exit 0 when it was taken.',
        )
        .argument('<uri>', 'whose state')
        .option('--event <PACKAGE>', 'Event package.', eventValue, 'presence')
        .option('--file <FILE>', 'The document, - for standard input.')
        .option('--content-type <TYPE>', 'What the document is; that of the package when left out.')
        .addOption(
          new Option('--basic <STATUS>', 'Presence: whether to be reached.').choices(['open', 'closed']),
        )
        .option('--note <TEXT>', 'Presence: words for people.')
        .addOption(
          new Option(
            '--activity <NAME>',
            'Presence: what the person does, such as meeting; repeatable.',
          ).argParser(repeated),
        )
        .option('--expires <SEC>', 'How long it is to last.', wholeNumber(1, 4_294_967_295), 3600)
        .option('--etag <TAG>', 'Entity-tag of what was published before.', entityTag)
        .option('--remove', 'Take back what --etag names.')
        .option(
          '--count <N>',
          'End after so many PUBLISH requests, refreshes among them; 0 keeps it published until interrupted. Ctrl+C takes it back.',
          wholeNumber(0, 1_000_000),
          1,
        ),
    ).action(async (text: string, flags: Flags) => {
      check(flags);
      const target = addressOfRecord(sipUri(text));
      const document = await documentOf(target, flags, io);
      await withAgent({ target: text, flags }, io, async (tools) => {
        const exitCode =
          flags.count === 1 || document === undefined
            ? await publishOnce(tools, document, flags)
            : await keepPublished(
                tools,
                { ...document, event: flags.event, expiresSec: flags.expires },
                flags.count,
              );
        done(io.signal.aborted ? EXIT.interrupted : exitCode);
      });
    }),
};

/** @throws CliError 2 */
function check(flags: Flags): void {
  const { file, etag, remove, count, event } = flags;
  const hasDocument = file !== undefined || saysPresence(flags);
  if (file !== undefined && saysPresence(flags))
    throw usageError('--file and the words of --basic, --note and --activity exclude each other');
  if (saysPresence(flags) && packageOf(event) !== 'presence')
    throw usageError('--basic, --note and --activity make presence; give other documents by --file');
  if (remove === true && (etag === undefined || hasDocument))
    throw usageError('--remove takes back what --etag TAG names, and has no document');
  if (!hasDocument && etag === undefined)
    throw usageError('say what to publish: --file FILE, or --basic open|closed');
  if (etag !== undefined && count !== 1)
    throw usageError('--etag goes on with one PUBLISH; leave --count out');
}

async function documentOf(entity: string, flags: Flags, io: CliIo): Promise<Document | undefined> {
  const contentType = flags.contentType ?? DOCUMENT_TYPES[packageOf(flags.event)] ?? PIDF_TYPE;
  if (flags.file !== undefined) return { body: octetText(await readInput(flags.file, io)), contentType };
  return saysPresence(flags) ? { body: presenceDocument(decodeText(entity), flags), contentType } : undefined;
}

/** One PUBLISH: initial, refreshing, modifying or removing, as its tag and document say. @rfc 3903 §4.1 */
async function publishOnce(
  { agent, outside, report, signal }: AgentTools,
  document: Document | undefined,
  { event, expires: expiresSec, etag, remove }: Flags,
): Promise<number> {
  const headers: readonly HeaderLine[] = [
    ['Event', event],
    ['Expires', remove === true ? '0' : String(expiresSec)],
    ...(etag === undefined ? [] : [['SIP-If-Match', encodeText(etag)] as const]),
    ...(outside.headers ?? []),
  ];
  const result = await Promise.race([
    agent.request({ ...outside, method: 'PUBLISH', headers, ...document }),
    interrupted(signal),
  ]);
  if (result === undefined) return EXIT.interrupted;
  const told = toldOf(result);
  if (!isSuccess(result) || result.kind !== 'response') {
    report('failed', told);
    return EXIT.negative;
  }
  const tag = decodeText(sipETag(result.message) ?? '');
  const granted = expires(result.message);
  if (remove === true) report('removed', told);
  else
    report('published', {
      ...told,
      text: `${told.text}, entity-tag ${tag}${granted === undefined ? '' : ` for ${granted} s`}`,
      fields: { n: 1, etag: tag, ...(granted === undefined ? {} : { expiresSec: granted }), ...told.fields },
    });
  return EXIT.ok;
}
