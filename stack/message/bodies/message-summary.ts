import { entityHeader, readEntity, type EntityHeader } from './entity.ts';
import type { Parsed } from './xml.ts';

export const MESSAGE_SUMMARY_TYPE = 'application/simple-message-summary';

/** How many messages of a class wait. @rfc 3842 §5.2 */
export interface MessageCounts {
  readonly fresh: number;
  readonly old: number;
  /** Urgent ones among them; undefined when not said. */
  readonly urgentFresh?: number | undefined;
  readonly urgentOld?: number | undefined;
}

/** What a mailbox says of itself. @rfc 3842 §5.2 */
export interface MessageSummary {
  readonly isWaiting: boolean;
  /** URI of the mailbox. */
  readonly account?: string | undefined;
  /** By message context class in lower case: `voice-message`, `fax-message`, `text-message`... */
  readonly counts: ReadonlyMap<string, MessageCounts>;
  /** Headers of single messages, a group a message. */
  readonly messages: readonly (readonly EntityHeader[])[];
}

const COUNTS = /^(\d{1,10})\s*\/\s*(\d{1,10})(?:\s*\(\s*(\d{1,10})\s*\/\s*(\d{1,10})\s*\))?$/;
/** The classes of RFC 3458; extensions are tokens of the same form. */
const CLASS = /^[a-z0-9-]+-message$|^none$/;

const numberOr = (digits: string | undefined): number | undefined =>
  digits === undefined ? undefined : Number(digits);

/** Reads `application/simple-message-summary`. */
export function parseMessageSummary(text: string): Parsed<MessageSummary> {
  const { headers, content, badLine } = readEntity(text, 0, text.length);
  if (badLine !== undefined)
    return { kind: 'malformed', message: 'A line is no "name: value".', offset: badLine };
  const waiting = entityHeader(headers, 'messages-waiting')?.toLowerCase();
  if (waiting !== 'yes' && waiting !== 'no')
    return { kind: 'malformed', message: 'Messages-Waiting is neither yes nor no.', offset: 0 };
  const counts = new Map<string, MessageCounts>();
  for (const { name, value } of headers) {
    const context = name.toLowerCase();
    if (!CLASS.test(context)) continue;
    const [, fresh, old, urgentFresh, urgentOld] = COUNTS.exec(value) ?? [];
    if (fresh === undefined)
      return { kind: 'malformed', message: `${name} is not "new/old (urgent/urgent)".`, offset: 0 };
    counts.set(context, {
      fresh: Number(fresh),
      old: Number(old),
      urgentFresh: numberOr(urgentFresh),
      urgentOld: numberOr(urgentOld),
    });
  }
  const messages: (readonly EntityHeader[])[] = [];
  let pos = content.start;
  while (pos < text.length) {
    const group = readEntity(text, pos, text.length);
    if (group.headers.length > 0) messages.push(group.headers);
    pos = group.content.start;
  }
  return {
    kind: 'ok',
    value: {
      isWaiting: waiting === 'yes',
      account: entityHeader(headers, 'message-account'),
      counts,
      messages,
    },
  };
}

/** `voice-message` as `Voice-Message`. */
function titleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** Writes `application/simple-message-summary`. */
export function formatMessageSummary({ isWaiting, account, counts, messages }: MessageSummary): string {
  const lines = [`Messages-Waiting: ${isWaiting ? 'yes' : 'no'}`];
  if (account !== undefined) lines.push(`Message-Account: ${account}`);
  for (const [context, { fresh, old, urgentFresh, urgentOld }] of counts) {
    const urgent =
      urgentFresh === undefined || urgentOld === undefined ? '' : ` (${urgentFresh}/${urgentOld})`;
    lines.push(`${titleCase(context)}: ${fresh}/${old}${urgent}`);
  }
  for (const headers of messages) lines.push('', ...headers.map(({ name, value }) => `${name}: ${value}`));
  return `${lines.join('\r\n')}\r\n`;
}
