import { recordRoutes, toHeader } from '../../message/headers/name-addr.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { linesOf, startLine, valueOf } from '../spans.ts';

const DIALOG_MAKERS: ReadonlySet<string> = new Set(['INVITE', 'SUBSCRIBE', 'REFER']);

/** The first time a response is seen that is no request and not passed on. */
const isOwnResponse = ({ seen, isRepeat, isRelay }: Scene): boolean =>
  !seen.isRequest && !isRepeat && !isRelay;

/** 101 to 199 with a tag and 2xx, to a request outside dialogs. @rfc 3261 §12.1.1 */
function makesDialog({ seen, transaction }: Scene): boolean {
  const request = transaction?.request;
  if (request === undefined || request.toTag !== '' || !DIALOG_MAKERS.has(request.method)) return false;
  if (request.method !== 'INVITE') return seen.isSuccess;
  return seen.isSuccess || (seen.status > 100 && seen.status < 200 && seen.toTag !== '');
}

const D5: Rule = {
  id: 'D5',
  title: 'A response that makes a dialog mirrors the Record-Route of the request.',
  severity: 'error',
  rfc: 'RFC 3261 §12.1.1',
  advice:
    'Copy every Record-Route line of the request into the 101 to 199 and 2xx responses, in order, with all parameters.',
  check: (scene, report) => {
    const { seen, transaction } = scene;
    if (!isOwnResponse(scene) || !makesDialog(scene) || transaction === undefined) return;
    const asked = recordRoutes(transaction.request.message).map((r) => r.uri);
    const given = recordRoutes(seen.message).map((r) => r.uri);
    // Proxies behind the request's recipient stand in front.
    const mirrored = given.slice(Math.max(0, given.length - asked.length));
    if (asked.length === mirrored.length && asked.every((uri, i) => uri === mirrored[i])) return;
    report({
      message:
        given.length === 0
          ? `The ${seen.status} lacks the Record-Route of the ${seen.method}.`
          : `The Record-Route of the ${seen.status} is not that of the ${seen.method}.`,
      span: linesOf(seen, 'Record-Route'),
      relatedTo: transaction.request,
    });
  },
};

const D8: Rule = {
  id: 'D8',
  title: 'A response above 100 carries a To tag.',
  severity: 'error',
  rfc: 'RFC 3261 §8.2.6.2',
  advice:
    'Add a tag to To in every response but 100 when the request had none, the same one in all responses to it.',
  replaces: ['to-tag-missing'],
  check: (scene, report) => {
    const { seen } = scene;
    if (!isOwnResponse(scene) || seen.status <= 100 || seen.toTag !== '') return;
    // Nothing can be added to what the request did not have.
    if (toHeader(seen.message)?.problem !== undefined || seen.message.first('To') === undefined) return;
    report({
      message: `The ${seen.status} has no To tag.`,
      span: valueOf(seen, 'To'),
      relatedTo: scene.transaction?.request,
    });
  },
};

/** Methods whose 2xx must tell where its sender is. @rfc 3261 §12.1.1, RFC 3311 §5.2, RFC 6665 §4.1.2.1, RFC 3515 §2.4.1 */
const REACHABLE: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'REFER']);

const D9: Rule = {
  id: 'D9',
  title: 'A response that makes a dialog carries a Contact.',
  severity: 'error',
  rfc: 'RFC 3261 §12.1.1',
  advice:
    'Put a Contact with an address that reaches this user agent into every 2xx and every 101 to 199 with a To tag.',
  replaces: ['contact-missing'],
  check: (scene, report) => {
    const { seen } = scene;
    if (!isOwnResponse(scene) || seen.message.first('Contact') !== undefined) return;
    const isNeeded = seen.isSuccess ? REACHABLE.has(seen.method) : makesDialog(scene);
    if (!isNeeded) return;
    report({
      message: `The ${seen.status} to ${seen.method} has no Contact.`,
      span: startLine(seen),
      ...(seen.isSuccess ? {} : { severity: 'warning' }),
    });
  },
};

export const RESPONSE_RULES: readonly Rule[] = [D5, D8, D9];
