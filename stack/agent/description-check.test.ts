import { describe, expect, it } from 'vitest';
import { call } from '../server/handlers/call.ts';
import { compose } from '../server/handler.ts';
import { update } from '../server/handlers/update.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import {
  createCallLab,
  leftOvers,
  OUR_SDP,
  PEER_CONTACT,
  PEER_SDP,
  SDP_LINE,
  type CallLab,
} from '../testing/call-lab.ts';

/*
 * Verified: what sessions make of descriptions that break RFC 3264: the peer's are reported, ours are not sent unless asked for.
 * Not here: the rules themselves (sdp/offer-answer.test.ts) and where descriptions may stand (offer-answer.test.ts).
 */

const VIDEO = 'm=video 6000 RTP/AVP 31\r\n';
const next = (sdp: string, version = 2): string => sdp.replace('1 1 IN', `1 ${version} IN`);

const expectNothingLeft = (lab: CallLab): void => {
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
};

const answered = (answer: string): CallLab => {
  const lab = createCallLab();
  lab.dial();
  lab.peer.respond(lab.peer.last, '200 OK', [PEER_CONTACT, SDP_LINE, answer], 'p1');
  return lab;
};

describe('the peer’s answer (RFC 3264 §6)', () => {
  it.each([
    ['m-line-count', undefined, PEER_SDP + VIDEO],
    ['m-line-changed', 0, PEER_SDP.replace('m=audio', 'm=video')],
    ['payload-type', 0, PEER_SDP.replace('RTP/AVP 0', 'RTP/AVP 8')],
  ])('is reported with %s', (code, section, answer) => {
    const lab = answered(answer);
    const { findings, remoteSdp } = lab.session().offers;
    expect(findings).toMatchObject([{ code, side: 'remote', slot: '2xx' }]);
    expect(findings[0]?.section).toBe(section);
    expect(remoteSdp).toBe(answer);
    expectNothingLeft(lab);
  });

  it('is reported when its direction does not fit the offer (§6.1)', () => {
    const lab = createCallLab();
    lab.dial({ sdp: `${OUR_SDP}a=sendonly\r\n` });
    const heard: string[] = [];
    lab.peer.respond(lab.peer.last, '180 Ringing', [PEER_CONTACT], 'p1');
    lab.session().offers.onFinding(({ code, rfc }) => heard.push(`${code} ${rfc}`));
    const [invite] = lab.peer.received;
    if (invite === undefined) throw new Error('no INVITE');
    lab.peer.respond(invite, '200 OK', [PEER_CONTACT, SDP_LINE, PEER_SDP], 'p1');
    expect(heard).toEqual(['direction RFC 3264 §6.1']);
    expectNothingLeft(lab);
  });
});

describe('the peer’s next offer (RFC 3264 §8)', () => {
  it.each([
    ['version', PEER_SDP.replace('4000', '4002')],
    ['version', next(PEER_SDP.replace('4000', '4002'), 3)],
    ['version', PEER_SDP.replace('peer 1 1', 'peer 2 2')],
    ['m-line-count', next(PEER_SDP.slice(0, PEER_SDP.indexOf('m=')))],
  ])('is reported with %s', (code, offer) => {
    const lab = createCallLab();
    const toTag = lab.answered();
    lab.peer.send({ method: 'UPDATE', cseq: 2, toTag, lines: [SDP_LINE], body: offer });
    expect(lab.session().offers.findings).toMatchObject([{ code, side: 'remote', slot: 'UPDATE' }]);
    expectNothingLeft(lab);
  });

  it('may count on from a refused offer, or from the last agreement', () => {
    for (const version of [2, 3]) {
      const lab = createCallLab();
      const toTag = lab.answered();
      const change = (cseq: number, body: string): void => {
        lab.peer.send({ method: 'UPDATE', cseq, toTag, lines: [SDP_LINE], body });
      };
      change(2, next(PEER_SDP.replace('4000', '4002')));
      lab.answer(-1, 488);
      change(3, next(PEER_SDP.replace('4000', '4004'), version));
      expect(lab.session().offers.findings).toEqual([]);
      expectNothingLeft(lab);
    }
  });
});

