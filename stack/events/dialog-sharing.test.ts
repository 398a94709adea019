import { describe, expect, it } from 'vitest';
import { singleAccount } from '../auth/account.ts';
import { CredentialStore } from '../auth/credential-store.ts';
import { nodeHashes } from '../auth/node/hashes.ts';
import { createIds } from '../core/seeded-ids.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { compose } from '../server/handler.ts';
import { call } from '../server/handlers/call.ts';
import { subscribe as subscribeHandler } from '../server/handlers/subscribe.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { Notifier } from './notifier/notifier.ts';
import { conferencePackage, type ConferenceState } from './packages/conference.ts';
import { StateTable } from './packages/state-table.ts';
import { refer } from './refer/referral.ts';
import { subscribe } from './subscriber/outgoing-subscription.ts';

/*
 * Verified: subscriptions that live in the dialog of a call, and requests of subscriptions that are challenged.
 */

describe('a subscription in the dialog of a call (RFC 5057 §2)', () => {
  it('shares its CSeq numbers, outlives the call, and is answered 481 when it is over too', () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const rooms = new StateTable<ConferenceState>();
    rooms.set('sip:us@10.0.0.1', { userCount: 1, users: [] });
    const notifier = new Notifier(ua.context, [conferencePackage(rooms)]);
    ua.serve(
      compose([call({ isAccepting: true, ringMs: 0, sdpProfile: 'none' }), subscribeHandler(notifier)]),
    );
    const caller = peer('10.0.0.9');
    caller.send({ method: 'INVITE' });
    const toTag = ua.sessions[0]?.dialog.localTag;
    caller.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    caller.take();
    let sent = 0;
    const inCall = (method: string, cseqNumber: number, lines: readonly string[] = []): void => {
      caller.send({ method, toTag, cseq: cseqNumber, lines, branch: `z9hG4bK-${++sent}` });
    };
    inCall('SUBSCRIBE', 2, ['Event: conference', 'Expires: 600']);
    expect(caller.take()).toEqual(['200 OK', 'NOTIFY']);
    const first = caller.last;
    expect(fromHeader(first)?.tag).toBe(toTag);
    caller.respond(first, '200 OK');
    inCall('SUBSCRIBE', 2, ['Event: conference']);
    expect(caller.take()).toEqual(['500 CSeq Out Of Order']);
    inCall('BYE', 3);
    expect(caller.take()).toEqual(['200 OK']);
    expect(ua.sessions).toEqual([]);
    rooms.set('sip:us@10.0.0.1', { userCount: 2, users: [] });
    clock.advance(0);
    expect(caller.take()).toEqual(['NOTIFY']);
    expect(cseq(caller.last)?.number).toBe((cseq(first)?.number ?? 0) + 1);
    caller.respond(caller.last, '200 OK');
    inCall('BYE', 4);
    expect(caller.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    inCall('SUBSCRIBE', 5, ['Event: conference', 'Expires: 0']);
    expect(caller.take()).toEqual(['200 OK', 'NOTIFY']);
    caller.respond(caller.last, '200 OK');
    inCall('SUBSCRIBE', 6, ['Event: conference', 'Expires: 600']);
    expect(caller.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    clock.runAll(100_000);
    expect(ua.context.usages.size).toBe(0);
    expect(clock.pending).toBe(0);
  });
});

describe('a dialog the peer does not know any more (RFC 5057 §5.1)', () => {
  const sharing = () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const rooms = new StateTable<ConferenceState>();
    const room = (userCount: number): void => {
      rooms.set('sip:us@10.0.0.1', { userCount, users: [] });
      clock.advance(0);
    };
    room(1);
    const notifier = new Notifier(ua.context, [conferencePackage(rooms)]);
    ua.serve(
      compose([call({ isAccepting: true, ringMs: 0, sdpProfile: 'none' }), subscribeHandler(notifier)]),
    );
    const caller = peer('10.0.0.9');
    caller.send({ method: 'INVITE' });
    const toTag = ua.sessions[0]?.dialog.localTag;
    caller.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    caller.send({ method: 'SUBSCRIBE', toTag, cseq: 2, lines: ['Event: conference', 'Expires: 600'] });
    caller.respond(caller.last, '200 OK');
    caller.take();
    /** What ends without another word but the BYE of the call. */
    const expectOver = (): void => {
      for (const bye of caller.received.filter((m) => cseq(m)?.method === 'BYE'))
        caller.respond(bye, '200 OK');
      room(3);
      expect(caller.take()).toEqual([]);
      expect([ua.sessions, notifier.subscriptions, ua.context.usages.size]).toEqual([[], [], 0]);
      clock.runAll(700_000);
      expect(clock.pending).toBe(0);
    };
    return { clock, ua, caller, notifier, room, expectOver };
  };

  it.each(['404 Not Found', '502 Bad Gateway', '604 Nowhere'])(
    'ends its subscriptions with the call when a request of the call gets %s',
    (status) => {
      const { clock, ua, caller, expectOver } = sharing();
      ua.sessions[0]?.send('INFO', {}, { onResult: () => undefined });
      clock.advance(0);
      caller.respond(caller.last, status);
      expect(caller.take()).toEqual(['INFO', 'BYE']);
      expectOver();
    },
  );

  it('ends the call with its subscriptions when a NOTIFY gets 410', () => {
    const { caller, room, expectOver } = sharing();
    room(2);
    caller.respond(caller.last, '410 Gone');
    expect(caller.take()).toEqual(['NOTIFY', 'BYE']);
    expectOver();
  });

  it('is told once to a subscription whose NOTIFY is on its way', () => {
    const { clock, ua, caller, room, notifier, expectOver } = sharing();
    room(2);
    const notify = caller.last;
    const heard: string[] = [];
    notifier.subscriptions[0]?.onChanged(({ status }) => heard.push(status));
    ua.sessions[0]?.send('INFO', {}, { onResult: () => undefined });
    clock.advance(0);
    caller.respond(caller.last, '404 Not Found');
    caller.respond(notify, '404 Not Found');
    expect(heard).toEqual(['terminated']);
    expect(caller.take()).toEqual(['NOTIFY', 'INFO', 'BYE']);
    expectOver();
  });

  it('481 to a request of the call, or to a NOTIFY, speaks of that usage only', () => {
    const { caller, ua, room, notifier, clock } = sharing();
    room(2);
    caller.respond(caller.last, '481 Subscription Does Not Exist');
    expect([ua.sessions.length, notifier.subscriptions.length]).toEqual([1, 0]);
    expect(caller.take()).toEqual(['NOTIFY']);
    ua.dispose();
    clock.runAll(700_000);
    expect(clock.pending).toBe(0);
  });

  it('ends the subscription of a REFER of ours in the call', () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const callee = peer('10.0.0.9');
    const made = ua.call({ target: 'sip:peer@10.0.0.9' });
    clock.advance(0);
    callee.respond(callee.last, '200 OK', ['Contact: <sip:peer@10.0.0.9:5060>'], 'p1');
    const { session } = made;
    if (session === undefined) throw new Error('not answered');
    const ends: string[] = [];
    refer(ua, { call: session, to: 'sip:c@10.0.0.8' }).onEnded(({ kind }) => ends.push(kind));
    clock.advance(0);
    callee.respond(callee.last, '202 Accepted');
    session.send('INFO', {}, { onResult: () => undefined });
    clock.advance(0);
    callee.respond(callee.last, '404 Not Found');
    expect(ends).toEqual(['unknown']);
    callee.respond(callee.last, '200 OK');
    expect(ua.sessions).toEqual([]);
    clock.runAll(100_000);
    expect([ua.context.usages.size, clock.pending]).toEqual([0, 0]);
  });
});

