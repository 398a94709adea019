import { algorithmOf, compareStrength } from '../../auth/algorithms.ts';
import { readCredentials } from '../../auth/credentials.ts';
import { type Qop, digestResponse, ha1Of } from '../../auth/digest.ts';
import type { AuthHeader } from '../../message/headers/digest.ts';
import { challengedBefore, challengesOf, credentialsOf, isChallenge } from '../challenge.ts';
import type { Transaction } from '../knowledge/transaction.ts';
import type { Facts } from '../options.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import type { Seen } from '../seen.ts';
import { lineOf, startLine, valueOf } from '../spans.ts';

const credentialsSpan = (seen: Seen): ReturnType<typeof valueOf> =>
  valueOf(seen, seen.message.first('Authorization') === undefined ? 'Proxy-Authorization' : 'Authorization');

const challengeSpan = (seen: Seen): ReturnType<typeof valueOf> =>
  valueOf(
    seen,
    seen.message.first('WWW-Authenticate') === undefined ? 'Proxy-Authenticate' : 'WWW-Authenticate',
  );

/** A request seen for the first time that says itself who it is: ACK and CANCEL repeat what their INVITE said. */
const isFirstRequest = ({ seen, isRepeat, isRelay }: Scene): boolean =>
  seen.isRequest && !isRepeat && !isRelay && seen.method !== 'ACK' && seen.method !== 'CANCEL';

const S1: Rule = {
  id: 'S1',
  title: 'A challenged request is tried again with credentials, and no nonce count is used twice.',
  severity: 'error',
  rfc: 'RFC 3261 §22.2, RFC 7616 §3.4',
  advice:
    'Answer a 401 or 407 with a new request that carries credentials, and add one to nc each time the same nonce is used.',
  check: (scene, report) => {
    const { seen, memory } = scene;
    if (!isFirstRequest(scene)) return;
    for (const { params } of credentialsOf(seen)) {
      const nc = params.get('nc');
      const user = nc === undefined ? undefined : memory.userOf(params.get('nonce') ?? '', nc);
      if (user === undefined || user.originKey === seen.originKey) continue;
      report({
        message: `The nonce count ${nc ?? ''} was used before with the same nonce.`,
        span: credentialsSpan(seen),
        relatedTo: user,
      });
    }
  },
  expect: ({ seen, transaction, call, facts, isRepeat, isRelay }, expect) => {
    if (seen.isRequest || !isChallenge(seen) || isRepeat || isRelay || transaction === undefined) return;
    const { request } = transaction;
    if (credentialsOf(request).length > 0 || request.method === 'ACK' || request.method === 'CANCEL') return;
    expect(seen.atMs + 64 * facts.t1Ms, () => {
      const isTriedAgain = call.where(
        (t) =>
          t.request.method === request.method &&
          t.request.fromTag === request.fromTag &&
          credentialsOf(t.request).length > 0,
      );
      if (isTriedAgain.length > 0) return undefined;
      return {
        message: `The ${request.method} that was challenged with ${seen.status} was not tried again.`,
        span: startLine(seen),
        // A client without a password has nothing to say.
        severity: 'info',
        by: request.by,
      };
    });
  },
};

const S2: Rule = {
  id: 'S2',
  title: 'Neither ACK nor CANCEL is challenged.',
  severity: 'error',
  rfc: 'RFC 3261 §22.1',
  advice:
    'Take the credentials of the INVITE as good for its ACK, and let a CANCEL pass that matches an INVITE.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    if (seen.isRequest || isRepeat || isRelay || !isChallenge(seen)) return;
    if (seen.method !== 'ACK' && seen.method !== 'CANCEL') return;
    report({ message: `The ${seen.method} was challenged with ${seen.status}.`, span: startLine(seen) });
  },
};

/** Whether a response refuses credentials of the request, and not only because their nonce is old. @rfc 7616 §3.3 */
function refusesCredentials(response: Seen, request: Seen): boolean {
  const realms = new Set(credentialsOf(request).map((c) => c.params.get('realm')));
  return challengesOf(response).some(
    ({ params }) => realms.has(params.get('realm')) && params.get('stale')?.toLowerCase() !== 'true',
  );
}

