import { describe, expect, it } from 'vitest';
import type { UserAgent } from '../../agent/user-agent.ts';
import { Emitter } from '../../core/emitter.ts';
import { parseConferenceInfo } from '../../message/bodies/conference-info.ts';
import { parseDialogInfo } from '../../message/bodies/dialog-info.ts';
import { parseMessageSummary, type MessageSummary } from '../../message/bodies/message-summary.ts';
import { parseReginfo } from '../../message/bodies/reginfo.ts';
import { parseWatcherinfo } from '../../message/bodies/watcherinfo.ts';
import type { Parsed } from '../../message/bodies/xml.ts';
import { compose } from '../../server/handler.ts';
import { call } from '../../server/handlers/call.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { ManualClock } from '../../testing/manual-clock.ts';
import { EventState } from '../publication/event-state.ts';
import type { EventPackage } from '../event-package.ts';
import { Notifier } from '../notifier/notifier.ts';
import { subscribe, type OutgoingSubscription } from '../subscriber/outgoing-subscription.ts';
import { conferencePackage, type ConferenceState } from './conference.ts';
import { dialogPackage } from './dialog.ts';
import { messageSummaryPackage } from './message-summary.ts';
import { presencePackage } from './presence.ts';
import { regPackage, type RegistrationChange, type RegisteredContact } from './reg.ts';
import { StateTable } from './state-table.ts';
import { winfoPackage } from './winfo.ts';

/*
 * Verified: each package, from the state at the notifier to what a watcher reads, in exact virtual time.
 */

const PHONE = 'sip:phone@10.0.0.1';

