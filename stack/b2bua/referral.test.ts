import { describe, expect, it } from 'vitest';
import type { ServerRequest } from '../agent/handler.ts';
import type { Session } from '../agent/session.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { Notifier } from '../events/notifier/notifier.ts';
import { referPackage } from '../events/packages/refer.ts';
import { refer } from '../events/refer/referral.ts';
import { Transferee } from '../events/refer/transferee.ts';
import { parseUri } from '../message/uri.ts';
import { makeOffer } from '../sdp/offer-answer.ts';
import { compose } from '../server/handler.ts';
import { subscribe } from '../server/handlers/subscribe.ts';
import { createBridgeLab } from '../testing/bridge-lab.ts';
import { asPhone, describeEnd, RING_MS } from '../testing/phone-lab.ts';
import type { BridgeRoute } from './options.ts';

/*
 * Verified: transfers that the bridge carries out itself, because the phone to be transferred knows no REFER. All phones have media.
 * Passed on as they are: transfer.test.ts.
 */

const HOSTS: Readonly<Record<string, string>> = { alice: '10.0.0.9', bob: '10.0.0.2', carol: '10.0.0.3' };

const routeTo = (uri: string): BridgeRoute => {
  const { user = '' } = parseUri(uri);
  const host = HOSTS[user];
  return host === undefined ? { status: 404 } : { targets: [{ uri: `sip:${user}@${host}` }] };
};

/** Three phones of which bob and carol know no REFER. */
const threePhones = (carolRings = true) => {
  const waiting: { take?: Transferee } = {};
  const lab = createBridgeLab({
    route: ({ message: { startLine } }) => routeTo(startLine.kind === 'request' ? startLine.uri : ''),
    onReferRefused: (request) => waiting.take?.accept(request),
  });
  const progress = referPackage();
  const notifier = new Notifier(lab.hub.context, [progress]);
  waiting.take = new Transferee({
    agent: lab.hub,
    notifier,
    progress,
    allows: () => true,
    carry: (request, target, tell) => {
      lab.bridge.carryOut(request, target, routeTo(target.uri), tell);
    },
  });
  lab.hub.serve(compose([lab.bridge, subscribe(notifier)]));
  const [alice, bob, carol] = [
    lab.agent(HOSTS['alice'] ?? ''),
    lab.agent(HOSTS['bob'] ?? ''),
    lab.agent(HOSTS['carol'] ?? ''),
  ];
  const media = { sdpProfile: 'audio-only' } as const;
  asPhone(alice, media);
  asPhone(bob, { ...media, knowsRefer: false });
  if (carolRings) asPhone(carol, { ...media, knowsRefer: false });
  let calls = 0;
  const talk = (to: string) => {
    const sdp = makeOffer({ host: '10.0.0.9', port: 4000, sessionId: String(++calls), version: 1 });
    const call = alice.call({ target: `sip:${to}@10.0.0.1`, sdp });
    lab.clock.advance(RING_MS);
    if (call.session === undefined) throw new Error(`${to} did not answer`);
    return call.session;
  };
  const told: string[] = [];
  const transfer = (call: Session, to: Session | string): void => {
    const referral = refer(alice, { call, to });
    referral.onProgress(({ status }) => told.push(String(status)));
    referral.onEnded((end) => told.push(describeEnd(end)));
  };
  /** What a phone with one call has agreed to. */
  const agreed = (phone: UserAgent): readonly (string | undefined)[] => {
    const offers = phone.sessions[0]?.offers;
    return [offers?.localSdp, offers?.remoteSdp];
  };
  return { ...lab, alice, bob, carol, talk, transfer, told, agreed };
};

/** A description but for its origin. */
const plain = (sdp: string | undefined): string | undefined => sdp?.replace(/^o=.*$/m, '');

