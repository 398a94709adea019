import { afterEach, describe, expect, it } from 'vitest';
import { toHeader } from '../../../stack/message/headers/name-addr.ts';
import type { RawPeer } from '../../../stack/testing/raw-peer.ts';
import { refer } from '../../../stack/events/refer/referral.ts';
import { asPhone, describeEnd, RING_MS } from '../../../stack/testing/phone-lab.ts';
import { closeOperatorLabs, dialAgain, operatorLab, TIMEOUT_MS } from '../testing/operator-lab.ts';

/* Verified: subscriptions and transfers that wait for the operator, taken and refused, in virtual time. */

afterEach(closeOperatorLabs);

const SUBSCRIBE = ['Event: presence', 'Expires: 600', 'Accept: application/pidf+xml'];

const subscribed = async (desk: ReturnType<typeof operatorLab>, lines = SUBSCRIBE): Promise<RawPeer> => {
  const watcher = desk.lab.peer('10.0.0.2');
  watcher.send({ method: 'SUBSCRIBE', lines });
  await desk.lab.clock.advanceAsync(10);
  return watcher;
};

describe('a subscription that waits for the operator', () => {
  it('is shown with its package and time, and taken: 200 and the state (RFC 6665 §4.2.1)', async () => {
    const desk = operatorLab();
    const watcher = await subscribed(desk);
    expect(await desk.theItem()).toMatchObject({
      kind: 'subscription',
      state: 'waiting',
      method: 'SUBSCRIBE',
      summary: 'presence for 600 s',
      choices: ['answer', 'reject', 'redirect'],
    });
    expect(watcher.take()).toEqual([]);
    await desk.decide({ kind: 'answer' });
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expect(watcher.last.first('Subscription-State')).toMatch(/^active;expires=/);
    expect(await desk.list()).toEqual([]);
  });

  it('is not asked about again when it is refreshed (RFC 6665 §4.1.2.2)', async () => {
    const desk = operatorLab();
    const watcher = await subscribed(desk);
    await desk.decide({ kind: 'answer' });
    const [ok] = watcher.received;
    if (ok === undefined) throw new Error('no answer came');
    watcher.respond(watcher.last, '200 OK');
    watcher.take();
    const toTag = toHeader(ok)?.tag;
    watcher.send({ method: 'SUBSCRIBE', cseq: 2, toTag, lines: SUBSCRIBE });
    await desk.lab.clock.advanceAsync(10);
    expect(watcher.take()).toEqual(['200 OK', 'NOTIFY']);
    expect(await desk.list()).toEqual([]);
  });

  it('is refused with 403, or what the operator says', async () => {
    const desk = operatorLab();
    const watcher = await subscribed(desk);
    await desk.decide({ kind: 'reject' });
    expect(watcher.take()).toEqual(['403 Forbidden']);
    watcher.send({
      method: 'SUBSCRIBE',
      cseq: 2,
      callId: 'again',
      branch: 'z9hG4bK-again',
      lines: SUBSCRIBE,
    });
    await desk.lab.clock.advanceAsync(10);
    await desk.decide({ kind: 'reject', status: 480, reason: 'Not Now' });
    expect(watcher.take()).toEqual(['480 Not Now']);
  });

  it('is sent elsewhere with 302', async () => {
    const desk = operatorLab();
    const watcher = await subscribed(desk);
    await desk.decide({ kind: 'redirect', target: 'sip:bob@10.0.0.9' });
    expect(watcher.take()).toEqual(['302 Moved Temporarily']);
    expect(watcher.last.first('Contact')).toBe('<sip:bob@10.0.0.9>');
  });

  it('gets 480 in time before the sender gives up, however long calls may wait', async () => {
    const desk = operatorLab({ operatorTimeoutMs: 180_000 });
    const watcher = await subscribed(desk);
    await desk.lab.clock.advanceAsync(TIMEOUT_MS);
    // 100 says that it is worked on, once the retransmissions are rare (RFC 4320 section 4.1).
    expect(watcher.take()).toEqual(['100 Trying', '480 Temporarily Unavailable']);
    expect(await desk.list()).toEqual([]);
  });

  it('to a package that is not there is refused by the handler behind, once it is taken', async () => {
    const desk = operatorLab();
    const watcher = await subscribed(desk, ['Event: weather', 'Expires: 600']);
    await desk.decide({ kind: 'answer' });
    expect(watcher.take()).toEqual(['489 Bad Event']);
  });
});

describe('an incoming transfer that waits for the operator', () => {
  /** Alice at 10.0.0.2 in a call with the operator refers him to Carol at 10.0.0.3. */
  const referred = async () => {
    const desk = operatorLab({ allowPrivateReferTargets: true });
    const alice = desk.lab.phone('10.0.0.2');
    asPhone(alice, { sdpProfile: 'audio-only' });
    const { call, heard } = await dialAgain(desk.lab, alice);
    await desk.decide({ kind: 'answer' });
    const carol = desk.lab.phone('10.0.0.3');
    asPhone(carol, { sdpProfile: 'audio-only' });
    if (call.session === undefined) throw new Error('no call');
    const referral = refer(alice, { call: call.session, to: 'sip:carol@10.0.0.3' });
    const ends: string[] = [];
    referral.onEnded((end) => ends.push(describeEnd(end)));
    await desk.lab.clock.advanceAsync(10);
    const transfer = (await desk.list()).find(({ kind }) => kind === 'transfer');
    if (transfer === undefined) throw new Error('no transfer waits');
    return { desk, carol, heard, ends, transfer };
  };

  it('is shown beside its call, and carried out when it is taken (RFC 3515 §2.4.2)', async () => {
    const { desk, carol, ends, transfer } = await referred();
    expect(transfer).toMatchObject({
      state: 'waiting',
      method: 'REFER',
      summary: 'to sip:carol@10.0.0.3',
      choices: ['answer', 'reject', 'redirect'],
    });
    expect((await desk.list()).map(({ kind }) => kind)).toEqual(['call', 'transfer']);
    await desk.decide({ kind: 'answer' }, transfer.id);
    await desk.lab.clock.advanceAsync(RING_MS + 100);
    expect(carol.sessions).toHaveLength(1);
    expect(ends).toEqual(['succeeded: 200']);
    expect((await desk.list()).map(({ kind, state }) => `${kind} ${state}`)).toEqual(['call answered']);
  });

  it('is refused with 603, and the call goes on', async () => {
    const { desk, carol, heard, ends, transfer } = await referred();
    await desk.decide({ kind: 'reject' }, transfer.id);
    expect(ends).toEqual([expect.stringMatching(/^refused: 603 Decline/)]);
    expect(carol.sessions).toHaveLength(0);
    expect(heard).toEqual(['answered']);
    expect((await desk.theItem()).state).toBe('answered');
  });

  it('gets 480 when nobody decides', async () => {
    const { desk, ends } = await referred();
    await desk.lab.clock.advanceAsync(TIMEOUT_MS);
    expect(ends).toEqual([expect.stringMatching(/^refused: 480/)]);
    expect((await desk.theItem()).kind).toBe('call');
  });
});
