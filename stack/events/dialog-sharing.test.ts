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
