import { describe, expect, it } from 'vitest';
import { describeResult, type ResponseResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import {
  bodyOf,
  bridged,
  bridgeUri,
  CALLEE_SDP,
  CALLER_SDP,
  createBridgeLab,
  SDP_LINE,
  sdpOfPort,
  twoPhones,
} from '../testing/bridge-lab.ts';

/* Verified: what either side asks in an answered call is asked on the other leg, and answered with what comes from there; races and ends too. */

const sides = ['caller', 'callee'] as const;

/** What the asking side says to hold the other, and what that one answers. */
const holding = (side: (typeof sides)[number]) => {
  const [asking, asked] = side === 'caller' ? [4000, 5000] : [5000, 4000];
  return {
    HELD: `${sdpOfPort(asking, 2)}a=sendonly\r\n`,
    HOLDING: `${sdpOfPort(asked, 2)}a=recvonly\r\n`,
    asking,
    asked,
  };
};

/** Sends a request of a session and writes down what comes of it. */
const ask = (
  session: Session,
  method: string,
  options: Parameters<Session['send']>[1] = {},
): { readonly said: string[]; result: ResponseResult | undefined } => {
  const asked: { readonly said: string[]; result: ResponseResult | undefined } = {
    said: [],
    result: undefined,
  };
  session.send(method, options, {
    onResult: (result) => {
      asked.said.push(describeResult(result));
      asked.result = result;
    },
  });
  return asked;
};

/** A bridged call seen from one side. */
const seenFrom = (side: (typeof sides)[number], ...options: Parameters<typeof createBridgeLab>) => {
  const lab = bridged(...options);
  const [asking, asked] = side === 'caller' ? [lab.alice, lab.bob] : [lab.bob, lab.alice];
  return { ...lab, asking, asked };
};

describe.each(sides)('changes that the %s asks for (RFC 3261 §14, RFC 3311 §5)', (side) => {
  const { HELD, HOLDING, ...ports } = holding(side);

  it('mistake 39: RFC 3261 §14.2: a re-INVITE is answered when the other leg has answered, and with its answer', () => {
    const lab = seenFrom(side);
    const hold = ask(lab.asking.session(), 'INVITE', { body: HELD });
    lab.clock.advance(0);
    expect(bodyOf(lab.asked.last())).toBe(HELD);
    lab.clock.advance(3000);
    expect(hold.said).toEqual([]);
    lab.asked.answer(200, { body: HOLDING });
    expect(hold.said).toEqual(['200 OK']);
    expect(lab.asking.session().offers.remoteSdp).toBe(HOLDING);
    expect(lab.asked.session().offers.remoteSdp).toBe(HELD);
    const resume = ask(lab.asking.session(), 'INVITE', { body: sdpOfPort(ports.asking, 3) });
    lab.clock.advance(0);
    lab.asked.answer(200, { body: sdpOfPort(ports.asked, 3) });
    expect(resume.said).toEqual(['200 OK']);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §14.1: a refused re-INVITE is refused with the same status, and the call stays as it was', () => {
    const lab = seenFrom(side);
    const { remoteSdp } = lab.asking.session().offers;
    const hold = ask(lab.asking.session(), 'INVITE', { body: HELD });
    lab.clock.advance(0);
    lab.asked.answer(488, { headers: [['Warning', '304 10.0.0.2 "no video"']] });
    expect(hold.said).toEqual(['488 Not Acceptable Here']);
    expect(lab.asking.session().state).toBe('confirmed');
    expect(lab.asking.session().offers.remoteSdp).toBe(remoteSdp);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §14.1: a re-INVITE without offer gets the offer of the other leg, which gets the answer in the ACK', () => {
    const lab = seenFrom(side);
    const late = ask(lab.asking.session(), 'INVITE', { answer: () => HELD });
    lab.clock.advance(0);
    expect(bodyOf(lab.asked.last())).toBe('');
    lab.asked.answer(200, { body: HOLDING });
    expect(late.said).toEqual(['200 OK']);
    expect(lab.asking.session().offers.remoteSdp).toBe(HOLDING);
    expect(lab.asked.session().offers.remoteSdp).toBe(HELD);
    expect(lab.asked.session().offers.findings).toEqual([]);
    lab.asked.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3311 §5.2: UPDATE with an offer is answered with the answer of the other leg', () => {
    const lab = seenFrom(side);
    const update = ask(lab.asking.session(), 'UPDATE', { body: HELD });
    lab.clock.advance(0);
    expect(lab.asked.last().method).toBe('UPDATE');
    expect(update.said).toEqual([]);
    lab.asked.answer(200, { body: HOLDING });
    expect(update.said).toEqual(['200 OK']);
    expect(lab.asking.session().offers.remoteSdp).toBe(HOLDING);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §9: a re-INVITE given up is cancelled on the other leg', () => {
    const lab = seenFrom(side);
    let cancel = (): void => undefined;
    const hold = ask(lab.asking.session(), 'INVITE', {
      body: HELD,
      onDelivering: (delivering) => {
        cancel = () => {
          delivering.cancel();
        };
      },
    });
    lab.clock.advance(0);
    lab.asked.answer(180);
    cancel();
    lab.clock.advance(0);
    expect(hold.said).toEqual(['487 Request Terminated']);
    expect(lab.asked.last().isAnswered).toBe(true);
    expect(lab.asked.session().offers.state).toBe('stable');
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3262 §4: a reliable response to a re-INVITE crosses, and so does its PRACK', () => {
    const lab = seenFrom(side);
    const sequence: string[] = [];
    const hold = ask(lab.asking.session(), 'INVITE', {
      body: HELD,
      headers: [['Require', '100rel']],
      onReliable: ({ status }) => {
        sequence.push(String(status));
        return undefined;
      },
    });
    lab.clock.advance(0);
    const invite = lab.asked.last();
    invite.respond(183, { isReliable: true, body: HOLDING });
    lab.clock.advance(0);
    expect(sequence).toEqual(['183']);
    expect(lab.asked.last().method).toBe('PRACK');
    lab.asked.answer(200);
    invite.respond(200);
    lab.clock.advance(0);
    expect(hold.said).toEqual(['200 OK']);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});

describe('both sides at once (RFC 3261 §14.1, §15)', () => {
  it('RFC 3261 §14.1: re-INVITEs that cross each hear 491, and both get through after their waits', () => {
    const lab = bridged();
    lab.network.impair({ delayMs: 20 });
    const ours = ask(lab.alice.session(), 'INVITE', { body: `${sdpOfPort(4000, 2)}a=ptime:30\r\n` });
    const theirs = ask(lab.bob.session(), 'INVITE', { body: `${sdpOfPort(5000, 2)}a=ptime:20\r\n` });
    for (let turn = 0; turn < 200; turn++) {
      lab.clock.advance(50);
      for (const phone of [lab.alice, lab.bob])
        for (const request of phone.requests)
          if (!request.isAnswered) request.respond(200, { body: request.session?.offers.lastSent ?? '' });
    }
    expect(ours.said).toEqual(['200 OK']);
    expect(theirs.said).toEqual(['200 OK']);
    expect(lab.alice.session().state).toBe('confirmed');
    lab.alice.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §15.1.2: BYEs that cross are both answered 200', () => {
    const lab = bridged();
    lab.network.impair({ delayMs: 20 });
    const ours = ask(lab.alice.session(), 'BYE');
    const theirs = ask(lab.bob.session(), 'BYE');
    lab.clock.advance(200);
    expect([...ours.said, ...theirs.said]).toEqual(['200 OK', '200 OK']);
    expect(lab.ends).toHaveLength(1);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3261 §15.1.2: a BYE while a re-INVITE is open ends both legs, and the re-INVITE hears 487', () => {
    const lab = bridged();
    const hold = ask(lab.alice.session(), 'INVITE', { body: holding('caller').HELD });
    lab.clock.advance(0);
    lab.bob.session().hangUp();
    lab.clock.advance(0);
    lab.clock.advance(40_000);
    expect(hold.said).toEqual(['487 Request Terminated']);
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});

describe.each(sides)('what else the %s says (RFC 6086, RFC 3428, RFC 3515, RFC 3261 §11)', (side) => {
  it.each([
    ['INFO', 'application/dtmf-relay', 'Signal=5\r\nDuration=160\r\n', [] as const],
    ['MESSAGE', 'text/plain', 'gr\xfc\xdfe \x00\xff', [['Content-Disposition', 'render']] as const],
    ['OPTIONS', 'application/sdp', CALLER_SDP, [] as const],
  ])('%s crosses with its body, and the answer with its own', (method, contentType, body, headers) => {
    const lab = seenFrom(side);
    const octets = Uint8Array.from(body, (sign) => sign.charCodeAt(0));
    const asked = ask(lab.asking.session(), method, { body: octets, contentType, headers });
    lab.clock.advance(0);
    const request = lab.asked.last();
    expect(request.method).toBe(method);
    expect(request.message.first('Content-Type')).toBe(contentType);
    expect(bodyOf(request)).toBe(body);
    for (const [name, value] of headers) expect(request.message.first(name)).toBe(value);
    expect(asked.said).toEqual([]);
    lab.asked.answer(200, { body: 'done', contentType: 'text/plain', headers: [['X-Seen', 'yes']] });
    expect(asked.said).toEqual(['200 OK']);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 6086 §4.2.2: a refusal of the other leg is the refusal', () => {
    const lab = seenFrom(side);
    const info = ask(lab.asking.session(), 'INFO', { headers: [['Info-Package', 'conference']] });
    lab.clock.advance(0);
    expect(lab.asked.last().message.first('Info-Package')).toBe('conference');
    lab.asked.answer(469, { headers: [['Recv-Info', 'floor']] });
    expect(info.said).toEqual(['469 Bad Info Package']);
    expect(info.result?.kind === 'response' && info.result.message.first('Recv-Info')).toBe('floor');
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3515 §2.4.6: REFER crosses, and its NOTIFYs come back under the number of the REFER on each leg', () => {
    const lab = seenFrom(side);
    const refer = ask(lab.asking.session(), 'REFER', {
      headers: [
        ['Refer-To', '<sip:carol@example.net>'],
        ['Referred-By', '<sip:alice@example.com>'],
      ],
    });
    lab.clock.advance(0);
    const there = lab.asked.last();
    expect(there.message.first('Refer-To')).toBe('<sip:carol@example.net>');
    expect(there.message.first('Referred-By')).toBe('<sip:alice@example.com>');
    const idThere = there.message.first('CSeq')?.split(' ')[0] ?? '';
    lab.asked.answer(202);
    expect(refer.said).toEqual(['202 Accepted']);
    const idHere = refer.result?.kind === 'response' ? refer.result.message.first('CSeq')?.split(' ')[0] : '';
    const notify = ask(lab.asked.session(), 'NOTIFY', {
      headers: [
        ['Event', `refer;id=${idThere}`],
        ['Subscription-State', 'terminated;reason=noresource'],
      ],
      body: 'SIP/2.0 200 OK\r\n',
      contentType: 'message/sipfrag;version=2.0',
    });
    lab.clock.advance(0);
    expect(lab.asking.last().message.first('Event')).toBe(`refer;id=${idHere}`);
    expect(lab.asking.last().message.first('Subscription-State')).toBe('terminated;reason=noresource');
    lab.asking.answer(200);
    expect(notify.said).toEqual(['200 OK']);
    lab.asking.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});

describe('PRACK and early UPDATE (RFC 3262, RFC 3311 §5)', () => {
  const { HELD, HOLDING } = holding('caller');

  it('RFC 3262 §4: a reliable response is reliable on both legs; the callee gets its PRACK after the caller has sent his', () => {
    const lab = twoPhones();
    let acknowledge: (sdp?: string) => void = () => undefined;
    lab.dial(lab.alice, {
      onReliable: (provisional) => {
        acknowledge = provisional.hold();
        return undefined;
      },
    });
    const invite = lab.bob.last();
    invite.respond(183, { body: CALLEE_SDP, isReliable: true });
    lab.clock.advance(400);
    expect(lab.bob.requests.map(({ method }) => method)).toEqual(['INVITE']);
    acknowledge();
    lab.clock.advance(0);
    expect(lab.bob.requests.map(({ method }) => method)).toEqual(['INVITE', 'PRACK']);
    lab.bob.answer(200);
    invite.respond(180, { isReliable: true });
    lab.clock.advance(0);
    acknowledge();
    lab.clock.advance(0);
    lab.bob.answer(200);
    invite.respond(200);
    lab.clock.advance(0);
    expect(lab.heard).toEqual(['0 183', '400 180', '400 answered']);
    expect(lab.alice.session().offers.remoteSdp).toBe(CALLEE_SDP);
    lab.alice.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3262 §3: where the caller does not know 100rel the bridge acknowledges, and the 2xx brings the answer', () => {
    const lab = twoPhones();
    lab.dial(lab.alice, { supported: [] });
    const invite = lab.bob.last();
    invite.respond(183, { body: CALLEE_SDP, isReliable: true });
    lab.clock.advance(0);
    lab.bob.answer(200);
    invite.respond(200);
    lab.clock.advance(0);
    expect(lab.heard).toEqual(['0 183', '0 answered']);
    expect(lab.alice.session().offers.remoteSdp).toBe(CALLEE_SDP);
    lab.alice.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3262 §3: where only the caller requires 100rel the bridge makes responses reliable', () => {
    const lab = createBridgeLab();
    const alice = lab.phone('10.0.0.9');
    const callee = lab.rawCallee();
    const reliable: number[] = [];
    lab.dial(alice, {
      require: ['100rel'],
      onReliable: ({ status }) => {
        reliable.push(status);
        return undefined;
      },
    });
    const invite = callee.last;
    expect(invite.first('Require')).toBeUndefined();
    callee.respond(invite, '180 Ringing', ['Contact: <sip:bob@10.0.0.2>'], 'b');
    callee.respond(invite, '183 Progress', ['Contact: <sip:bob@10.0.0.2>', SDP_LINE, CALLEE_SDP], 'b');
    callee.respond(invite, '200 OK', ['Contact: <sip:bob@10.0.0.2>', SDP_LINE, CALLEE_SDP], 'b');
    lab.clock.advance(0);
    expect(reliable).toEqual([180, 183]);
    expect(lab.heard).toEqual(['0 180', '0 183', '0 answered']);
    expect(alice.session().offers.remoteSdp).toBe(CALLEE_SDP);
    alice.session().hangUp();
    lab.clock.advance(0);
    callee.respond(callee.last, '200 OK');
    lab.expectNothingLeft(alice.ua);
  });

  it('RFC 3262 §5: a late offer in a reliable response crosses, and its answer in the PRACK', () => {
    const lab = twoPhones();
    const call = lab.alice.ua.call({ target: bridgeUri(), answer: () => CALLER_SDP });
    lab.clock.advance(0);
    const invite = lab.bob.last();
    invite.respond(183, { body: CALLEE_SDP, isReliable: true });
    lab.clock.advance(0);
    expect(lab.bob.last().method).toBe('PRACK');
    expect(bodyOf(lab.bob.last())).toBe(CALLER_SDP);
    lab.bob.answer(200);
    invite.respond(200);
    lab.clock.advance(0);
    expect(call.session?.offers.remoteSdp).toBe(CALLEE_SDP);
    call.hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it('RFC 3262 §5: an offer in a PRACK is answered in the 2xx to it by the other leg', () => {
    const lab = twoPhones();
    lab.dial(lab.alice, { onReliable: (_provisional, sdp) => (sdp === undefined ? undefined : HELD) });
    const invite = lab.bob.last();
    invite.respond(183, { body: CALLEE_SDP, isReliable: true });
    lab.clock.advance(0);
    expect(bodyOf(lab.bob.last())).toBe(HELD);
    lab.bob.answer(200, { body: HOLDING });
    invite.respond(200);
    lab.clock.advance(0);
    expect(lab.alice.session().offers.remoteSdp).toBe(HOLDING);
    lab.alice.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });

  it.each(sides)('RFC 3311 §5.1: UPDATE of the %s before the answer crosses', (side) => {
    const lab = twoPhones();
    const { HELD: offer, HOLDING: answer } = holding(side);
    lab.dial(lab.alice);
    const invite = lab.bob.last();
    invite.respond(183, { body: CALLEE_SDP, isReliable: true });
    lab.clock.advance(0);
    lab.bob.answer(200);
    const [asking, asked] = side === 'caller' ? [lab.alice, lab.bob] : [lab.bob, lab.alice];
    const update = ask(asking.session(), 'UPDATE', { body: offer });
    lab.clock.advance(0);
    expect(bodyOf(asked.last())).toBe(offer);
    asked.answer(200, { body: answer });
    expect(update.said).toEqual(['200 OK']);
    invite.respond(200);
    lab.clock.advance(0);
    expect(lab.heard).toEqual(['0 183', '0 answered']);
    expect(asking.session().offers.remoteSdp).toBe(answer);
    lab.alice.session().hangUp();
    lab.expectNothingLeft(lab.alice.ua, lab.bob.ua);
  });
});