const lab = (packages: (agent: UserAgent) => readonly EventPackage[]) => {
  const { clock, agent } = createAgentLab();
  const ua = agent('10.0.0.1');
  const notifier = new Notifier(ua.context, packages(ua));
  ua.serve(
    compose([call({ isAccepting: true, ringMs: 1000, sdpProfile: 'none' }), subscribeHandler(notifier)]),
  );
  const watcher = agent('10.0.0.5');
  const subscriptions: OutgoingSubscription[] = [];
  /** Subscribes, and keeps a line a document. */
  const watch = <T>(
    event: string,
    parse: (text: string) => Parsed<T>,
    line: (value: T) => string,
    target = PHONE,
  ): readonly string[] => {
    const lines: string[] = [];
    const subscription = subscribe(watcher, { target, event, expiresSec: 600 });
    subscription.onNotify(({ body, state }) => {
      const parsed = parse(body);
      const text = parsed.kind === 'ok' ? line(parsed.value) : parsed.message;
      lines.push(`${clock.now()} ${body === '' ? state.state : text}`);
    });
    subscriptions.push(subscription);
    clock.advance(0);
    return lines;
  };
  const expectNothingLeft = (...others: UserAgent[]): void => {
    for (const each of subscriptions) each.unsubscribe();
    clock.runAll(200_000);
    for (const each of [ua, watcher, ...others]) {
      expect(each.context.usages.size).toBe(0);
      expect(each.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
    }
    expect(clock.pending).toBe(0);
  };
  return { clock, agent, ua, notifier, watcher, watch, expectNothingLeft };
};

const dialogLine = ({
  version,
  state,
  dialogs,
}: Extract<ReturnType<typeof parseDialogInfo>, { kind: 'ok' }>['value']): string =>
  `${version} ${state}: ${dialogs.map((d) => [d.direction, d.state, d.event, d.code].filter((x) => x !== undefined).join(' ')).join('; ')}`;

describe('dialog (RFC 4235)', () => {
  it('RFC 4235 §3.7.1, E5: tells the calls of the resource as they go, changes only, versions without gaps', () => {
    const it_ = lab((ua) => [dialogPackage(ua)]);
    const { clock, agent, watch } = it_;
    const lines = watch('dialog', parseDialogInfo, dialogLine);
    const caller = agent('10.0.0.2');
    const dialled = caller.call({ target: PHONE });
    clock.advance(5000);
    dialled.hangUp();
    clock.advance(1000);
    expect(lines).toEqual([
      '0 0 full: ',
      '0 1 partial: recipient early',
      '1000 2 partial: recipient confirmed',
      '5000 3 partial: recipient terminated remote-bye',
    ]);
    it_.expectNothingLeft(caller);
  });

  it('RFC 4235 §3.7.1: tells calls of our own from trying on, under one id', () => {
    const it_ = lab((ua) => [dialogPackage(ua)]);
    const { clock, ua, agent, watch } = it_;
    const callee = agent('10.0.0.3');
    callee.serve(call({ isAccepting: true, ringMs: 2000, sdpProfile: 'none' }));
    const ids = new Set<string>();
    const lines = watch('dialog', parseDialogInfo, (info) => {
      for (const { id } of info.dialogs) ids.add(id);
      return dialogLine(info);
    });
    const dialled = ua.call({ target: 'sip:callee@10.0.0.3', from: PHONE });
    clock.advance(3000);
    dialled.hangUp();
    clock.advance(1000);
    expect(lines).toEqual([
      '0 0 full: ',
      '0 1 partial: initiator trying',
      '0 2 partial: initiator early',
      '2000 3 partial: initiator confirmed',
      '3000 4 partial: initiator terminated local-bye',
    ]);
    expect(ids.size).toBe(1);
    it_.expectNothingLeft(callee);
  });

  it('RFC 4235 §3.7.1: says how a call failed that never made a dialog', () => {
    const it_ = lab((ua) => [dialogPackage(ua)]);
    const { clock, ua, agent, watch } = it_;
    const busy = agent('10.0.0.3', {
      name: 'busy',
      methods: ['INVITE', 'ACK', 'CANCEL', 'BYE'],
      explain: () => 'Answers 486.',
      handle: (request) => {
        request.respond(486);
      },
    });
    const lines = watch('dialog', parseDialogInfo, dialogLine);
    ua.call({ target: 'sip:busy@10.0.0.3', from: PHONE });
    clock.advance(1000);
    expect(lines.slice(1)).toEqual([
      '0 1 partial: initiator trying',
      '0 2 partial: initiator terminated rejected 486',
    ]);
    it_.expectNothingLeft(busy);
  });

  it('RFC 4235 §3.3: a new watcher is told the calls of now; those of others are not among them', () => {
    const it_ = lab((ua) => [dialogPackage(ua)]);
    const { clock, agent, watch } = it_;
    const caller = agent('10.0.0.2');
    const first = caller.call({ target: PHONE });
    const second = caller.call({ target: 'sip:other@10.0.0.1' });
    clock.advance(2000);
    const lines = watch('dialog', parseDialogInfo, dialogLine);
    expect(lines).toEqual(['2000 0 full: recipient confirmed']);
    first.hangUp();
    second.hangUp();
    clock.advance(0);
    const after = watch('dialog', parseDialogInfo, dialogLine);
    expect(after).toEqual(['2000 0 full: ']);
    it_.expectNothingLeft(caller);
  });
});

describe('presence.winfo (RFC 3857)', () => {
  const setUp = (admit: 'active' | 'pending' = 'active') => {
    const { clock, agent } = createAgentLab();
    const ua = agent('10.0.0.1');
    const notifier = new Notifier(ua.context, [presencePackage(new EventState(ua.context))], {
      admit: ({ package: name }) => (name === 'presence' ? admit : 'active'),
    });
    notifier.add(winfoPackage(notifier, 'presence'));
    ua.serve(subscribeHandler(notifier));
    const owner = agent('10.0.0.5');
    const watcher = agent('10.0.0.6');
    const lines: string[] = [];
    const winfo = subscribe(owner, { target: PHONE, event: 'presence.winfo', expiresSec: 600 });
    winfo.onNotify(({ body }) => {
      const parsed = parseWatcherinfo(body);
      if (parsed.kind !== 'ok') throw new Error(parsed.message);
      const { version, state, lists } = parsed.value;
      const watchers = lists[0]?.watchers ?? [];
      lines.push(
        `${clock.now()} ${version} ${state}: ${watchers.map((w) => `${w.status} ${w.event}`).join('; ')}`,
      );
    });
    clock.advance(0);
    const finish = (clockOf: ManualClock): void => {
      winfo.unsubscribe();
      clockOf.runAll(200_000);
      for (const each of [ua, owner, watcher]) expect(each.context.usages.size).toBe(0);
      expect(clockOf.pending).toBe(0);
    };
    return { clock, notifier, watcher, lines, finish };
  };

  it('RFC 3857 §4.7: tells the real subscriptions as they come and go', () => {
    const { clock, watcher, lines, finish } = setUp();
    const presence = subscribe(watcher, { target: PHONE, event: 'presence', expiresSec: 600 });
    clock.advance(1000);
    presence.unsubscribe();
    clock.advance(1000);
    expect(lines).toEqual([
      '0 0 full: ',
      '0 1 partial: active subscribe',
      '1000 2 partial: terminated timeout',
    ]);
    finish(clock);
  });

  it('RFC 3857 §4.7.1: a watcher that waits for approval is pending, then active by approval', () => {
    const { clock, notifier, watcher, lines, finish } = setUp('pending');
    const presence = subscribe(watcher, { target: PHONE, event: 'presence', expiresSec: 600 });
    const statuses: string[] = [];
    presence.onStatus((status) => statuses.push(status));
    clock.advance(1000);
    notifier.subscriptions.find((s) => s.status === 'pending')?.approve();
    clock.advance(1000);
    expect(lines.slice(1)).toEqual(['0 1 partial: pending subscribe', '1000 2 partial: active approved']);
    expect(statuses).toEqual(['pending', 'active']);
    notifier.subscriptions.find((s) => s.package.name === 'presence')?.terminate('rejected');
    clock.advance(0);
    expect(lines.at(-1)).toBe('2000 3 partial: terminated rejected');
    expect(statuses).toEqual(['pending', 'active', 'ended']);
    finish(clock);
  });
});

describe('reg (RFC 3680)', () => {
  const NOBODY: AsyncIterable<never> = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
  };
  const ORIGIN_MS = 1_767_225_600_000;
  const binding = (id: string, expiresSec: number): RegisteredContact => ({
    id,
    contactUri: `sip:${id}@10.0.0.7`,
    q: 0.5,
    expiresAtMs: ORIGIN_MS + expiresSec * 1000,
    registeredAtMs: ORIGIN_MS,
    callId: 'reg-call',
    cseq: 7,
    displayName: undefined,
  });

  it('RFC 3680 §5.3: tells what a registrar does, with the real times', () => {
    const changes = new Emitter<RegistrationChange>();
    const source = {
      onChange: (listener: (change: RegistrationChange) => void) => changes.on(listener),
      all: () => NOBODY,
    };
    const it_ = lab((ua) => [regPackage(source, ua.context.clock)]);
    const { clock, watch } = it_;
    const lines = watch('reg', parseReginfo, ({ version, state, registrations }) => {
      const [first] = registrations;
      const contacts = (first?.contacts ?? []).map(
        (c) => `${c.id} ${c.state} ${c.event} ${c.expiresSec ?? '-'} ${c.durationRegisteredSec}`,
      );
      return `${version} ${state} ${first?.state}: ${contacts.join('; ')}`;
    });
    const desk = binding('desk', 600);
    const mobile = binding('mobile', 90);
    changes.emit({ aor: PHONE, events: [{ kind: 'created', binding: desk }], bindings: [desk] });
    clock.advance(30_000);
    changes.emit({
      aor: `${PHONE};x=1`,
      events: [{ kind: 'created', binding: mobile }],
      bindings: [desk, mobile],
    });
    clock.advance(60_000);
    changes.emit({ aor: PHONE, events: [{ kind: 'expired', binding: mobile }], bindings: [desk] });
    clock.advance(10_000);
    changes.emit({ aor: PHONE, events: [{ kind: 'unregistered', binding: desk }], bindings: [] });
    clock.advance(1000);
    expect(lines).toEqual([
      '0 0 full init: ',
      '0 1 partial active: desk active created 600 0',
      '30000 2 partial active: mobile active created 60 30',
      '90000 3 partial active: mobile terminated expired - 90',
      '100000 4 partial terminated: desk terminated unregistered - 100',
    ]);
    it_.expectNothingLeft();
  });
});