describe('our own next offer (RFC 3264 §8)', () => {
  it.each(['INVITE', 'UPDATE'])('is not sent by %s when it is broken, and says why', async (method) => {
    const lab = createCallLab();
    lab.dialled();
    const result = await lab.session().request(method, { body: OUR_SDP.replace('5000', '5002') });
    expect(result).toEqual({
      kind: 'not-sent',
      code: 'broken-sdp',
      message: 'version 1 of a changed description follows 1 (RFC 3264 §8)',
    });
    lab.clock.advance(0);
    expect(lab.peer.take()).toEqual([]);
    expect(lab.session().offers).toMatchObject({ state: 'stable', findings: [] });
    expectNothingLeft(lab);
  });

  it('is sent all the same on purpose, and reported', () => {
    const lab = createCallLab();
    lab.lint.stop('the version does not count on');
    lab.dialled();
    const body = OUR_SDP.replace('5000', '5002');
    lab.session().send('UPDATE', { body, isSdpUnchecked: true }, { onResult: () => undefined });
    lab.clock.advance(0);
    expect(lab.peer.lastBody).toBe(body);
    expect(lab.session().offers.findings).toMatchObject([{ code: 'version', side: 'local' }]);
    expectNothingLeft(lab);
  });

  it('takes the version after the latest when it is tried again after 491', () => {
    const lab = createCallLab();
    lab.dialled();
    const { session } = { session: lab.session() };
    session.send('UPDATE', { body: next(OUR_SDP.replace('5000', '5002')) }, { onResult: () => undefined });
    lab.clock.advance(0);
    lab.peer.respond(lab.peer.last, '491 Request Pending');
    lab.peer.send({
      method: 'UPDATE',
      callId: session.dialog.callId,
      fromTag: 'p1',
      toTag: session.dialog.localTag,
      lines: [SDP_LINE],
      body: PEER_SDP,
    });
    lab.answer(-1, 200, { body: next(OUR_SDP.replace('5000', '5004'), 3) });
    lab.clock.advance(4000);
    expect(lab.peer.lastBody).toBe(next(OUR_SDP.replace('5000', '5002'), 4));
    expectNothingLeft(lab);
  });
});

describe('offers that handlers refuse (RFC 3264 §6, §8)', () => {
  const inCall = (method: string, body: string) => {
    const { clock, agent, peer } = createAgentLab();
    const takes = { sdpProfile: 'audio-only' } as const;
    const ua = agent('10.0.0.1', compose([call({ isAccepting: true, ringMs: 0, ...takes }), update(takes)]));
    const raw = peer('10.0.0.9');
    raw.send({ method: 'INVITE', lines: [SDP_LINE], body: PEER_SDP + VIDEO });
    const toTag = ua.sessions[0]?.dialog.localTag;
    raw.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    raw.take();
    raw.send({ method, cseq: 2, toTag, lines: [SDP_LINE], body });
    const [session] = ua.sessions;
    const { last } = raw;
    const said = raw.take();
    ua.dispose();
    expect(leftOvers({ clock, ua })).toEqual([0, 0, 0, 0]);
    return { said, warning: last.first('Warning'), agreed: session?.offers.remoteSdp };
  };

  it.each(['INVITE', 'UPDATE'])(
    '%s without a media section that was there gets 488 with Warning',
    (method) => {
      const { said, warning, agreed } = inCall(method, next(PEER_SDP));
      expect(said).toEqual(['488 Not Acceptable Here']);
      expect(warning).toBe('399 10.0.0.1 "1 media sections follow 2; one is withdrawn by port 0"');
      expect(agreed).toBe(PEER_SDP + VIDEO);
    },
  );

  it.each(['INVITE', 'UPDATE'])('%s with something that is no description gets 400', (method) => {
    expect(inCall(method, 'nonsense').said).toEqual(['400 Malformed Session Description']);
  });
});
