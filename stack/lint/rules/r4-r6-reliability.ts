import { rack, rseq } from '../../message/headers/reliability.ts';
import { tokens } from '../../message/headers/token-list.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { valueOf } from '../spans.ts';

const isReliable = ({ seen }: Scene): boolean =>
  seen.method === 'INVITE' &&
  seen.status > 100 &&
  seen.status < 200 &&
  rseq(seen.message) !== undefined &&
  tokens(seen.message, 'Require').includes('100rel');

const R4: Rule = {
  id: 'R4',
  title: 'The RAck of a PRACK names a reliable provisional response of its INVITE.',
  severity: 'error',
  rfc: 'RFC 3262 §4, §7.2',
  advice:
    'Copy the RSeq number and the CSeq of the provisional response into RAck, and send the PRACK in the dialog it made.',
  check: ({ seen, call, isRepeat, isRelay }, report) => {
    if (seen.method !== 'PRACK' || !seen.isRequest || isRepeat || isRelay) return;
    const said = rack(seen.message);
    if (said === undefined) {
      report({ message: 'The PRACK has no RAck that can be read.', span: valueOf(seen, 'RAck') });
      return;
    }
    const invites = call.where(
      ({ request }) => request.method === 'INVITE' && request.fromTag === seen.fromTag,
    );
    const isKnown = invites.some((t) =>
      t.responses.some(
        (r) =>
          r.toTag === seen.toTag &&
          rseq(r.message) === said.rseq &&
          r.cseq === said.cseq &&
          r.method === said.method,
      ),
    );
    // Of an INVITE from before the recording nothing can be said.
    if (isKnown || invites.length === 0) return;
    report({
      message: `RAck ${said.rseq} ${said.cseq} ${said.method} names no provisional response of this dialog.`,
      span: valueOf(seen, 'RAck'),
      relatedTo: invites.at(-1)?.request,
    });
  },
};

const R5: Rule = {
  id: 'R5',
  title: 'RSeq and Require: 100rel come together, in responses to INVITE only, and never in a 100.',
  severity: 'error',
  rfc: 'RFC 3262 §3, §7.1',
  advice:
    'Put both into a provisional response that is to be acknowledged, and neither into one that is not.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    if (seen.isRequest || !seen.isProvisional || isRepeat || isRelay) return;
    const hasNumber = seen.message.first('RSeq') !== undefined;
    const isRequired = tokens(seen.message, 'Require').includes('100rel');
    if (seen.method !== 'INVITE') {
      if (hasNumber || isRequired)
        report({
          message: `A provisional response to ${seen.method} is never sent reliably.`,
          span: valueOf(seen, hasNumber ? 'RSeq' : 'Require'),
        });
      return;
    }
    if (seen.status === 100 && (hasNumber || isRequired))
      report({
        message: 'A 100 is never sent reliably.',
        span: valueOf(seen, hasNumber ? 'RSeq' : 'Require'),
      });
    else if (hasNumber && !isRequired)
      report({
        message: `The ${seen.status} has an RSeq, but does not require 100rel.`,
        span: valueOf(seen, 'RSeq'),
      });
    else if (isRequired && !hasNumber)
      report({
        message: `The ${seen.status} requires 100rel, but has no RSeq.`,
        span: valueOf(seen, 'Require'),
      });
  },
};

/** After so many T1 the response has been repeated three times: loss is no excuse for one's own side. */
const OWN_PATIENCE = 8;

const R6: Rule = {
  id: 'R6',
  title: 'Every reliable provisional response gets its PRACK, not only the first ones.',
  severity: 'error',
  rfc: 'RFC 3262 §4',
  advice:
    'Acknowledge each reliable 1xx in the order of RSeq, any number of them, and each repetition once more by the same PRACK.',
  expect: (scene, expect) => {
    const { seen, transaction, facts, isRepeat, isRelay } = scene;
    if (
      seen.isRequest ||
      isRepeat ||
      isRelay ||
      transaction === undefined ||
      !isReliable(scene) ||
      transaction.isRelayed
    )
      return;
    const number = rseq(seen.message) ?? 0;
    const patience = seen.direction === 'in' ? OWN_PATIENCE : 64;
    expect(seen.atMs + patience * facts.t1Ms, () => {
      if (transaction.confirmed.has(number) || transaction.final !== undefined) return undefined;
      return {
        message: `The reliable ${seen.status} with RSeq ${number} was not acknowledged by a PRACK.`,
        span: valueOf(seen, 'RSeq'),
        by: seen.by === 'local' ? 'remote' : 'local',
      };
    });
  },
};

export const RELIABILITY_RULES: readonly Rule[] = [R4, R5, R6];
