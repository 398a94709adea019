import { subscriptionState } from '../../message/headers/event.ts';
import { subscribeOf } from '../knowledge/knowledge.ts';
import { type Subscription, bodyVersion, fragmentStatus } from '../knowledge/subscription.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';
import { sdpLine, startLine, valueOf } from '../spans.ts';

/** A NOTIFY seen for the first time where it was written. */
function isNotify({ seen, isRepeat, isRelay }: Scene): boolean {
  return seen.isRequest && seen.method === 'NOTIFY' && !isRepeat && !isRelay;
}

const subscriptionOf = (scene: Scene): Subscription | undefined => scene.dialog?.subscriptions.of(scene.seen);

const E1: Rule = {
  id: 'E1',
  title: 'A NOTIFY may come before the 2xx to its SUBSCRIBE.',
  severity: 'info',
  rfc: 'RFC 6665 §4.1.2.4',
  advice:
    'Nothing is wrong: make the dialog from the NOTIFY and answer it 200; a client that answers 481 loses its subscription.',
  check: (scene, report) => {
    const { seen } = scene;
    if (!isNotify(scene) || subscriptionOf(scene) !== undefined) return;
    const subscribe = subscribeOf(scene);
    if (subscribe === undefined || subscribe.final !== undefined) return;
    report({
      message: `The NOTIFY came before the answer to its ${subscribe.request.method}.`,
      span: startLine(seen),
      relatedTo: subscribe.request,
    });
  },
};

const MAKERS: ReadonlySet<string> = new Set(['SUBSCRIBE', 'REFER']);

const E2: Rule = {
  id: 'E2',
  title: 'A 2xx to SUBSCRIBE or REFER is followed by a NOTIFY at once.',
  severity: 'error',
  rfc: 'RFC 6665 §4.2.1.3, RFC 3515 §2.4.4',
  advice:
    'Send a NOTIFY with the present state right after every 2xx to SUBSCRIBE, also to a refresh and to one with Expires: 0.',
  expect: ({ seen, transaction, dialog, facts, isRepeat, isRelay }, expect) => {
    if (
      seen.isRequest ||
      !seen.isSuccess ||
      isRepeat ||
      isRelay ||
      transaction === undefined ||
      dialog === undefined
    )
      return;
    const { request } = transaction;
    // Sender and receiver of a REFER may agree on no subscription. @rfc 4488 §4, RFC 7614 §4
    const isSilent = seen.message.first('Refer-Sub')?.toLowerCase().startsWith('false') === true;
    if (!MAKERS.has(request.method) || isSilent) return;
    expect(seen.atMs + 64 * facts.t1Ms, () => {
      const made = dialog.subscriptions.madeBy(request) ?? dialog.subscriptions.of(request);
      const last = made?.last;
      if ((last !== undefined && last.atMs >= request.atMs) || dialog.bye !== undefined) return undefined;
      return {
        message: `No NOTIFY followed the ${seen.status} to ${request.method}.`,
        span: startLine(seen),
      };
    });
  },
};

const E3: Rule = {
  id: 'E3',
  title: 'A subscription without time left is terminated.',
  severity: 'error',
  rfc: 'RFC 6665 §4.2.1.4, §4.1.3',
  advice:
    'Say Subscription-State: terminated;reason=timeout in the NOTIFY that ends a subscription, also in the one that follows Expires: 0.',
  check: (scene, report) => {
    const { seen } = scene;
    const state = isNotify(scene) ? subscriptionState(seen.message) : undefined;
    if (state === undefined || state.state === 'terminated') return;
    const ended = subscriptionOf(scene)?.unsubscribed;
    if (state.expiresSec !== 0 && ended === undefined) return;
    report({
      message:
        state.expiresSec === 0
          ? `The subscription is ${state.state} and has no time left.`
          : `The subscription is ${state.state} after it was ended with Expires: 0.`,
      span: valueOf(seen, 'Subscription-State'),
      relatedTo: ended,
    });
  },
};

const E4: Rule = {
  id: 'E4',
  title: 'A REFER ends with one NOTIFY, and a success is not taken back.',
  severity: 'error',
  rfc: 'RFC 3515 §2.4.5, §2.4.7',
  advice:
    'Send the final status of the referred request once, with Subscription-State: terminated, and nothing after it.',
  check: (scene, report) => {
    const { seen } = scene;
    const subscription = isNotify(scene) ? subscriptionOf(scene) : undefined;
    if (subscription?.package !== 'refer') return;
    const { terminal, outcome } = subscription;
    const status = fragmentStatus(seen);
    if (outcome !== undefined && outcome.status < 300 && status !== undefined && status >= 300) {
      report({
        message: `The NOTIFY reports ${status} after the ${outcome.status} of an earlier one.`,
        span: sdpLine(seen, undefined),
        relatedTo: outcome.seen,
      });
    } else if (terminal !== undefined) {
      report({
        message: 'The NOTIFY comes after the one that ended the subscription of the REFER.',
        span: valueOf(seen, 'Subscription-State'),
        relatedTo: terminal,
      });
    }
  },
};

const E5: Rule = {
  id: 'E5',
  title: 'The version of a counted state rises by one with every NOTIFY.',
  severity: 'warning',
  rfc: 'RFC 4235 §4.1, RFC 3680 §5.2',
  advice:
    'Count the bodies of each subscription for itself; a subscriber that sees a gap asks for the full state by a new SUBSCRIBE.',
  check: (scene, report) => {
    const { seen } = scene;
    const subscription = isNotify(scene) ? subscriptionOf(scene) : undefined;
    const version = bodyVersion(seen);
    const before = subscription?.version;
    if (before === undefined || version === undefined || version === before + 1) return;
    report({
      message: `The version of the body is ${version} after ${before}.`,
      span: versionSpan(scene),
      relatedTo: subscription?.last,
    });
  },
};

function versionSpan({ seen }: Scene): ReturnType<typeof sdpLine> {
  const found =
    /<(?:\w+:)?(?:dialog-info|reginfo|watcherinfo|list)\s[^>]*?(\bversion\s*=\s*["']\d+["'])/.exec(
      seen.bodyText,
    );
  const { start, end } = seen.message.body;
  if (found === null) return { start, end };
  const at = start + found.index + found[0].length;
  return { start: at - (found[1]?.length ?? 0), end: at };
}

const E6: Rule = {
  id: 'E6',
  title: 'A NOTIFY carries Subscription-State.',
  severity: 'error',
  rfc: 'RFC 6665 §4.1.3, §8.2.3',
  advice:
    'Say active, pending or terminated in every NOTIFY; without it a subscriber takes the subscription as ended.',
  check: (scene, report) => {
    const { seen } = scene;
    if (!isNotify(scene) || seen.message.first('Subscription-State') !== undefined) return;
    report({ message: 'The NOTIFY has no Subscription-State.', span: startLine(seen) });
  },
};

export const EVENT_RULES: readonly Rule[] = [E1, E2, E3, E4, E5, E6];
