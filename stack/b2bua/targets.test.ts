import { describe, expect, it } from 'vitest';
import type { ServerRequest } from '../agent/handler.ts';
import {
  calleeUri,
  CALLEE_SDP,
  createBridgeLab,
  SDP_LINE,
  twoPhones,
  type ScriptedPhone,
} from '../testing/bridge-lab.ts';

/* Verified: a call through the bridge that its caller gives up at any moment, and one that may go to several. */

describe('a caller who gives up (RFC 3261 §9, §15)', () => {
  /** What has happened on the callee's side when the CANCEL comes. */
  const moments: readonly (readonly [string, (bob: ScriptedPhone) => void])[] = [
    ['before the callee has said anything', () => undefined],
    ['after 100', (bob) => bob.answer(100)],
    ['while it rings', (bob) => bob.answer(180)],
    ['with early media', (bob) => bob.answer(183, { body: CALLEE_SDP })],
    [
      'with a reliable response not acknowledged',
      (bob) => bob.last().respond(183, { body: CALLEE_SDP, isReliable: true }),
    ],
    [
      'with a reliable response acknowledged',
      (bob) => bob.answer(183, { body: CALLEE_SDP, isReliable: true }),
    ],
  ];

  it.each(moments)('%s: 487 here, CANCEL there, nothing left', (_when, before) => {
    const lab = twoPhones();
    const call = lab.dial(lab.alice);

    const answers = (request: ServerRequest): void => {
      if (request.method === 'PRACK') request.respond(200);
    };
    before(lab.bob);
    for (const request of lab.bob.requests) answers(request);
    lab.clock.advance(0);
    call.cancel([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']]);
    lab.clock.advance(0);
    for (const request of lab.bob.requests) answers(request);
    lab.clock.advance(40_000);
    expect(lab.heard.at(-1)).toMatch(/^\d+ 487 Request Terminated$/);
    expect(lab.bob.requests[0]?.isAnswered || lab.bob.requests.length === 0).toBe(true);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3326 §3.1: the Reason of the CANCEL is kept', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const callee = lab.rawCallee();
    const call = lab.dial(alice);
    callee.respond(callee.last, '180 Ringing', [], 'b');
    const invite = callee.last;
    call.cancel([['Reason', 'SIP;cause=200;text="Call completed elsewhere"']]);
    lab.clock.advance(0);
    expect(callee.last.startLine).toMatchObject({ method: 'CANCEL' });
    expect(callee.last.all('Reason')).toEqual(['SIP;cause=200;text="Call completed elsewhere"']);
    callee.respond(callee.last, '200 OK', [], 'b');
    callee.respond(invite, '487 Request Terminated', [], 'b');
    lab.expectNothingLeft(alice.ua);
  });

  it('RFC 3261 §9.1, §15: a 2xx that crosses the CANCEL is acknowledged and ended by BYE', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const callee = lab.rawCallee();
    const call = lab.dial(alice);

    callee.respond(callee.last, '180 Ringing', ['Contact: <sip:bob@10.0.0.2>'], 'b');
    const invite = callee.last;
    call.cancel();
    lab.clock.advance(0);
    callee.take();
    callee.respond(invite, '200 OK', ['Contact: <sip:bob@10.0.0.2>', SDP_LINE, CALLEE_SDP], 'b');
    expect(callee.take()).toEqual(['ACK', 'BYE']);
    callee.respond(callee.last, '200 OK');
    expect(lab.heard).toEqual(['0 180', '0 487 Request Terminated']);
    lab.expectNothingLeft(alice.ua);
  });

  it('RFC 3261 §16.10: hears 487 while the route is still being looked for, and nobody is called', async () => {
    let found: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      found = resolve;
    });
    const lab = twoPhones({ route: () => asked.then(() => ({ targets: [{ uri: calleeUri() }] })) });
    const call = lab.dial(lab.alice);

    call.cancel();
    lab.clock.advance(300);
    found();
    await asked;
    await Promise.resolve();
    lab.clock.advance(0);
    expect(lab.heard.at(-1)).toMatch(/487/);
    expect(lab.bob.requests).toEqual([]);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});

describe('several targets (RFC 3261 §16.7)', () => {
  const targets = [{ uri: calleeUri('udp', '10.0.0.2') }, { uri: calleeUri('udp', '10.0.0.3') }];

  it('one after the other: the second is called when the first refuses', () => {
    const lab = createBridgeLab({ route: () => ({ targets }) });
    const [alice, bob, carol] = [lab.phone('10.0.0.9'), lab.phone('10.0.0.2'), lab.phone('10.0.0.3')];
    lab.dial(alice);
    bob.answer(180);
    expect(carol.requests).toEqual([]);
    bob.answer(486);
    carol.answer(200, { body: CALLEE_SDP });
    expect(lab.heard).toEqual(['0 180', '0 answered']);
    carol.session().hangUp();
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua);
  });

  it('one after the other: a 6xx ends the search', () => {
    const lab = createBridgeLab({ route: () => ({ targets }) });
    const [alice, bob, carol] = [lab.phone('10.0.0.9'), lab.phone('10.0.0.2'), lab.phone('10.0.0.3')];
    lab.dial(alice);
    bob.answer(603);
    expect(lab.heard).toEqual(['0 603 Decline']);
    expect(carol.requests).toEqual([]);
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua);
  });

  it('all at once: the first 2xx wins, the others hear that it was answered elsewhere', () => {
    const lab = createBridgeLab({ route: () => ({ targets, forking: 'parallel' }) });
    const [alice, bob] = [lab.phone('10.0.0.9'), lab.phone('10.0.0.2')];
    const carol = lab.rawCallee('10.0.0.3');
    const call = lab.dial(alice);

    const invite = carol.last;
    carol.respond(invite, '180 Ringing', [], 'c');
    bob.answer(200, { body: CALLEE_SDP });
    expect(lab.heard).toEqual(['0 180', '0 answered']);
    expect(carol.last.startLine).toMatchObject({ method: 'CANCEL' });
    expect(carol.last.all('Reason')).toEqual(['SIP;cause=200;text="Call completed elsewhere"']);
    carol.respond(carol.last, '200 OK', [], 'c');
    carol.respond(invite, '487 Request Terminated', [], 'c');
    call.hangUp();
    lab.expectNothingLeft(alice.ua, bob.ua);
  });

  it('all at once: nobody answers, and the best refusal is told', () => {
    const lab = createBridgeLab({ route: () => ({ targets, forking: 'parallel' }) });
    const [alice, bob, carol] = [lab.phone('10.0.0.9'), lab.phone('10.0.0.2'), lab.phone('10.0.0.3')];
    lab.dial(alice);
    carol.answer(503);
    bob.answer(486);
    expect(lab.heard).toEqual(['0 486 Busy Here']);
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua);
  });

  it('by q: those of the best q at once, the others when all of them have refused', () => {
    const uri = (host: string): string => calleeUri('udp', host);
    const byQ = [{ uri: uri('10.0.0.4'), q: 0.5 }, { uri: uri('10.0.0.2'), q: 1 }, { uri: uri('10.0.0.3') }];
    const lab = createBridgeLab({ route: () => ({ targets: byQ, forking: 'by-q' }) });
    const alice = lab.phone('10.0.0.9');
    const [bob, carol, dave] = [lab.phone('10.0.0.2'), lab.phone('10.0.0.3'), lab.phone('10.0.0.4')];
    const call = lab.dial(alice);
    const called = (): readonly number[] => [bob, carol, dave].map(({ requests }) => requests.length);
    lab.clock.advance(0);
    expect(called()).toEqual([1, 1, 0]);
    bob.answer(486);
    expect(called()).toEqual([1, 1, 0]);
    carol.answer(480);
    expect(called()).toEqual([1, 1, 1]);
    dave.answer(200, { body: CALLEE_SDP });
    expect(lab.heard).toEqual(['0 answered']);
    call.hangUp();
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua, dave.ua);
  });

  it('RFC 5626 §7: a device with two flows is called over one of them, and over the other when that leads nowhere', () => {
    const ways = targets.map((target) => ({ ...target, instanceId: 'urn:uuid:1' }));
    const lab = createBridgeLab({ route: () => ({ targets: ways, forking: 'parallel' }) });
    const [alice, bob, carol] = [lab.phone('10.0.0.9'), lab.phone('10.0.0.2'), lab.phone('10.0.0.3')];
    const call = lab.dial(alice);
    lab.clock.advance(0);
    expect(carol.requests).toEqual([]);
    bob.answer(430);
    carol.answer(200, { body: CALLEE_SDP });
    expect(lab.heard).toEqual(['0 answered']);
    call.hangUp();
    lab.expectNothingLeft(alice.ua, bob.ua, carol.ua);
  });

  it('RFC 3261 §13.2.2.4: where a proxy behind the bridge forks, the first 2xx wins and the second is ended', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const callee = lab.rawCallee();
    const call = lab.dial(alice);

    const invite = callee.last;
    const ok = (tag: string): void => {
      callee.respond(invite, '200 OK', ['Contact: <sip:bob@10.0.0.2>', SDP_LINE, CALLEE_SDP], tag);
    };
    ok('one');
    callee.take();
    ok('two');
    expect(callee.take()).toEqual(['ACK', 'BYE']);
    callee.respond(callee.last, '200 OK');
    expect(lab.heard).toEqual(['0 answered']);
    call.hangUp();
    lab.clock.advance(0);
    callee.respond(callee.last, '200 OK');
    lab.expectNothingLeft(alice.ua);
  });
});
