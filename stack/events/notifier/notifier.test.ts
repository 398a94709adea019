import { describe, expect, it } from 'vitest';
import { cseq } from '../../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../../message/headers/name-addr.ts';
import type { SipMessage } from '../../message/message.ts';
import { parseConferenceInfo } from '../../message/bodies/conference-info.ts';
import type { LimitHit } from '../../core/limits.ts';
import { compose } from '../../server/handler.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { RawRequest } from '../../testing/raw-peer.ts';
import { bodyText } from '../body-text.ts';
import { conferencePackage, type ConferenceState } from '../packages/conference.ts';
import { StateTable } from '../packages/state-table.ts';
import type { EventPackage } from '../event-package.ts';
import { Notifier, type NotifierOptions } from './notifier.ts';

/*
 * Verified: the notifier against a subscriber that says exactly what the test tells it, in exact virtual time.
 * Not here: our subscriber (subscriber/*.test.ts), the packages (packages/*.test.ts).
 */

const ROOM = 'sip:room@10.0.0.1';

const lab = (options: NotifierOptions = {}, traits: Partial<EventPackage> = {}) => {
  const { clock, network, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1');
  const rooms = new StateTable<ConferenceState>();
  rooms.set(ROOM, { userCount: 0, users: [] });
  const notifier = new Notifier(ua.context, [{ ...conferencePackage(rooms), ...traits }], options);
  ua.serve(compose([subscribeHandler(notifier)]));
  const watcher = peer('10.0.0.9');
  const subscribe = (request: Partial<RawRequest> = {}, lines: readonly string[] = []): void => {
    watcher.send({
      method: 'SUBSCRIBE',
      uri: ROOM,
      lines: ['Event: conference', 'Expires: 600', ...lines],
      ...request,
    });
  };
  /** Answers the NOTIFY that came last. */
  const ok = (status = '200 OK', lines: readonly string[] = []): void => {
    watcher.respond(watcher.last, status, lines);
  };
  const users = (count: number): void => {
    rooms.set(ROOM, { userCount: count, users: [] });
    clock.advance(0);
  };
  /** The To tag of the dialog. */
  const tag = (): string => fromHeader(watcher.last)?.tag ?? '';
  return { clock, network, ua, notifier, rooms, watcher, subscribe, ok, users, tag };
};

type Lab = ReturnType<typeof lab>;

const stateOf = (message: SipMessage): string | undefined => message.first('Subscription-State');
const versionOf = (message: SipMessage): number | undefined => {
  const parsed = parseConferenceInfo(bodyText(message));
  return parsed.kind === 'ok' ? parsed.value.version : undefined;
};

const expectNothingLeft = ({ clock, ua, notifier }: Lab): void => {
  clock.runAll(8_000_000);
  expect(notifier.subscriptions).toEqual([]);
  expect(ua.context.usages.size).toBe(0);
  expect(ua.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

describe('a notifier (RFC 6665 §4.2)', () => {
  it('mistake 30: answers 200 first and then sends the NOTIFY with the whole state', () => {
    const it_ = lab();
    const { watcher, subscribe, ok } = it_;
    subscribe();
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    const [answer, notify] = watcher.received;
    if (answer === undefined || notify === undefined) throw new Error('nothing came');
    expect(answer.first('Expires')).toBe('600');
    expect(answer.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(fromHeader(notify)?.tag).toBe(toHeader(answer)?.tag);
    expect(notify.first('Event')).toBe('conference');
    expect(stateOf(notify)).toBe('active;expires=600');
    expect(notify.first('Content-Type')).toBe('application/conference-info+xml');
    expect(notify.first('Max-Forwards')).toBe('70');
    expect(notify.first('User-Agent')).toBe('Lab');
    expect(notify.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(versionOf(notify)).toBe(1);
    ok();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1.1: refuses an unknown package with 489 and Allow-Events', () => {
    const it_ = lab();
    it_.subscribe({ lines: ['Event: nonsense'] });
    expect(it_.watcher.take()).toEqual(['489 Bad Event']);
    expect(it_.watcher.last.first('Allow-Events')).toBe('conference');
    it_.subscribe({ lines: [], cseq: 2 });
    expect(it_.watcher.take()).toEqual(['489 Bad Event']);
    expectNothingLeft(it_);
  });

  it.each([
    [
      'a short duration with 423 and Min-Expires',
      ['Event: conference', 'Expires: 59'],
      423,
      'Min-Expires',
      '60',
    ],
    [
      'what the watcher cannot read with 406',
      ['Event: conference', 'Accept: text/plain'],
      406,
      'Accept',
      'application/conference-info+xml',
    ],
  ] as const)('RFC 6665 §4.2.1.1: refuses %s', (_what, lines, status, name, value) => {
    const it_ = lab();
    it_.subscribe({ lines });
    expect(it_.watcher.last.startLine).toMatchObject({ status });
    expect(it_.watcher.last.first(name)).toBe(value);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1: refuses a resource that is not there with 404 and a request without Contact with 400', () => {
    const it_ = lab();
    it_.subscribe({ uri: 'sip:nowhere@10.0.0.1' });
    it_.subscribe({ contact: false, cseq: 2 });
    expect(it_.watcher.take()).toEqual(['404 Not Found', '400 Missing Contact']);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.2: has one NOTIFY out at a time; the next one tells the state of then, under the next version', () => {
    const it_ = lab();
    const { watcher, subscribe, ok, users } = it_;
    subscribe();
    users(1);
    users(2);
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    ok();
    expect(watcher.take()).toEqual(['NOTIFY']);
    expect(bodyText(watcher.last)).toContain('<user-count>2</user-count>');
    expect([versionOf(watcher.last), watcher.received.length]).toEqual([2, 3]);
    ok();
    expect(watcher.take()).toEqual([]);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §5.4.10: a package may bound the rate of NOTIFYs; what a SUBSCRIBE asks for, and the end, are told at once', () => {
    const it_ = lab({}, { minIntervalMs: 5000 });
    const { clock, watcher, subscribe, ok, users, tag } = it_;
    const told = (): readonly string[] => {
      const lines = watcher.log.splice(0).filter((line) => line.endsWith('NOTIFY'));
      if (lines.length > 0) ok();
      return lines;
    };
    subscribe();
    expect(told()).toEqual(['0 NOTIFY']);
    clock.advance(1000);
    users(1);
    users(2);
    clock.advance(3999);
    expect(told()).toEqual([]);
    clock.advance(1);
    expect(bodyText(watcher.last)).toContain('<user-count>2</user-count>');
    expect(told()).toEqual(['5000 NOTIFY']);
    users(3);
    subscribe({ toTag: tag(), cseq: 2, branch: 'z9hG4bK-again' });
    expect(told()).toEqual(['5000 NOTIFY']);
    clock.advance(5000);
    expect(told()).toEqual([]);
    users(4);
    expect(told()).toEqual(['10000 NOTIFY']);
    users(5);
    subscribe({
      toTag: tag(),
      cseq: 3,
      branch: 'z9hG4bK-end',
      lines: ['Event: conference', 'Expires: 0'],
    });
    expect(told()).toEqual(['10000 NOTIFY']);
    expectNothingLeft(it_);
  });

  it('E4: a change while the last NOTIFY is out makes no other', () => {
    const it_ = lab();
    it_.subscribe({ lines: ['Event: conference', 'Expires: 0'] });
    it_.users(1);
    it_.ok();
    expect(it_.watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1.4: ends an unrefreshed subscription with terminated;reason=timeout, exactly when it expires', () => {
    const it_ = lab();
    const { clock, watcher, subscribe, ok } = it_;
    subscribe();
    ok();
    clock.advance(599_999);
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    clock.advance(1);
    expect(watcher.take()).toEqual(['NOTIFY']);
    expect(stateOf(watcher.last)).toBe('terminated;reason=timeout');
    ok();
    expectNothingLeft(it_);
    expect(watcher.take()).toEqual([]);
  });

  it('RFC 6665 §4.2.1.2: a SUBSCRIBE in the dialog refreshes it and is told everything again', () => {
    const it_ = lab();
    const { clock, watcher, subscribe, ok, tag } = it_;
    subscribe();
    ok();
    clock.advance(500_000);
    watcher.take();
    subscribe({ toTag: tag(), cseq: 2, lines: ['Event: conference', 'Expires: 300'] });
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expect(stateOf(watcher.last)).toBe('active;expires=300');
    expect(versionOf(watcher.last)).toBe(2);
    ok();
    clock.advance(299_999);
    expect(watcher.take()).toEqual([]);
    clock.advance(1);
    expect(stateOf(watcher.last)).toBe('terminated;reason=timeout');
    ok();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1.4: Expires 0 in the dialog ends it, with the state in the last NOTIFY; then there is 481', () => {
    const it_ = lab();
    const { watcher, subscribe, ok, tag } = it_;
    subscribe();
    ok();
    const toTag = tag();
    watcher.take();
    subscribe({ toTag, cseq: 2, lines: ['Event: conference', 'Expires: 0'] });
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expect([stateOf(watcher.last), versionOf(watcher.last)]).toEqual(['terminated;reason=timeout', 2]);
    const last = watcher.last;
    subscribe({ toTag, cseq: 3 });
    expect(watcher.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    watcher.respond(last, '200 OK');
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.4.3: Expires 0 outside of a dialog fetches the state once', () => {
    const it_ = lab();
    it_.subscribe({ lines: ['Event: conference', 'Expires: 0'] });
    expect(it_.watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expect(it_.watcher.received[0]?.first('Expires')).toBe('0');
    expect(stateOf(it_.watcher.last)).toBe('terminated;reason=timeout');
    expect(versionOf(it_.watcher.last)).toBe(1);
    it_.ok();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1.3: a pending watcher is told no state before it is approved', () => {
    const it_ = lab({ admit: () => 'pending' });
    const { watcher, subscribe, ok, users, notifier, clock } = it_;
    subscribe();
    expect([stateOf(watcher.last), bodyText(watcher.last)]).toEqual(['pending;expires=600', '']);
    ok();
    users(3);
    ok();
    expect(bodyText(watcher.last)).toBe('');
    clock.advance(10_000);
    notifier.subscriptions[0]?.approve();
    clock.advance(0);
    expect([stateOf(watcher.last), versionOf(watcher.last)]).toEqual(['active;expires=590', 1]);
    ok();
    expectNothingLeft(it_);
  });

  it.each([
    ['rejected', undefined, 'terminated;reason=rejected'],
    ['probation', 30, 'terminated;reason=probation;retry-after=30'],
    ['giveup', 5, 'terminated;reason=giveup;retry-after=5'],
    ['noresource', undefined, 'terminated;reason=noresource'],
  ] as const)('RFC 6665 §4.1.3: ends a subscription with reason %s', (reason, retryAfterSec, value) => {
    const it_ = lab();
    const { watcher, subscribe, ok, notifier, clock } = it_;
    subscribe();
    ok();
    notifier.subscriptions[0]?.terminate(reason, retryAfterSec === undefined ? {} : { retryAfterSec });
    clock.advance(0);
    expect([stateOf(watcher.last), bodyText(watcher.last)]).toEqual([value, '']);
    ok();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.1.3: a watcher that may not see it gets 403', () => {
    const it_ = lab({ admit: ({ watcher }) => (watcher === 'sip:peer@10.0.0.9' ? 'rejected' : 'active') });
    it_.subscribe();
    expect(it_.watcher.take()).toEqual(['403 Forbidden']);
    expectNothingLeft(it_);
  });

  it.each(['481 Gone', '404 Not Found', '489 Bad Event'])(
    'RFC 6665 §4.2.2: forgets a subscription whose NOTIFY is answered %s',
    (status) => {
      const it_ = lab();
      it_.subscribe();
      it_.ok(status);
      expect(it_.notifier.subscriptions).toEqual([]);
      it_.users(1);
      expect(it_.watcher.take()).toEqual(['200 OK', 'NOTIFY']);
      expectNothingLeft(it_);
    },
  );

  it('RFC 6665 §4.2.2: forgets a subscription whose NOTIFY nobody answers, after Timer F', () => {
    const it_ = lab();
    it_.subscribe();
    it_.clock.advance(31_999);
    expect(it_.notifier.subscriptions).toHaveLength(1);
    it_.clock.advance(1);
    expect(it_.notifier.subscriptions).toEqual([]);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.2: is not made to notify more than once a second by Retry-After: 0', () => {
    const it_ = lab();
    const { clock, watcher, subscribe, ok } = it_;
    subscribe();
    ok('503 Busy', ['Retry-After: 0']);
    watcher.take();
    clock.advance(999);
    expect(watcher.take()).toEqual([]);
    clock.advance(1);
    expect(watcher.take()).toEqual(['NOTIFY']);
    ok();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.2.2: keeps a subscription through 503 and tells everything again after Retry-After', () => {
    const it_ = lab();
    const { clock, watcher, subscribe, ok } = it_;
    subscribe();
    ok('503 Busy', ['Retry-After: 7']);
    watcher.take();
    clock.advance(6_999);
    expect(watcher.take()).toEqual([]);
    clock.advance(1);
    expect(watcher.take()).toEqual(['NOTIFY']);
    expect(versionOf(watcher.last)).toBe(2);
    ok();
    expectNothingLeft(it_);
  });

  it('RFC 3261 §12.2.2: a SUBSCRIBE whose CSeq is not above the last one gets 500', () => {
    const it_ = lab();
    it_.subscribe({ cseq: 5 });
    it_.ok();
    it_.subscribe({ toTag: it_.tag(), cseq: 5, branch: 'z9hG4bK-other' });
    expect(it_.watcher.last.startLine).toMatchObject({ status: 500 });
    expectNothingLeft(it_);
  });

  it('RFC 3261 §12.1.1: NOTIFYs follow the Record-Route of the SUBSCRIBE, and CSeq grows', () => {
    const it_ = lab();
    it_.subscribe({}, ['Record-Route: <sip:10.0.0.9:5060;lr>']);
    const [answer, first] = it_.watcher.received;
    expect(answer?.first('Record-Route')).toBe('<sip:10.0.0.9:5060;lr>');
    expect(first?.first('Route')).toBe('<sip:10.0.0.9:5060;lr>');
    it_.ok();
    it_.users(1);
    expect(cseq(it_.watcher.last)?.number).toBe((first === undefined ? 0 : (cseq(first)?.number ?? 0)) + 1);
    it_.ok();
    expectNothingLeft(it_);
  });

  it('refuses more subscriptions than it may have with 503, and counts that', () => {
    const hits: LimitHit[] = [];
    const it_ = lab({ maxSubscriptions: 1, onLimit: (hit) => hits.push(hit) });
    it_.subscribe();
    it_.ok();
    it_.watcher.take();
    it_.subscribe({ callId: 'second', branch: 'z9hG4bK-second' });
    expect(it_.watcher.take()).toEqual(['503 Service Unavailable']);
    expect(it_.watcher.last.first('Retry-After')).toBe('60');
    expect(hits).toEqual([{ limit: 'subscriptions', source: { host: '10.0.0.9', port: 5060 }, atMs: 0 }]);
    expectNothingLeft(it_);
  });

  it('tells Allow-Events where it tells what it can do', () => {
    const it_ = lab();
    expect(it_.ua.context.listeners.capabilities.allowEvents).toBe('conference');
    expect(it_.ua.context.listeners.capabilities.allow).toBe('SUBSCRIBE');
  });

  it('says goodbye to its watchers when the agent stops', async () => {
    const it_ = lab();
    it_.subscribe();
    it_.ok();
    const stopped = it_.ua.stop(5000);
    it_.clock.advance(0);
    expect(stateOf(it_.watcher.last)).toBe('terminated;reason=deactivated');
    it_.ok();
    await stopped;
    expectNothingLeft(it_);
  });
});
