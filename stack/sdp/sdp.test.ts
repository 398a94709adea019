import fc from 'fast-check';
import { parse as oracle } from 'sdp-transform';
import { describe, expect, it } from 'vitest';
import { codecsOf } from './codecs.ts';
import { answerOffer, makeOffer } from './offer-answer.ts';
import { formatSdp, parseSdp } from './sdp.ts';
import { sdpSummary } from './summary.ts';

const LOCAL = { host: '192.0.2.1', port: 40000, sessionId: '77', version: 1 };

const OFFER = [
  'v=0',
  'o=alice 2890844526 2890844526 IN IP4 192.0.2.9',
  's=',
  'c=IN IP4 192.0.2.9',
  't=12 34',
  'm=video 51372 RTP/AVP 31',
  'm=audio 49170 RTP/AVP 97 0 8 101',
  'a=rtpmap:97 opus/48000/2',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=sendonly',
  'm=audio 49172 RTP/SAVP 0',
  '',
].join('\r\n');

const answerOf = (offer: string): readonly string[] => {
  const outcome = answerOffer(offer, LOCAL);
  return outcome.kind === 'answer' ? outcome.sdp.split('\r\n') : [outcome.reason];
};

describe('session descriptions (RFC 8866 §5, RFC 4566 §5)', () => {
  it('keep every octet', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...OFFER.split('\r\n')), fc.string()), { maxLength: 20 }),
        fc.constantFrom('\r\n', '\n', '\r', '\n\r\n'),
        (lines, ending) => {
          const text = lines.join(ending);
          const parsed = parseSdp(text);
          expect(formatSdp(parsed)).toBe(text);
          for (const line of [...parsed.session, ...parsed.media.flatMap((m) => m.lines)])
            expect(text.slice(line.start, line.end)).toBe(
              line.type === '' ? line.value : `${line.type}=${line.value}`,
            );
        },
      ),
    );
  });

  it('are read as sdp-transform reads them', () => {
    const theirs = oracle(OFFER);
    const ours = parseSdp(OFFER);
    expect(ours.media.map((m) => [m.kind, m.port, m.profile, m.formats.join(' ')])).toEqual(
      theirs.media.map((m) => [m.type, m.port, m.protocol, String(m.payloads)]),
    );
    const audio = ours.media[1];
    expect(audio && codecsOf(audio)).toEqual([
      { payloadType: '97', name: 'opus', clockRateHz: 48000, parameters: undefined },
      { payloadType: '0', name: 'PCMU', clockRateHz: 8000, parameters: undefined },
      { payloadType: '8', name: 'PCMA', clockRateHz: 8000, parameters: undefined },
      { payloadType: '101', name: 'telephone-event', clockRateHz: 8000, parameters: '0-15' },
    ]);
  });

  it('inherit the direction of the session unless a stream has its own', () => {
    const text = 'v=0\r\na=inactive\r\nm=audio 1 RTP/AVP 0\r\nm=audio 2 RTP/AVP 0\r\na=recvonly\r\n';
    expect(parseSdp(text).media.map((m) => m.direction)).toEqual(['inactive', 'recvonly']);
  });

  it('are summed up by their first live stream', () => {
    expect(sdpSummary(OFFER)).toMatchObject({
      codecs: ['H261'],
      direction: 'sendrecv',
      streams: ['video', 'audio', 'audio'],
    });
    expect(sdpSummary('m=audio 0 RTP/AVP 0\r\n')).toEqual({
      codecs: [],
      direction: 'inactive',
      streams: [],
      attributes: [],
    });
    expect(sdpSummary('no SDP at all')).toEqual({
      codecs: [],
      direction: 'inactive',
      streams: [],
      attributes: [],
    });
  });
});

describe('the codecs of a stream (RFC 8866 §5.14)', () => {
  it('takes a format that is no number by its own name, whatever that is', () => {
    const { media } = parseSdp('v=0\r\nm=audio 4000 RTP/AVP 0 constructor __proto__\r\n');
    expect(media.flatMap(codecsOf).map(({ name }) => name)).toEqual(['PCMU', 'constructor', '__proto__']);
  });
});

describe('offer and answer (RFC 3264)', () => {
  it('takes the first audio stream with a common codec and refuses the rest in their place (§6)', () => {
    expect(answerOf(OFFER)).toEqual([
      'v=0',
      'o=siphon 77 1 IN IP4 192.0.2.1',
      's=-',
      'c=IN IP4 192.0.2.1',
      't=12 34',
      'm=video 0 RTP/AVP 31',
      'm=audio 40000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=recvonly',
      'm=audio 0 RTP/SAVP 0',
      '',
    ]);
  });

  it.each([
    ['sendrecv', 'sendrecv'],
    ['sendonly', 'recvonly'],
    ['recvonly', 'sendonly'],
    ['inactive', 'inactive'],
  ] as const)('answers %s with %s (§6.1)', (offered, answered) => {
    const outcome = answerOffer(makeOffer(LOCAL, offered), LOCAL);
    expect(outcome.kind === 'answer' && outcome.direction).toBe(answered);
  });

  it('refuses an offer without a common codec, and one of nothing but events', () => {
    expect(answerOf('v=0\r\nm=audio 5 RTP/AVP 18\r\n')).toEqual([
      'no common codec: audio RTP/AVP offered, audio RTP/AVP PCMU or PCMA served',
    ]);
    expect(answerOffer('m=audio 5 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n', LOCAL).kind).toBe(
      'refused',
    );
  });

  it('agrees to an offer that withdraws every stream (§8.2)', () => {
    expect(answerOf('v=0\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n').slice(-2)).toEqual([
      'm=audio 0 RTP/AVP 0',
      '',
    ]);
  });

  it('offers what it would accept, over IPv6 too', () => {
    const offer = makeOffer({ ...LOCAL, host: '::1' });
    expect(offer).toContain('c=IN IP6 ::1\r\n');
    expect(sdpSummary(offer)).toMatchObject({
      codecs: ['PCMU', 'PCMA', 'telephone-event'],
      direction: 'sendrecv',
      streams: ['audio'],
    });
    expect(answerOffer(offer, LOCAL).kind).toBe('answer');
  });

  it('answers whatever comes without an exception', () => {
    fc.assert(
      fc.property(fc.string(), (text) => ['answer', 'refused'].includes(answerOffer(text, LOCAL).kind)),
    );
  });
});