describe('message-summary (RFC 3842) and conference (RFC 4575)', () => {
  it('RFC 3842 §3.1: tells how many messages wait, and 404 for who has no mailbox', () => {
    const mailboxes = new StateTable<MessageSummary>();
    const counts = (fresh: number): MessageSummary => ({
      isWaiting: fresh > 0,
      counts: new Map([['voice-message', { fresh, old: 1 }]]),
      messages: [],
    });
    mailboxes.set(PHONE, counts(0));
    const it_ = lab(() => [messageSummaryPackage(mailboxes)]);
    const lines = it_.watch('message-summary', parseMessageSummary, ({ isWaiting, account, counts: all }) => {
      const voice = all.get('voice-message');
      return `${String(isWaiting)} ${account} ${voice?.fresh}/${voice?.old}`;
    });
    mailboxes.set('sip:phone@10.0.0.1:5060', counts(2));
    it_.clock.advance(0);
    expect(lines).toEqual([`0 false ${PHONE} 0/1`, `0 true ${PHONE} 2/1`]);
    expect(it_.watch('message-summary', parseMessageSummary, () => '', 'sip:nobody@10.0.0.1')).toEqual([]);
    it_.expectNothingLeft();
  });

  it('RFC 4575 §4: tells conferences in full, versions from 1', () => {
    const rooms = new StateTable<ConferenceState>();
    rooms.set(PHONE, { userCount: 1, users: [] });
    const it_ = lab(() => [conferencePackage(rooms)]);
    const lines = it_.watch(
      'conference',
      parseConferenceInfo,
      ({ version, state, userCount }) => `${version} ${state} ${userCount}`,
    );
    rooms.set(PHONE, { userCount: 2, users: [] });
    it_.clock.advance(0);
    rooms.set(PHONE, undefined);
    it_.clock.advance(0);
    expect(lines).toEqual(['0 1 full 1', '0 2 full 2', '0 terminated']);
    it_.expectNothingLeft();
  });
});
