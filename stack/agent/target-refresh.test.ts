import { describe, expect, it } from 'vitest';
import { createCallLab, leftOvers, OUR_SDP, PEER_SDP, SDP_LINE, type CallLab } from '../testing/call-lab.ts';

/*
 * Verified: what of a re-INVITE or UPDATE takes effect before its final response, and stays when that is a refusal.
 * Not here: which messages Dialog takes a target from (dialog.test.ts).
 */

const MOVED = 'sip:moved@10.0.0.9:5060';
const MOVED_LINE = `Contact: <${MOVED}>`;
const PEER = 'sip:peer@10.0.0.9:5060';
const NEXT_PEER_SDP = PEER_SDP.replace('1 1 IN', '1 2 IN').replace('4000', '4002');
const NEXT_SDP = OUR_SDP.replace('1 1 IN', '1 2 IN').replace('5000', '5002');
const IGNORED = { onResult: () => undefined };

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

const isPrack = (lab: CallLab): boolean => {
  const { startLine } = lab.peer.last;
  return startLine.kind === 'request' && startLine.method === 'PRACK';
};

/** A call of ours in which we ask for a change. */
const changing = () => {
  const lab = createCallLab();
  lab.dialled().session?.send('INVITE', { body: NEXT_SDP }, IGNORED);
  lab.clock.advance(0);
  lab.peer.take();
  const reInvite = lab.peer.last;
  const say = (status: string, ...lines: readonly string[]): void => {
    lab.peer.respond(reInvite, status, lines);
  };
  return { ...lab, say };
};

describe('a new target of the peer in a response (RFC 6141 §4.7)', () => {
  it('counts from a reliable provisional response on: its PRACK goes there', () => {
    const lab = changing();
    lab.say('183 Session Progress', MOVED_LINE, 'Require: 100rel', 'RSeq: 1');
    expect(isPrack(lab)).toBe(true);
    expect(lab.peer.last.startLine).toMatchObject({ uri: MOVED });
    lab.peer.respond(lab.peer.last, '200 OK');
    expectNothingLeft(lab);
  });

  it('does not count in an unreliable provisional response', () => {
    const lab = changing();
    lab.say('180 Ringing', MOVED_LINE);
    expect(lab.session().dialog.remoteTarget).toBe(PEER);
    expectNothingLeft(lab);
  });

  it('does not count in a reliable one that is out of order', () => {
    const lab = changing();
    lab.say('183 Session Progress', 'Require: 100rel', 'RSeq: 1');
    lab.say('183 Session Progress', MOVED_LINE, 'Require: 100rel', 'RSeq: 3');
    expect(lab.session().dialog.remoteTarget).toBe(PEER);
    expectNothingLeft(lab);
  });

  it('stays, as what was agreed does, when the re-INVITE fails after all; that is reported (§3.4)', () => {
    const lab = changing();
    lab.say('183 Session Progress', MOVED_LINE, 'Require: 100rel', 'RSeq: 1', SDP_LINE, NEXT_PEER_SDP);
    lab.peer.respond(lab.peer.last, '200 OK');
    lab.say('488 Not Acceptable Here');
    const { dialog, offers, state } = lab.session();
    expect([state, dialog.remoteTarget]).toEqual(['confirmed', MOVED]);
    expect(offers).toMatchObject({ state: 'stable', localSdp: NEXT_SDP, remoteSdp: NEXT_PEER_SDP });
    expect(offers.findings).toMatchObject([{ code: 'undone', side: 'remote', rfc: 'RFC 6141 §3.3' }]);
    expectNothingLeft(lab);
  });

  it('an offer that nothing answered is gone with the re-INVITE (RFC 3261 §14.1)', () => {
    const lab = changing();
    lab.say('183 Session Progress', MOVED_LINE, 'Require: 100rel', 'RSeq: 1');
    lab.peer.respond(lab.peer.last, '200 OK');
    lab.say('488 Not Acceptable Here');
    expect(lab.session().dialog.remoteTarget).toBe(MOVED);
    expect(lab.session().offers).toMatchObject({ state: 'stable', localSdp: OUR_SDP, findings: [] });
    expectNothingLeft(lab);
  });
});

/** A call of the peer in which it asks for a change and says where it is now. */
const changed = (method = 'INVITE') => {
  const lab = createCallLab((request) => {
    if (request.method === 'PRACK') request.respond(200);
  });
  const toTag = lab.answered();
  lab.peer.send({
    method,
    cseq: 2,
    toTag,
    contact: false,
    lines: [MOVED_LINE, 'Supported: 100rel', SDP_LINE],
    body: NEXT_PEER_SDP,
  });
  const ack = (): void => {
    lab.peer.send({ method: 'ACK', cseq: 2, toTag, branch: 'z9hG4bK-INVITE-2' });
  };
  const prack = (cseq: number): void => {
    const rack = `RAck: ${lab.peer.last.first('RSeq') ?? ''} 2 INVITE`;
    lab.peer.send({ method: 'PRACK', cseq, toTag, lines: [rack] });
  };
  const target = (): string => lab.session().dialog.remoteTarget;
  return { ...lab, ack, prack, target };
};

describe('a new target of the peer in a request (RFC 6141 §4.6)', () => {
  it.each(['INVITE', 'UPDATE'])('of %s counts with our 2xx, not before', (method) => {
    const lab = changed(method);
    expect(lab.target()).toBe(PEER);
    lab.answer(-1, 200, { body: NEXT_SDP });
    expect(lab.target()).toBe(MOVED);
    expectNothingLeft(lab);
  });

  it('counts with a reliable provisional response, and stays when the re-INVITE is refused (§4.4)', () => {
    const lab = changed();
    lab.answer(-1, 180);
    expect(lab.target()).toBe(PEER);
    lab.answer(-1, 183, { isReliable: true, body: NEXT_SDP });
    expect(lab.target()).toBe(MOVED);
    lab.prack(3);
    lab.answer(1, 486);
    lab.ack();
    expect(lab.target()).toBe(MOVED);
    const { offers } = lab.session();
    expect(offers).toMatchObject({ state: 'stable', localSdp: NEXT_SDP, remoteSdp: NEXT_PEER_SDP });
    expect(offers.findings).toMatchObject([{ code: 'undone', side: 'local' }]);
    expectNothingLeft(lab);
  });

  it('of an UPDATE before the answer outlives the 2xx to the INVITE', () => {
    const lab = createCallLab();
    lab.invite({ lines: ['Supported: 100rel'] });
    lab.answer(0, 180);
    const toTag = lab.ourTag();
    lab.peer.send({ method: 'UPDATE', cseq: 2, toTag, contact: false, lines: [MOVED_LINE] });
    lab.answer(-1, 200);
    lab.answer(0, 200, { body: OUR_SDP });
    expect(lab.session().dialog.remoteTarget).toBe(MOVED);
    expectNothingLeft(lab);
  });
});
