import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseConferenceInfo } from '../../message/bodies/conference-info.ts';
import { callId } from '../../message/headers/simple.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { topVia } from '../../message/headers/via.ts';
import type { SipMessage } from '../../message/message.ts';
import { subscriptionState } from '../../message/headers/event.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { bodyText } from '../body-text.ts';
import { conferencePackage, type ConferenceState } from '../packages/conference.ts';
import { StateTable } from '../packages/state-table.ts';
import { Notifier } from './notifier.ts';

/*
 * Verified: whatever subscribers send, answer or leave unanswered, in whatever order, the notifier keeps its promises and forgets everything.
 */

const ROOM = 'sip:room@10.0.0.1';
const CALLS = 3;

type Step =
  | {
      readonly kind: 'subscribe';
      readonly call: number;
      readonly expires: number;
      readonly inDialog: boolean;
    }
  | { readonly kind: 'answer'; readonly status: string; readonly latest: boolean }
  | { readonly kind: 'change' }
  | { readonly kind: 'notify'; readonly call: number }
  | { readonly kind: 'wait'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('subscribe' as const),
    call: fc.nat(CALLS - 1),
    expires: fc.constantFrom(0, 59, 60, 300, 9999),
    inDialog: fc.boolean(),
  }),
  fc.record({
    kind: fc.constant('answer' as const),
    status: fc.constantFrom('200 OK', '200 OK', '200 OK', '481 Gone', '500 Trouble', '503 Busy'),
    latest: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('change' as const) }),
  fc.record({ kind: fc.constant('notify' as const), call: fc.nat(CALLS - 1) }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 500, 40_000, 61_000) }),
);

const isNotify = ({ startLine }: SipMessage): boolean =>
  startLine.kind === 'request' && startLine.method === 'NOTIFY';

const branchOf = (message: SipMessage): string => topVia(message)?.branch ?? '';

/** Without retransmissions. */
const distinct = (messages: readonly SipMessage[]): readonly SipMessage[] => [
  ...new Map(messages.map((message) => [branchOf(message), message])).values(),
];

describe('a notifier under any sequence of requests (RFC 6665 §4.2)', () => {
  it('E5, E6: versions without gaps, one NOTIFY out at a time, one last NOTIFY, always Subscription-State, nothing left', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { clock, agent, peer } = createAgentLab();
        const ua = agent('10.0.0.1');
        const rooms = new StateTable<ConferenceState>();
        let users = 0;
        const change = (): void => {
          rooms.set(ROOM, { userCount: users++, users: [] });
          clock.advance(0);
        };
        change();
        const notifier = new Notifier(ua.context, [conferencePackage(rooms)], { maxSubscriptions: 4 });
        ua.serve(subscribeHandler(notifier));
        const watcher = peer('10.0.0.9');
        const answered = new Set<string>();
        let number = 0;
        const tagOf = (call: number): string | undefined =>
          watcher.received
            .filter((m) => isNotify(m) && callId(m) === `c${call}`)
            .map((m) => fromHeader(m)?.tag)
            .at(-1);
        const answer = (message: SipMessage, status: string): void => {
          answered.add(branchOf(message));
          watcher.respond(message, status);
        };
        const open = (): readonly SipMessage[] =>
          distinct(watcher.received.filter(isNotify)).filter((m) => !answered.has(branchOf(m)));
        const run = (next: Step): void => {
          number++;
          if (next.kind === 'wait') clock.advance(next.ms);
          else if (next.kind === 'change') change();
          else if (next.kind === 'answer') {
            const message = next.latest ? open().at(-1) : open()[0];
            if (message !== undefined) answer(message, next.status);
          } else {
            const toTag = next.kind === 'notify' || next.inDialog ? tagOf(next.call) : undefined;
            watcher.send({
              method: next.kind === 'notify' ? 'NOTIFY' : 'SUBSCRIBE',
              uri: ROOM,
              callId: `c${next.call}`,
              cseq: number,
              branch: `z9hG4bK-${number}`,
              toTag,
              lines: ['Event: conference', ...(next.kind === 'notify' ? [] : [`Expires: ${next.expires}`])],
            });
          }
        };
        for (const next of steps) {
          run(next);
          const waiting = open().map((message) => fromHeader(message)?.tag);
          expect(new Set(waiting).size).toBe(waiting.length);
        }
        for (let round = 0; round < 200 && clock.pending > 0; round++) {
          for (const message of open()) answer(message, '200 OK');
          clock.advance(20_000);
        }
        clock.runAll(10_000_000);
        const notifies = distinct(watcher.received.filter(isNotify));
        const dialogs = new Map<string, SipMessage[]>();
        for (const message of notifies) {
          const key = `${callId(message)} ${fromHeader(message)?.tag}`;
          dialogs.set(key, [...(dialogs.get(key) ?? []), message]);
        }
        for (const messages of dialogs.values()) {
          const states = messages.map((message) => subscriptionState(message));
          expect(states).not.toContain(undefined);
          expect(
            states.slice(0, -1).every((state) => state?.state === 'active' && (state.expiresSec ?? 0) > 0),
          ).toBe(true);
          const versions = messages.flatMap((message) => {
            const parsed = parseConferenceInfo(bodyText(message));
            return parsed.kind === 'ok' ? [parsed.value.version] : [];
          });
          expect(versions).toEqual(versions.map((_, index) => index + 1));
        }
        expect(notifier.subscriptions).toEqual([]);
        expect(ua.context.usages.size).toBe(0);
        expect(ua.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
