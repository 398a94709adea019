import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkAnswer, checkNext } from './check.ts';
import { hold, resume } from './hold.ts';
import { answerOffer, makeOffer } from './offer-answer.ts';
import { continuing, originOf } from './origin.ts';
import { formatSdp, parseSdp } from './sdp.ts';
import { sdpSummary } from './summary.ts';

/*
 * Verified: what one description owes to the one before it: answers, holds, versions, and that nothing of a description gets lost.
 * Not here: in which message a description may stand (agent/offer-answer.test.ts).
 */

const LOCAL = { host: '192.0.2.1', port: 40_000, sessionId: '7', version: 3 };

const sdp = (...media: readonly string[]): string =>
  ['v=0', 'o=a 7 3 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', ...media, ''].join('\r\n');

const AUDIO = ['m=audio 4000 RTP/AVP 0 8', 'a=sendrecv'];
const VIDEO = ['m=video 4002 RTP/AVP 31'];

const answer = (offer: string): string => {
  const outcome = answerOffer(offer, LOCAL);
  if (outcome.kind !== 'answer') throw new Error(outcome.reason);
  return outcome.sdp;
};

const ports = (text: string): readonly string[] => parseSdp(text).media.map((m) => `${m.kind} ${m.port}`);
const codes = (found: readonly { readonly code: string }[]): readonly string[] => found.map((f) => f.code);

describe('answering an offer (RFC 3264 §6)', () => {
  it('mistake 15: takes one of several like streams and refuses the others in their place', () => {
    expect(ports(answer(sdp(...AUDIO, ...VIDEO, ...AUDIO)))).toEqual(['audio 40000', 'video 0', 'audio 0']);
  });

  it('takes nothing that is offered with port 0', () => {
    expect(ports(answer(sdp('m=audio 0 RTP/AVP 0', ...AUDIO)))).toEqual(['audio 0', 'audio 40000']);
    expect(ports(answer(sdp('m=audio 0 RTP/AVP 0')))).toEqual(['audio 0']);
  });

  it('refuses an offer without a stream for us, and says what was offered', () => {
    expect(answerOffer(sdp(...VIDEO), LOCAL)).toMatchObject({
      kind: 'refused',
      reason: 'no common codec: video RTP/AVP offered, audio RTP/AVP PCMU or PCMA served',
    });
    expect(answerOffer(sdp('m=audio 4000 RTP/SAVP 0', 'a=crypto:1 A B'), LOCAL)).toMatchObject({
      kind: 'refused',
    });
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ])('answers %s with %s (§6.1)', (offered, expected) => {
    const made = answer(sdp('m=audio 4000 RTP/AVP 0', `a=${offered}`));
    expect(parseSdp(made).media[0]?.direction).toBe(expected);
  });

  it('is right by its own rules for any offer it takes', () => {
    const section = fc
      .tuple(
        fc.constantFrom('audio', 'video'),
        fc.constantFrom('0', '4000'),
        fc.constantFrom('RTP/AVP', 'RTP/SAVP'),
        fc.constantFrom('0', '8 0 101', '31', '96'),
        fc.constantFrom('sendrecv', 'sendonly', 'recvonly', 'inactive'),
      )
      .map(([kind, port, profile, formats, direction]) => [
        `m=${kind} ${port} ${profile} ${formats}`,
        `a=${direction}`,
      ]);
    fc.assert(
      fc.property(fc.array(section, { maxLength: 5 }), (sections) => {
        const offer = sdp(...sections.flat());
        const outcome = answerOffer(offer, LOCAL);
        if (outcome.kind === 'answer') expect(checkAnswer(offer, outcome.sdp)).toEqual([]);
      }),
    );
  });
});

describe('checking an answer (RFC 3264 §6)', () => {
  it.each([
    ['m-line-count', sdp(...AUDIO, ...VIDEO), sdp(...AUDIO)],
    ['m-line-changed', sdp(...AUDIO, ...VIDEO), sdp(...VIDEO, ...AUDIO)],
    ['refused-taken', sdp('m=audio 0 RTP/AVP 0'), sdp('m=audio 1 RTP/AVP 0')],
    ['payload-type', sdp(...AUDIO), sdp('m=audio 1 RTP/AVP 18')],
    ['direction', sdp('m=audio 1 RTP/AVP 0', 'a=sendonly'), sdp('m=audio 1 RTP/AVP 0', 'a=sendrecv')],
  ])('finds %s', (code, offer, given) => {
    expect(codes(checkAnswer(offer, given))).toContain(code);
  });

  it('finds nothing in a good one', () => {
    expect(checkAnswer(sdp(...AUDIO), sdp('m=audio 6000 RTP/AVP 8', 'a=recvonly'))).toEqual([]);
  });
});