const S3: Rule = {
  id: 'S3',
  title: 'A client gives up when its credentials are refused and the nonce is not stale.',
  severity: 'error',
  rfc: 'RFC 3261 §22.2, RFC 7616 §3.3',
  advice:
    'Try once per challenge; a second challenge without stale=true means that name or password is wrong: ask the user.',
  check: ({ seen, transaction, call, isRepeat, isRelay }, report) => {
    if (seen.isRequest || !isChallenge(seen) || isRepeat || isRelay || transaction === undefined) return;
    const { request } = transaction;
    if (!refusesCredentials(seen, request)) return;
    const refused = call.where(
      (t: Transaction) =>
        t !== transaction &&
        t.request.method === request.method &&
        t.request.fromTag === request.fromTag &&
        t.final !== undefined &&
        isChallenge(t.final) &&
        refusesCredentials(t.final, t.request),
    );
    if (refused.length === 0) return;
    report({
      message: `The ${request.method} was challenged again, and its sender had been told before that the credentials are wrong.`,
      span: challengeSpan(seen),
      relatedTo: refused.at(-1)?.final,
      by: request.by,
    });
  },
};

/** Whether the response of credentials is what the password leads to; undefined where that cannot be told. @rfc 7616 §3.4.1 */
function isValid(header: AuthHeader, seen: Seen, facts: Facts): boolean | undefined {
  const fields = readCredentials(header);
  const algorithm = algorithmOf(fields?.algorithm);
  const { hashes, passwordOf } = facts;
  if (fields === undefined || algorithm === undefined || hashes === undefined || passwordOf === undefined)
    return undefined;
  const { username, realm, nonce, uri, response } = fields;
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined)
    return undefined;
  const password = passwordOf(username, realm);
  if (password === undefined || fields.isUserHash) return undefined;
  const ha1 = ha1Of(hashes, algorithm.hash, { username, realm }, { password });
  if (ha1 === undefined) return undefined;
  const qop: Qop | undefined = fields.qop === 'auth' || fields.qop === 'auth-int' ? fields.qop : undefined;
  const { method } = seen;
  const parts = {
    algorithm,
    ha1,
    nonce,
    qop,
    nc: fields.nc ?? '',
    cnonce: fields.cnonce ?? '',
    method,
    uri,
    body: seen.bodyText,
  };
  return response === digestResponse(hashes, parts);
}

const S4: Rule = {
  id: 'S4',
  title: 'The digest is the one that name, password, nonce, method and uri lead to.',
  severity: 'error',
  rfc: 'RFC 7616 §3.4.1',
  advice:
    'Compare password, realm, algorithm, qop, nc, cnonce and uri on both sides; the method is the one of the request, in upper case.',
  check: (scene, report) => {
    const { seen, facts } = scene;
    if (!isFirstRequest(scene)) return;
    for (const header of credentialsOf(seen)) {
      if (isValid(header, seen, facts) !== false) continue;
      report({
        message: `The digest of ${header.params.get('username') ?? ''} is not the one that the password leads to.`,
        span: credentialsSpan(seen),
      });
    }
  },
};

const S5: Rule = {
  id: 'S5',
  title: 'A client answers the strongest challenge.',
  severity: 'warning',
  rfc: 'RFC 8760 §2.4',
  advice:
    'Choose among the challenges of one realm the first whose algorithm is known, SHA-512-256 before SHA-256 before MD5.',
  check: (scene, report) => {
    const { seen } = scene;
    const challenged = isFirstRequest(scene) ? challengedBefore(scene)?.final : undefined;
    if (challenged === undefined) return;
    for (const { params } of credentialsOf(seen)) {
      const used = algorithmOf(params.get('algorithm'));
      const stronger = challengesOf(challenged)
        .filter((c) => c.scheme === 'digest' && c.params.get('realm') === params.get('realm'))
        .map((c) => algorithmOf(c.params.get('algorithm')))
        .find((offered) => offered !== undefined && used !== undefined && compareStrength(offered, used) < 0);
      if (stronger === undefined) continue;
      report({
        message: `The credentials use ${used?.name ?? ''} although ${stronger.name} was offered.`,
        span: credentialsSpan(seen),
        relatedTo: challenged,
      });
    }
  },
};

const S6: Rule = {
  id: 'S6',
  title: 'A request tried again with credentials has the next CSeq number.',
  severity: 'error',
  rfc: 'RFC 3261 §22.2, §8.1.3.5',
  advice: 'Keep Call-ID, From and To of the challenged request and add one to its CSeq number.',
  check: (scene, report) => {
    const { seen } = scene;
    const challenged = isFirstRequest(scene) ? challengedBefore(scene)?.request : undefined;
    if (challenged === undefined || (seen.cseq ?? 0) > (challenged.cseq ?? 0)) return;
    report({
      message: `The ${seen.method} was tried again with credentials, but with the CSeq number ${seen.cseq ?? ''} it had before.`,
      span: lineOf(seen, 'CSeq'),
      relatedTo: challenged,
    });
  },
};

export const SECURITY_RULES: readonly Rule[] = [S1, S2, S3, S4, S5, S6];