describe('transfers that the bridge carries out (RFC 3515, RFC 3725 §4.1)', () => {
  it('RFC 5589 §6: blind: it calls whom the REFER names, connects both, and ends the leg of the one who referred', () => {
    const { clock, bridge, alice, bob, carol, talk, transfer, told, agreed, expectNothingLeft } =
      threePhones();
    const call = talk('bob');
    const origin = /^o=(\S+ \S+) /m.exec(bob.sessions[0]?.offers.remoteSdp ?? '')?.[1];
    transfer(call, 'sip:carol@10.0.0.1');
    clock.advance(RING_MS + 100);
    expect(told).toEqual(['100', '180', '200', 'succeeded: 200']);
    expect(call.state).toBe('confirmed');
    // Whoever does not hang up by himself is hung up.
    clock.advance(5000);
    expect([alice.sessions, bob.sessions.length, carol.sessions.length]).toEqual([[], 1, 1]);
    // Each has what the other says, and for bob it is a next version of the session he is in.
    const [bobSays, bobHears] = agreed(bob);
    const [carolSays, carolHears] = agreed(carol);
    expect([plain(bobHears), plain(carolHears)]).toEqual([plain(carolSays), plain(bobSays)]);
    expect(bobHears).toContain(`o=${origin ?? ''} 2 `);
    expect(carol.sessions[0]?.dialog.remoteUri).toContain('bob@');

    // The two go on as any bridged call: hold, and BYE.
    const hold = (carolSays ?? '').replace('a=sendrecv', 'a=sendonly').replace(/^(o=\S+ \S+) (\d+)/m, '$1 2');
    carol.sessions[0]?.send('INVITE', { body: hold }, { onResult: (result) => told.push(result.kind) });
    clock.advance(100);
    expect(plain(agreed(bob)[1])).toContain('a=sendonly');
    expect(agreed(bob)[1]).toContain(`o=${origin ?? ''} 3 `);
    expect(bridge.calls).toHaveLength(1);
    bob.sessions[0]?.hangUp();
    clock.advance(0);
    expect([carol.sessions, bridge.calls]).toEqual([[], []]);
    expectNothingLeft(alice, bob, carol);
  });

  it('RFC 5589 §7: attended: the calls of the one who transfers become one', () => {
    const { clock, bridge, alice, bob, carol, talk, transfer, told, agreed, expectNothingLeft } =
      threePhones();
    const first = talk('bob');
    const second = talk('carol');
    transfer(first, second);
    clock.advance(RING_MS);
    expect(told).toEqual(['100', '200', 'succeeded: 200']);
    expect([first.state, second.state]).toEqual(['confirmed', 'ended']);
    first.hangUp();
    clock.advance(0);
    expect([alice.sessions, bob.sessions.length, carol.sessions.length]).toEqual([[], 1, 1]);
    expect(plain(agreed(bob)[1])).toBe(plain(agreed(carol)[0]));
    expect(bridge.calls).toHaveLength(1);
    carol.sessions[0]?.hangUp();
    clock.advance(0);
    expect(bob.sessions).toEqual([]);
    expectNothingLeft(alice, bob, carol);
  });

  it('mistake 23: the one who transfers may hang up at once', () => {
    const { clock, alice, bob, carol, talk, transfer, expectNothingLeft } = threePhones();
    const call = talk('bob');
    transfer(call, 'sip:carol@10.0.0.1');
    clock.advance(100);
    call.hangUp();
    clock.advance(RING_MS);
    expect([bob.sessions.length, carol.sessions.length]).toEqual([1, 1]);
    bob.sessions[0]?.hangUp();
    expectNothingLeft(alice, bob, carol);
  });

  it('the one who has been replaced has nothing more to say', () => {
    const { clock, alice, bob, carol, talk, transfer, told, expectNothingLeft } = threePhones();
    const call = talk('bob');
    transfer(call, 'sip:carol@10.0.0.1');
    clock.advance(RING_MS + 100);
    call.send(
      'INFO',
      {},
      { onResult: (result) => told.push(result.kind === 'response' ? String(result.status) : result.kind) },
    );
    clock.advance(100);
    expect([told.at(-1), alice.sessions]).toEqual(['481', []]);
    expect([bob.sessions.length, carol.sessions.length]).toEqual([1, 1]);
    bob.sessions[0]?.hangUp();
    expectNothingLeft(alice, bob, carol);
  });

  it('one who transfers, hangs up, and reaches nobody, ends the call', () => {
    const { clock, bridge, alice, bob, carol, talk, transfer, expectNothingLeft } = threePhones(false);
    const asked: ServerRequest[] = [];
    carol.serve({
      name: 'busy',
      methods: ['INVITE'],
      explain: () => 'Keeps INVITEs waiting.',
      handle: (request) => {
        asked.push(request);
        request.respond(180);
      },
    });
    const call = talk('bob');
    transfer(call, 'sip:carol@10.0.0.1');
    clock.advance(100);
    call.hangUp();
    clock.advance(100);
    expect([bob.sessions.length, asked.length]).toEqual([1, 1]);
    asked[0]?.respond(486);
    clock.advance(100);
    expect([bob.sessions, bridge.calls]).toEqual([[], []]);
    expectNothingLeft(alice, bob, carol);
  });

  it('one who is not reached leaves the call as it was', () => {
    const { clock, bob, alice, carol, talk, transfer, told, expectNothingLeft } = threePhones(false);
    const call = talk('bob');
    transfer(call, 'sip:nobody@10.0.0.1');
    clock.advance(100);
    transfer(call, 'sip:carol@10.0.0.1');
    clock.advance(100);
    expect(told).toEqual(['100', '404', 'failed: 404', '100', '405', 'failed: 405']);
    expect([call.state, bob.sessions.length]).toEqual(['confirmed', 1]);
    call.hangUp();
    clock.advance(0);
    expect(bob.sessions).toEqual([]);
    expectNothingLeft(alice, bob, carol);
  });

  it('the phone that stays hangs up: who rings meanwhile is given up', () => {
    const { clock, bridge, alice, bob, carol, talk, transfer, expectNothingLeft } = threePhones();
    transfer(talk('bob'), 'sip:carol@10.0.0.1');
    clock.advance(100);
    bob.sessions[0]?.hangUp();
    clock.advance(RING_MS);
    expect([alice.sessions, carol.sessions, bridge.calls]).toEqual([[], [], []]);
    expectNothingLeft(alice, bob, carol);
  });

  it('a call to be replaced that is none of the bridge goes into the INVITE', () => {
    const { clock, ...lab } = threePhones();
    const call = lab.talk('bob');
    const invites: string[] = [];
    lab.carol.serve({
      name: 'reader',
      methods: ['INVITE'],
      supported: ['replaces'],
      explain: () => 'Reads INVITEs.',
      handle: (request) => {
        invites.push(request.message.first('Replaces') ?? '');
        request.respond(481);
      },
    });
    lab.transfer(call, 'sip:carol@10.0.0.1?Replaces=other%40carol%3Bto-tag%3Da%3Bfrom-tag%3Db');
    clock.advance(100);
    expect(invites).toEqual(['other@carol;to-tag=a;from-tag=b']);
    expect(lab.told).toEqual(['100', '481', 'failed: 481']);
    call.hangUp();
    lab.expectNothingLeft(lab.alice, lab.bob, lab.carol);
  });
});