describe('the next description of one side (RFC 3264 §8)', () => {
  it('counts the version on when something changed, and only then', () => {
    const before = sdp(...AUDIO);
    expect(continuing(before, sdp(...AUDIO))).toBe(before);
    expect(originOf(continuing(before, sdp(...VIDEO)))).toEqual({ sessionId: '7', version: 4 });
    expect(continuing(undefined, before)).toBe(before);
    expect(continuing('no description', before)).toBe(before);
  });

  it.each([
    ['m-line-count', sdp(...AUDIO).replace('7 3', '7 4')],
    ['version', sdp(...AUDIO, ...VIDEO).replace('7 3', '7 5')],
    ['version', sdp(...AUDIO, ...VIDEO, 'a=x').replace('7 3', '7 5')],
    ['version', sdp(...AUDIO, ...VIDEO, 'a=x')],
    ['version', sdp(...AUDIO, ...VIDEO, 'a=x').replace('7 3', '8 4')],
  ])('has %s found in it', (code, next) => {
    expect(codes(checkNext(sdp(...AUDIO, ...VIDEO), next))).toContain(code);
  });

  it('keeps its sections in their places when it is a new offer', () => {
    const next = makeOffer(LOCAL, 'sendrecv', sdp(...VIDEO, ...AUDIO, ...AUDIO));
    expect(ports(next)).toEqual(['video 0', 'audio 40000', 'audio 0']);
    expect(ports(makeOffer(LOCAL, 'sendrecv', sdp(...VIDEO)))).toEqual(['video 0', 'audio 40000']);
  });
});

describe('hold and resume (RFC 3264 §8.4)', () => {
  const directions = (text: string): readonly string[] => parseSdp(text).media.map((m) => m.direction);
  const MIXED = sdp(
    'm=audio 1 RTP/AVP 0',
    'm=audio 2 RTP/AVP 0',
    'a=recvonly',
    'm=audio 0 RTP/AVP 0',
    'm=audio 3 RTP/AVP 0',
    'a=inactive',
  );

  it('stop and start taking media, leave refused streams and all other lines alone', () => {
    const held = hold(MIXED);
    expect(directions(held)).toEqual(['sendonly', 'inactive', 'sendrecv', 'inactive']);
    expect(originOf(held)?.version).toBe(4);
    expect(directions(resume(held))).toEqual(['sendrecv', 'recvonly', 'sendrecv', 'recvonly']);
    expect(originOf(resume(held))?.version).toBe(5);
  });

  it('change nothing twice, version included', () => {
    const held = hold(MIXED);
    expect(hold(held)).toBe(held);
    const resumed = resume(held);
    expect(resume(resumed)).toBe(resumed);
  });

  it('overrule the direction of the session', () => {
    const text = sdp().replace('t=0 0', 't=0 0\r\na=sendrecv') + 'm=audio 1 RTP/AVP 0';
    expect(directions(hold(text))).toEqual(['sendonly']);
    expect(hold(text)).toContain('m=audio 1 RTP/AVP 0\r\na=sendonly\r\n');
  });
});

describe('attributes (RFC 8866 §6, RFC 3605 §2.1, RFC 4145 §4, RFC 4568 §4, RFC 5763 §5, RFC 8839 §5)', () => {
  const LINES = [
    'm=audio 4000 UDP/TLS/RTP/SAVPF 0',
    'a=rtcp:4001 IN IP4 192.0.2.9',
    'a=setup:actpass',
    'a=connection:new',
    'a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:abc',
    'a=fingerprint:sha-256 AA:BB',
    'a=ice-ufrag:xyz',
    'a=ice-pwd:secret',
    'a=candidate:1 1 UDP 2130706431 192.0.2.9 4000 typ host',
    'a=rtcp-mux',
    'a=x-own:thing',
  ];

  it('are all kept, and listed with what they mean', () => {
    const text = sdp(...LINES);
    expect(formatSdp(parseSdp(text))).toBe(text);
    const { attributes } = sdpSummary(text);
    expect(attributes).toHaveLength(LINES.length - 1);
    expect(attributes[0]).toEqual({
      section: 0,
      name: 'rtcp',
      value: '4001 IN IP4 192.0.2.9',
      meaning: 'where RTCP goes',
      rfc: 'RFC 3605',
    });
    expect(attributes.filter((a) => a.meaning === undefined).map((a) => a.name)).toEqual(['x-own']);
    expect(attributes.find((a) => a.name === 'rtcp-mux')?.value).toBeUndefined();
    expect(formatSdp(parseSdp(hold(text)))).toContain(LINES.slice(1).join('\r\n'));
  });
});
