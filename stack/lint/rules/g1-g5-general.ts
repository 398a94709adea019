import type { HeaderName } from '../../message/header-names.ts';
import { contentLength, maxForwards } from '../../message/headers/simple.ts';
import { tokens } from '../../message/headers/token-list.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { linesOf, lineOf, startLine, valueOf } from '../spans.ts';

const isOwnResponse = ({ seen, isRepeat, isRelay }: Scene): boolean =>
  !seen.isRequest && !isRepeat && !isRelay;

const G1: Rule = {
  id: 'G1',
  title: 'Allow lists the methods that are served, and no others.',
  severity: 'warning',
  rfc: 'RFC 3261 §20.5, §8.2.1',
  advice: 'Make the value of Allow from the handlers that are there instead of writing it by hand.',
  check: (scene, report) => {
    const { seen, call } = scene;
    if (!isOwnResponse(scene) || seen.method === 'ACK' || seen.method === 'CANCEL') return;
    const isRefused = seen.status === 405 || seen.status === 501;
    if (!isRefused && !seen.isSuccess) return;
    const source = seen.message.first('Allow') === undefined ? call.allow.get(seen.toTag) : seen;
    if (source === undefined) return;
    const isListed = tokens(source.message, 'Allow').includes(seen.method);
    if (isListed !== isRefused) return;
    report({
      message: isRefused
        ? `Allow lists ${seen.method}, which was answered ${seen.status}.`
        : `Allow does not list ${seen.method}, which was answered ${seen.status}.`,
      span: linesOf(seen, 'Allow'),
      relatedTo: source === seen ? undefined : source,
    });
  },
};

/** What a refusal must tell. @rfc 3261 §8.2.1, §8.2.2.3, RFC 6665 §4.2.1.1 */
const TOLD: Readonly<Record<number, { readonly name: HeaderName; readonly rfc: string }>> = {
  405: { name: 'Allow', rfc: 'RFC 3261 §8.2.1' },
  420: { name: 'Unsupported', rfc: 'RFC 3261 §8.2.2.3' },
  489: { name: 'Allow-Events', rfc: 'RFC 6665 §4.2.1.1' },
};

const G2: Rule = {
  id: 'G2',
  title: 'A 405 says what is allowed, a 420 what is not supported, a 489 which events are known.',
  severity: 'error',
  rfc: 'RFC 3261 §8.2.1, §8.2.2.3, RFC 6665 §4.2.1.1',
  advice: 'Add Allow to a 405, Unsupported to a 420 and Allow-Events to a 489.',
  check: (scene, report) => {
    const { seen } = scene;
    const told = isOwnResponse(scene) ? TOLD[seen.status] : undefined;
    if (told === undefined || seen.message.first(told.name) !== undefined) return;
    report({ message: `The ${seen.status} has no ${told.name}.`, span: startLine(seen), rfc: told.rfc });
  },
};

const G3: Rule = {
  id: 'G3',
  title: 'A response names its maker in Server, not in User-Agent.',
  severity: 'info',
  rfc: 'RFC 3261 §20.35, §20.41',
  advice: 'Write Server into responses and User-Agent into requests.',
  check: (scene, report) => {
    const { seen } = scene;
    if (!isOwnResponse(scene) || seen.message.first('User-Agent') === undefined) return;
    if (seen.message.first('Server') !== undefined) return;
    report({
      message: `The ${seen.status} has a User-Agent instead of a Server.`,
      span: lineOf(seen, 'User-Agent'),
    });
  },
};

const G4: Rule = {
  id: 'G4',
  title: 'Content-Length counts the octets of the body.',
  severity: 'error',
  rfc: 'RFC 3261 §18.3, §20.14',
  advice:
    'Count octets, not characters, after the last change of the body; over a stream the next message is cut off otherwise.',
  replaces: ['content-length-too-large', 'octets-after-body'],
  check: ({ seen, isRepeat }, report) => {
    if (isRepeat) return;
    const { message } = seen;
    const declared = contentLength(message);
    const present = message.bytes.length - message.body.start;
    if (declared === undefined || declared === present) return;
    report({
      message: `Content-Length says ${declared}, but ${present} octets follow.`,
      span: valueOf(seen, 'Content-Length'),
      ...(declared < present ? { severity: 'warning' } : {}),
    });
  },
};

const G5: Rule = {
  id: 'G5',
  title: 'A request carries Max-Forwards, one less after each hop.',
  severity: 'error',
  rfc: 'RFC 3261 §8.1.1.6, §16.6',
  advice:
    'Start with 70 and take one off before a request is passed on; add 70 where a request came without.',
  replaces: ['max-forwards-missing'],
  check: ({ seen, isRepeat, relayOf }, report) => {
    if (!seen.isRequest || isRepeat) return;
    const hops = maxForwards(seen.message);
    if (hops === undefined) {
      report({
        message: `The ${seen.method} has no Max-Forwards.`,
        span: startLine(seen),
        severity: 'warning',
      });
      return;
    }
    const before = relayOf === undefined ? undefined : maxForwards(relayOf.request.message);
    if (before === undefined || hops < before) return;
    report({
      message: `Max-Forwards is ${hops} after the hop, as it was ${before} before.`,
      span: valueOf(seen, 'Max-Forwards'),
      relatedTo: relayOf?.request,
    });
  },
};

export const GENERAL_RULES: readonly Rule[] = [G1, G2, G3, G4, G5];
