import { describe, expect, it } from 'vitest';
import { ALICE, BOB, Trace, sdpOf } from '../testing/trace.ts';

/*
 * Each test has a trace that breaks the rule, with what is said about which octets, and a near miss that does not.
 * Alice calls bob; the traffic is bob's unless said otherwise.
 */

const bobs = (o: Parameters<typeof sdpOf>[0] = {}): string => sdpOf({ host: BOB.host, ...o });

const call = (offer = sdpOf(), answer = bobs(), vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage).alice('INVITE', { sdp: offer }).bob('200 OK', { sdp: answer }).alice('ACK');

const EVENTS = (type: number): readonly string[] => [`a=rtpmap:${type} telephone-event/8000`];

describe('lint of offers and answers', () => {
  it('O1: an answer without offer and a second offer are found (RFC 3264 §4, RFC 6337 §2)', () => {
    const stray = new Trace()
      .alice('INVITE', { sdp: sdpOf() })
      .bob('200 OK', { sdp: bobs() })
      .alice('ACK', { sdp: sdpOf() });
    expect(stray.remarks('O1')).toEqual([
      `remote error: The ACK carries an answer, but no offer is open. <${sdpOf()}>`,
    ]);
    expect(call().alice('UPDATE').bob('200 OK', { sdp: bobs() }).remarks('O1')).toHaveLength(1);
    const second = { sdp: sdpOf({ version: 2 }) };
    const twice = call()
      .alice('INVITE', second)
      .alice('UPDATE', { sdp: sdpOf({ version: 3 }) });
    expect(twice.remarks('O1')).toEqual([
      `remote error: The UPDATE carries an offer while another one is open. <${sdpOf({ version: 3 })}>`,
    ]);
    expect(
      call()
        .alice('INVITE', second)
        .bob('UPDATE', { sdp: bobs({ version: 2 }) })
        .remarks('O1'),
    ).toHaveLength(1);
    // Offers may cross on the way; a refused one is done; and a late offer is answered in the ACK.
    const crossed = call()
      .bob('INVITE', { sdp: bobs({ version: 2 }) })
      .alice('INVITE', second);
    const refused = call().alice('INVITE', second).bob('488 No').alice('UPDATE', second);
    const late = new Trace().alice('INVITE').bob('200 OK', { sdp: bobs() }).alice('ACK', { sdp: sdpOf() });
    expect([crossed.remarks('O1'), refused.remarks('O1'), late.remarks('O1')]).toEqual([[], [], []]);
  });

  it('O1: an offer whose 2xx has no answer is over; and recordings may begin inside of a dialog (RFC 3264 §4)', () => {
    const second = { sdp: sdpOf({ version: 2 }) };
    const unanswered = new Trace().alice('INVITE', { sdp: sdpOf() }).bob('200 OK').alice('ACK');
    expect(unanswered.alice('UPDATE', second).remarks('O1')).toEqual([]);
    const inside = new Trace().alice('UPDATE', { ...second, toTag: 'tag-b' }).bob('200 OK', { sdp: bobs() });
    expect(inside.remarks('O1')).toEqual([]);
  });

  it('O1: answers in reliable provisional responses, and their repetition in the 2xx, are no mistake (RFC 3262 §5)', () => {
    const reliable = { sdp: bobs(), lines: ['Require: 100rel', 'RSeq: 1'] };
    const prack = { lines: ['RAck: 1 1 INVITE'] };
    const early = new Trace()
      .alice('INVITE', { sdp: sdpOf() })
      .bob('183 Progress', reliable)
      .alice('PRACK', prack)
      .bob('200 OK')
      .bob('200 OK', { sdp: bobs(), answers: 'INVITE' })
      .alice('ACK');
    expect(early.findings()).toEqual([]);
    const offered = new Trace()
      .alice('INVITE')
      .bob('183 Progress', reliable)
      .alice('PRACK', { ...prack, sdp: sdpOf() });
    expect(offered.bob('200 OK').bob('200 OK', { answers: 'INVITE' }).alice('ACK').remarks('O1')).toEqual([]);
  });

  it('O2: streams that vanish or change their order are found (RFC 3264 §6, §8)', () => {
    const video = ['m=video 4002 RTP/AVP 31'];
    expect(call(sdpOf({ more: video })).remarks('O2')).toEqual([
      'local error: The SDP has 1 stream, the offer 2 streams. <' + bobs() + '>',
    ]);
    const swapped = bobs({ more: video }).replace(/(m=audio.*)\r\n(m=video.*)/, '$2\r\n$1');
    expect(call(sdpOf({ more: video }), swapped).remarks('O2')).toEqual([
      'local error: Stream 1 is video, in the offer it is audio. <m=video 4002 RTP/AVP 31>',
    ]);
    const both = call(sdpOf({ more: video }), bobs({ more: video }));
    expect(both.alice('INVITE', { sdp: sdpOf({ version: 2 }) }).remarks('O2')).toHaveLength(1);
    const added = call()
      .alice('INVITE', { sdp: sdpOf({ version: 2, more: video }) })
      .bob('200 OK', { sdp: bobs({ version: 2, more: ['m=video 0 RTP/AVP 31'] }) });
    expect(added.remarks('O2')).toEqual([]);
  });

  it('O3: an answer without any offered format is found (RFC 3264 §6.1)', () => {
    expect(call(sdpOf(), bobs({ formats: '9 18' })).remarks('O3')).toEqual([
      'local error: None of the formats 9 18 was offered for audio. <m=audio 4000 RTP/AVP 9 18>',
    ]);
    expect(call(sdpOf(), bobs({ formats: '0 18' })).remarks('O3')).toEqual([
      'local info: The audio formats 18 of the answer were not offered. <m=audio 4000 RTP/AVP 0 18>',
    ]);
    expect(call(sdpOf(), bobs({ formats: '8' })).remarks('O3')).toEqual([]);
    expect(call(sdpOf(), bobs({ formats: '9', port: 0 })).remarks('O3')).toEqual([]);
  });

  it('O4: a changed description whose version does not rise by one is found (RFC 3264 §8)', () => {
    const changed = (version: number): Trace =>
      call().alice('INVITE', { sdp: sdpOf({ version, port: 4444 }) });
    expect(changed(1).remarks('O4')).toEqual([
      'remote error: The description changed, but its version went from 1 to 1. <o=- 1 1 IN IP4 10.0.0.1>',
    ]);
    expect(changed(3).remarks('O4')).toHaveLength(1);
    const other = call().alice('INVITE', { sdp: sdpOf({ version: 2 }).replace('o=- 1', 'o=- 2') });
    expect(other.remarks('O4')).toEqual([
      'remote error: The o= line names another session than the description before. <o=- 2 2 IN IP4 10.0.0.1>',
    ]);
    expect([changed(2).remarks('O4'), call().alice('INVITE', { sdp: sdpOf() }).remarks('O4')]).toEqual([
      [],
      [],
    ]);
  });

  it('O5: a direction that the offer does not allow is found (RFC 3264 §6.1)', () => {
    const answer = (offered: string, answered: string): Trace =>
      call(sdpOf({ lines: [`a=${offered}`] }), bobs({ lines: [`a=${answered}`] }));
    expect(answer('sendonly', 'sendrecv').remarks('O5')).toEqual([
      'local error: The audio stream offered as sendonly was answered sendrecv. <a=sendrecv>',
    ]);
    expect(answer('inactive', 'recvonly').remarks('O5')).toHaveLength(1);
    for (const [offered, answered] of [
      ['sendonly', 'recvonly'],
      ['recvonly', 'inactive'],
      ['sendrecv', 'sendonly'],
    ] as const)
      expect(answer(offered, answered).remarks('O5')).toEqual([]);
  });

  it('O6: RTP that was not agreed on is found (RFC 3264 §5.1)', () => {
    const talk = (): Trace => call(sdpOf({ lines: ['a=ssrc:77 cname:alice'] }), bobs({ port: 6000 }));
    const packet = {
      atMs: 1000,
      from: { ...ALICE, port: 4000 },
      to: { ...BOB, port: 6000 },
      ssrc: 77,
      payloadType: 0,
    };
    const heard = (o: Partial<typeof packet>): readonly string[] =>
      talk().remarks('O6', { rtp: [{ ...packet, ...o }] });
    expect(heard({ from: { ...ALICE, port: 4100 } })).toEqual([
      'remote warning: RTP comes from port 4100, the SDP of its sender says 4000. <m=audio 4000 RTP/AVP 0 8>',
    ]);
    expect(heard({ payloadType: 18 })).toEqual([
      'local warning: RTP of payload type 18 came, which 10.0.0.2:6000 did not ask for. <m=audio 6000 RTP/AVP 0 8>',
    ]);
    expect(heard({ ssrc: 5 })).toHaveLength(1);
    expect([heard({}), heard({ payloadType: 8 }), heard({ to: { ...BOB, port: 9 } })]).toEqual([[], [], []]);
  });

  it('O7: keys for SRTP offered with a plain profile are found (RFC 4568 §6)', () => {
    const key = ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc'];
    expect(call(sdpOf({ lines: key })).remarks('O7')).toEqual([
      'remote warning: The stream offers keys for SRTP, but its profile is RTP/AVP. <m=audio 4000 RTP/AVP 0 8>',
    ]);
    expect(call(sdpOf({ lines: key, profile: 'RTP/SAVP' })).remarks('O7')).toEqual([]);
    expect(call().remarks('O7')).toEqual([]);
  });

  it('O8: telephone-event under two numbers is found (RFC 3264 §6.1)', () => {
    const offer = sdpOf({ formats: '0 101', lines: EVENTS(101) });
    expect(call(offer, bobs({ formats: '0 96', lines: EVENTS(96) })).remarks('O8')).toEqual([
      'local warning: The answer numbers telephone-event 96, the offer 101. <a=rtpmap:96 telephone-event/8000>',
    ]);
    expect(call(offer, bobs({ formats: '0 101', lines: EVENTS(101) })).remarks('O8')).toEqual([]);
    expect(call(offer).remarks('O8')).toEqual([]);
  });
});