describe('challenged requests of subscriptions (RFC 3261 §22.2)', () => {
  const CHALLENGE = ['WWW-Authenticate: Digest realm="r", nonce="n1", algorithm=SHA-256, qop="auth"'];
  const setUp = () => {
    const { clock, agent, peer } = createAgentLab();
    const accounts = singleAccount('alice', 'secret');
    const credentials = new CredentialStore({ hashes: nodeHashes, ids: createIds('store'), accounts });
    const ua = agent('10.0.0.1', undefined, { credentials });
    return { clock, ua, peer: peer('10.0.0.9') };
  };

  it('mistake 36: a challenged REFER is sent again, and its NOTIFYs may name either CSeq number', async () => {
    const { clock, ua, peer } = setUp();
    const ends: string[] = [];
    refer(ua, { target: 'sip:peer@10.0.0.9', to: 'sip:c@10.0.0.8' }).onEnded(({ kind }) => ends.push(kind));
    clock.advance(0);
    const first = peer.last;
    peer.respond(first, '401 Unauthorized', CHALLENGE, 'x');
    await clock.settle();
    clock.advance(0);
    const second = peer.last;
    expect([callId(second), cseq(second)?.number]).toEqual([callId(first), (cseq(first)?.number ?? 0) + 1]);
    expect(second.first('Authorization')).toMatch(/^Digest username="alice"/);
    peer.respond(second, '202 Accepted', [], 'n1');
    peer.send({
      method: 'NOTIFY',
      callId: callId(first) ?? '',
      fromTag: 'n1',
      toTag: fromHeader(first)?.tag,
      lines: [`Event: refer;id=${cseq(second)?.number}`, 'Subscription-State: terminated;reason=noresource'],
      body: 'SIP/2.0 200 OK',
    });
    expect(ends).toEqual(['succeeded']);
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('a challenged SUBSCRIBE is sent again, and its dialog counts on from there', async () => {
    const { clock, ua, peer } = setUp();
    const subscription = subscribe(ua, { target: 'sip:peer@10.0.0.9', event: 'presence', expiresSec: 600 });
    clock.advance(0);
    peer.respond(peer.last, '401 Unauthorized', CHALLENGE, 'x');
    await clock.settle();
    clock.advance(0);
    const second = peer.last;
    peer.respond(second, '200 OK', ['Expires: 600'], 'n1');
    peer.send({
      method: 'NOTIFY',
      callId: callId(second) ?? '',
      fromTag: 'n1',
      toTag: fromHeader(second)?.tag,
      lines: ['Event: presence', 'Subscription-State: active;expires=600'],
    });
    subscription.unsubscribe();
    clock.advance(0);
    await clock.settle();
    clock.advance(0);
    expect(cseq(peer.last)?.number).toBe((cseq(second)?.number ?? 0) + 1);
    subscription.dispose();
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });
});
