import { describe, expect, it } from 'vitest';
import { cseq } from '../../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../../message/headers/name-addr.ts';
import { callId } from '../../message/headers/simple.ts';
import type { SipMessage } from '../../message/message.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { RawRequest } from '../../testing/raw-peer.ts';
import { scriptedResolver } from '../../testing/scripted-resolver.ts';
import { subscribe, type SubscribeOptions } from './outgoing-subscription.ts';

/*
 * Verified: our subscriber against a notifier that says exactly what the test tells it, in exact virtual time.
 */

const lab = (options: Partial<SubscribeOptions> = {}) => {
  const { clock, network, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1');
  const notifier = peer('10.0.0.9');
  const events: string[] = [];
  const subscription = subscribe(ua, {
    target: 'sip:bob@10.0.0.9',
    event: 'presence',
    accept: ['application/pidf+xml'],
    expiresSec: 600,
    ...options,
  });
  subscription.onStatus((status) => events.push(`${clock.now()} ${status}`));
  subscription.onNotify(({ state, body }) =>
    events.push(`${clock.now()} NOTIFY ${state.state} ${body}`.trimEnd()),
  );
  subscription.onEnded((end) =>
    events.push(
      `${clock.now()} end: ${end.kind === 'terminated' ? String(end.reason) : end.result.kind === 'response' ? String(end.result.status) : end.result.kind}`,
    ),
  );
  clock.advance(0);
  const initial = notifier.last;
  /** Sends a NOTIFY of the subscription made by `of`. */
  const notify = (
    state: string,
    {
      of = initial,
      tag = 'n1',
      number = 1,
      ...rest
    }: Partial<RawRequest> & { of?: SipMessage; tag?: string; number?: number } = {},
  ): void => {
    notifier.send({
      method: 'NOTIFY',
      uri: 'sip:lab@10.0.0.1',
      callId: callId(of) ?? '',
      fromTag: tag,
      toTag: fromHeader(of)?.tag,
      cseq: number,
      branch: `z9hG4bK-${tag}-${number}-${callId(of) ?? ''}`,
      lines: ['Event: presence', `Subscription-State: ${state}`],
      ...rest,
    });
  };
  const accept = (expiresSec = 600, request = notifier.last): void => {
    notifier.respond(request, '200 OK', [`Expires: ${expiresSec}`, 'Contact: <sip:bob@10.0.0.9>'], 'n1');
  };
  return { clock, network, ua, notifier, subscription, events, initial, notify, accept };
};

type Lab = ReturnType<typeof lab>;

const expectNothingLeft = ({ clock, ua }: Lab): void => {
  clock.runAll(100_000);
  expect(ua.context.usages.size).toBe(0);
  expect(ua.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

/** Subscribed, with the first NOTIFY answered. */
const active = (options: Partial<SubscribeOptions> = {}): Lab => {
  const it_ = lab(options);
  it_.accept();
  it_.notify('active;expires=600');
  it_.notifier.take();
  it_.events.splice(0);
  return it_;
};

describe('a subscriber (RFC 6665 §4.1)', () => {
  it('RFC 6665 §4.1.2.1: says what it wants, for how long, and where it is', () => {
    const { initial, subscription } = lab();
    expect(initial.startLine).toMatchObject({ method: 'SUBSCRIBE', uri: 'sip:bob@10.0.0.9' });
    expect(initial.first('Event')).toBe('presence');
    expect(initial.first('Accept')).toBe('application/pidf+xml');
    expect(initial.first('Expires')).toBe('600');
    expect(initial.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(initial.first('Max-Forwards')).toBe('70');
    expect(initial.first('User-Agent')).toBe('Lab');
    subscription.dispose();
  });

  it('mistake 30: takes a NOTIFY that comes before the 2xx, and no second dialog is made by the 2xx', () => {
    const it_ = lab();
    const { notifier, events, notify, accept, initial, clock, subscription } = it_;
    notify('active;expires=600');
    expect(notifier.take()).toEqual(['SUBSCRIBE', '200 OK']);
    accept(600, initial);
    expect(events).toEqual(['0 active', '0 NOTIFY active']);
    subscription.unsubscribe();
    clock.advance(0);
    const bye = notifier.last;
    expect(bye.first('Expires')).toBe('0');
    expect(toHeader(bye)?.tag).toBe('n1');
    expect(cseq(bye)?.number).toBe((cseq(initial)?.number ?? 0) + 1);
    expect(bye.startLine).toMatchObject({ uri: 'sip:peer@10.0.0.9:5060' });
    accept(0);
    notify('terminated;reason=timeout', { number: 2 });
    expect(events.slice(2)).toEqual(['0 NOTIFY terminated', '0 ended', '0 end: timeout']);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.4: without any NOTIFY it has failed after Timer N', () => {
    const it_ = lab();
    it_.accept();
    it_.clock.advance(31_999);
    expect(it_.events).toEqual([]);
    it_.clock.advance(1);
    expect(it_.events).toEqual(['32000 ended', '32000 end: no-notify']);
    it_.notify('active;expires=600');
    expect(it_.notifier.take().at(-1)).toBe('481 Call/Transaction Does Not Exist');
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.4: starts Timer N anew for the next server when the first one is silent (RFC 3263 §4.3)', async () => {
    const { clock, agent, peer } = createAgentLab();
    const resolver = scriptedResolver({ 'example.com': ['10.0.0.8', '10.0.0.9'] });
    const ua = agent('10.0.0.1', undefined, { resolver });
    peer('10.0.0.8');
    const notifier = peer('10.0.0.9');
    const subscription = subscribe(ua, { target: 'sip:bob@example.com', event: 'presence', expiresSec: 600 });
    await clock.advanceAsync(33_000);
    const { last } = notifier;
    notifier.respond(last, '200 OK', ['Expires: 600', 'Contact: <sip:bob@10.0.0.9>'], 'n1');
    notifier.send({
      method: 'NOTIFY',
      uri: 'sip:lab@10.0.0.1',
      callId: callId(last) ?? '',
      fromTag: 'n1',
      toTag: fromHeader(last)?.tag,
      lines: ['Event: presence', 'Subscription-State: active;expires=600'],
    });
    expect(notifier.take().at(-1)).toBe('200 OK');
    expect(subscription.status).toBe('active');
    subscription.dispose();
  });

  it('RFC 6665 §4.1.2.2, mistake 16: refreshes long before it expires', () => {
    const it_ = active();
    const { clock, notifier, accept, notify, subscription } = it_;
    clock.advance(535_999);
    expect(notifier.take()).toEqual([]);
    clock.advance(1);
    expect(notifier.take()).toEqual(['SUBSCRIBE']);
    expect(notifier.last.first('Expires')).toBe('600');
    accept();
    notify('active;expires=600', { number: 2 });
    clock.advance(535_999);
    expect(notifier.take()).toEqual(['200 OK']);
    clock.advance(1);
    expect(notifier.take()).toEqual(['SUBSCRIBE']);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.1: asks for a longer duration after 423', () => {
    const it_ = lab({ expiresSec: 30 });
    const { notifier, initial, clock, subscription } = it_;
    notifier.respond(initial, '423 Interval Too Brief', ['Min-Expires: 120'], 'x');
    clock.advance(0);
    expect(notifier.last.first('Expires')).toBe('120');
    expect(callId(notifier.last)).toBe(callId(initial));
    expect(cseq(notifier.last)?.number).toBe((cseq(initial)?.number ?? 0) + 1);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.1: ends when it is refused', () => {
    const it_ = lab();
    it_.notifier.respond(it_.initial, '489 Bad Event', ['Allow-Events: dialog'], 'x');
    expect(it_.events).toEqual(['0 ended', '0 end: 489']);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.2: subscribes anew when the refresh is answered 481', () => {
    const it_ = active();
    const { clock, notifier, initial, events, subscription } = it_;
    clock.advance(536_000);
    notifier.respond(notifier.last, '481 Gone');
    clock.advance(0);
    expect(callId(notifier.last)).not.toBe(callId(initial));
    expect(toHeader(notifier.last)?.tag).toBeUndefined();
    expect(events).toEqual(['536000 waiting', '536000 subscribing']);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.2: tries again while the subscription lasts when the refresh fails for another reason', () => {
    const it_ = active();
    const { clock, notifier, accept, subscription, notify } = it_;
    clock.advance(536_000);
    notifier.respond(notifier.last, '503 Busy', ['Retry-After: 10']);
    notifier.take();
    clock.advance(9_999);
    expect(notifier.take()).toEqual([]);
    clock.advance(1);
    expect(notifier.take()).toEqual(['SUBSCRIBE']);
    accept();
    notify('active;expires=600', { number: 2 });
    expect(subscription.status).toBe('active');
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.2: a refresh that nobody answers is tried again too; that no NOTIFY came does not end it', () => {
    const it_ = active();
    const { clock, notifier, accept, subscription, notify } = it_;
    clock.advance(536_000);
    notifier.take();
    clock.advance(32_000);
    expect(subscription.status).toBe('active');
    notifier.take();
    clock.advance(30_000);
    expect(notifier.take()).toEqual(['SUBSCRIBE']);
    accept();
    notify('active;expires=600', { number: 2 });
    expect(subscription.status).toBe('active');
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it.each([
    ['deactivated', 60_000],
    ['timeout', 60_000],
    ['probation;retry-after=90', 150_000],
    ['probation', 120_000],
    ['giveup;retry-after=20', 80_000],
    ['unheard-of;retry-after=7', 67_000],
  ])('RFC 6665 §4.1.3: terminated;reason=%s subscribes again at %i ms', (reason, atMs) => {
    const it_ = active();
    const { clock, notifier, notify, initial, subscription } = it_;
    clock.advance(60_000);
    notify(`terminated;reason=${reason}`, { number: 2 });
    clock.advance(Math.max(0, atMs - 60_001));
    if (atMs > 60_000) expect(notifier.take()).toEqual(['200 OK']);
    clock.advance(1);
    expect(notifier.take().at(-1)).toBe('SUBSCRIBE');
    expect(callId(notifier.last)).not.toBe(callId(initial));
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it.each(['rejected', 'noresource', 'invariant', 'giveup', 'unheard-of'])(
    'RFC 6665 §4.1.3: terminated;reason=%s is the end',
    (reason) => {
      const it_ = active();
      it_.notify(`terminated;reason=${reason}`, { number: 2 });
      expect(it_.events).toEqual(['0 NOTIFY terminated', '0 ended', `0 end: ${reason}`]);
      expectNothingLeft(it_);
      expect(it_.notifier.take()).toEqual(['200 OK']);
    },
  );

  it('waits longer and longer for a notifier that deactivates every subscription at once', () => {
    const it_ = lab();
    const { clock, notifier, notify, accept, subscription } = it_;
    const startedAt: number[] = [];
    for (let round = 0; round < 5; round++) {
      const request = notifier.last;
      startedAt.push(clock.now());
      accept(600, request);
      notify('terminated;reason=deactivated', { of: request });
      notifier.take();
      while (notifier.log.length === 0) clock.advance(500);
    }
    expect(startedAt).toEqual([0, 500, 2500, 6500, 14_500]);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.4: each forked NOTIFY makes a subscription of its own, refreshed by itself', () => {
    const it_ = lab();
    const { notifier, notify, accept, clock, subscription, events } = it_;
    accept();
    notify('active;expires=600');
    notify('active;expires=400', { tag: 'n2' });
    notifier.take();
    clock.advance(336_000);
    expect(toHeader(notifier.last)?.tag).toBe('n2');
    accept(400);
    notify('active;expires=400', { tag: 'n2', number: 2 });
    clock.advance(200_000);
    expect(toHeader(notifier.last)?.tag).toBe('n1');
    notify('terminated;reason=noresource', { number: 2 });
    expect(events.filter((event) => event.includes('end'))).toEqual([]);
    notify('terminated;reason=noresource', { tag: 'n2', number: 3 });
    expect(events.filter((event) => event.includes('end'))).toEqual([
      '536000 ended',
      '536000 end: noresource',
    ]);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.4: a NOTIFY of a further fork after Timer N gets 481', () => {
    const it_ = active();
    it_.clock.advance(32_000);
    it_.notify('active;expires=600', { tag: 'late' });
    expect(it_.notifier.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    it_.subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.3: NOTIFYs of another event or id get 481, one without Subscription-State 400, an old CSeq 500', () => {
    const it_ = active();
    const { notify, notifier, subscription } = it_;
    notify('active', { number: 2, lines: ['Event: dialog', 'Subscription-State: active'] });
    notify('active', { number: 3, lines: ['Event: presence;id=1', 'Subscription-State: active'] });
    notify('active', { number: 4, lines: ['Event: presence'] });
    notify('active', { number: 1, branch: 'z9hG4bK-old' });
    expect(notifier.take()).toEqual([
      '481 Call/Transaction Does Not Exist',
      '481 Call/Transaction Does Not Exist',
      '400 Missing Subscription-State',
      '500 CSeq Out Of Order',
    ]);
    subscription.dispose();
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.4.3: a fetch gets the state once and is over', () => {
    const it_ = lab({ expiresSec: 0 });
    it_.accept(0);
    it_.notify('terminated;reason=timeout', { body: 'state' });
    expect(it_.events).toEqual(['0 NOTIFY terminated state', '0 ended', '0 end: timeout']);
    expectNothingLeft(it_);
  });

  it('RFC 6665 §4.1.2.3: gives up waiting for the last NOTIFY after Timer N', () => {
    const it_ = active();
    it_.subscription.unsubscribe();
    it_.clock.advance(0);
    it_.accept(0);
    it_.clock.advance(32_000);
    expect(it_.events).toEqual(['32000 ended', '32000 end: no-notify']);
    expectNothingLeft(it_);
  });

  it('ends at once when nobody is there to say goodbye to', () => {
    const it_ = lab();
    it_.subscription.dispose();
    expectNothingLeft(it_);
    const other = createAgentLab().agent('10.0.0.5');
    const unsent = subscribe(other, { target: 'sip:x@10.0.0.9', event: 'presence', expiresSec: 60 });
    const ends: string[] = [];
    unsent.onEnded((end) => ends.push(end.kind));
    unsent.unsubscribe();
    expect(ends).toEqual(['terminated']);
  });

  it('says goodbye when the agent stops', async () => {
    const it_ = active();
    const stopped = it_.ua.stop(5000);
    it_.clock.advance(0);
    expect(it_.notifier.last.first('Expires')).toBe('0');
    it_.accept(0);
    it_.notify('terminated;reason=timeout', { number: 2 });
    await stopped;
    expectNothingLeft(it_);
  });
});
