import { minSe, sessionExpires } from '../../message/headers/session-timer.ts';
import { tokens } from '../../message/headers/token-list.ts';
import type { Rule } from '../rule.ts';
import { startLine, valueOf } from '../spans.ts';

const TIMED: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

const R1: Rule = {
  id: 'R1',
  title: 'A 422 tells the shortest session interval in Min-SE.',
  severity: 'error',
  rfc: 'RFC 4028 §6',
  advice: 'Add Min-SE with the shortest interval that is accepted, so that the caller can try again with it.',
  check: ({ seen, isRepeat, isRelay }, report) => {
    if (seen.isRequest || seen.status !== 422 || isRepeat || isRelay || minSe(seen.message) !== undefined)
      return;
    report({ message: 'The 422 has no Min-SE.', span: startLine(seen) });
  },
};

const R2: Rule = {
  id: 'R2',
  title: 'A 2xx with Session-Expires names the refresher, the one the request asked for.',
  severity: 'error',
  rfc: 'RFC 4028 §9',
  advice:
    'Put refresher=uac or refresher=uas into the 2xx; keep the one the request named, and choose uas where the caller does not know timer.',
  check: ({ seen, transaction, isRepeat, isRelay }, report) => {
    if (
      seen.isRequest ||
      !seen.isSuccess ||
      isRepeat ||
      isRelay ||
      transaction === undefined ||
      !TIMED.has(seen.method)
    )
      return;
    const given = sessionExpires(seen.message);
    if (given === undefined) return;
    const { request } = transaction;
    const asked = sessionExpires(request.message)?.refresher;
    const knowsTimer = tokens(request.message, 'Supported').includes('timer') || asked !== undefined;
    let message: string | undefined;
    if (given.refresher === undefined) message = 'Session-Expires does not say who refreshes.';
    else if (asked !== undefined && asked !== given.refresher)
      message = `The ${seen.method} asked for refresher=${asked}, the ${seen.status} says refresher=${given.refresher}.`;
    else if (given.refresher === 'uac' && !knowsTimer)
      message = `The caller is to refresh, but does not know session timers.`;
    if (message !== undefined)
      report({ message, span: valueOf(seen, 'Session-Expires'), relatedTo: request });
  },
};

/** Share of the interval by which a refresh may come late. */
const LATE_SHARE = 0.1;
const SLACK_MS = 1000;

const R3: Rule = {
  id: 'R3',
  title: 'A session is refreshed after half its interval, or ended when the interval is over.',
  severity: 'error',
  rfc: 'RFC 4028 §10',
  advice:
    'Let the refresher send a re-INVITE or UPDATE at half the interval, and the other side a BYE shortly before the end if none came.',
  expect: ({ seen, dialog, transaction, isRepeat, isRelay }, expect) => {
    if (
      seen.isRequest ||
      !seen.isSuccess ||
      isRepeat ||
      isRelay ||
      transaction === undefined ||
      !TIMED.has(seen.method)
    )
      return;
    const interval = dialog?.interval;
    if (dialog === undefined || interval?.since !== seen) return;
    const isStillDue = (): boolean => dialog.interval === interval && dialog.bye === undefined;
    const refresherIsLocal = (dialog.sender(seen) === interval.refresher) === (seen.direction === 'out');
    const wholeMs = interval.seconds * 1000;
    // Whoever asks within the interval has done what he could; a refusal is another matter.
    const hasAsked = (): boolean =>
      interval.refresher.requests.some((r) => TIMED.has(r.method) && r.atMs > seen.atMs);
    expect(seen.atMs + wholeMs * (0.5 + LATE_SHARE) + SLACK_MS, () =>
      isStillDue() && !hasAsked()
        ? {
            message: `The session of ${interval.seconds} s was not refreshed after half its time.`,
            span: valueOf(seen, 'Session-Expires'),
            severity: 'warning',
            by: refresherIsLocal ? 'local' : 'remote',
          }
        : undefined,
    );
    expect(seen.atMs + wholeMs + SLACK_MS, () =>
      isStillDue()
        ? {
            message: `The session of ${interval.seconds} s was neither refreshed nor ended.`,
            span: valueOf(seen, 'Session-Expires'),
            by: refresherIsLocal ? 'local' : 'remote',
          }
        : undefined,
    );
  },
};

export const SESSION_TIMER_RULES: readonly Rule[] = [R1, R2, R3];
