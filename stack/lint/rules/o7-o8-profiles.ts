import { codecsOf } from '../../sdp/codecs.ts';
import type { MediaSection } from '../../sdp/sdp.ts';
import type { Rule } from '../rule.ts';
import { sdpLine } from '../spans.ts';

const isKey = (value: string): boolean => value.startsWith('crypto:') || value.startsWith('fingerprint:');

const O7: Rule = {
  id: 'O7',
  title: 'SRTP is offered with a secure profile.',
  severity: 'warning',
  rfc: 'RFC 4568 §6, RFC 5764 §8',
  advice:
    'Offer keys with RTP/SAVP or UDP/TLS/RTP/SAVP; RTP/AVP with keys is understood only by peers that know opportunistic SRTP (RFC 8643).',
  check: ({ seen, isRepeat, isRelay, sdpRole }, report) => {
    if (isRepeat || isRelay || sdpRole?.kind !== 'offer') return;
    for (const { lines, profile, port } of seen.sdp?.media ?? []) {
      if (port === 0 || (profile !== 'RTP/AVP' && profile !== 'RTP/AVPF')) continue;
      const key = lines.find((l) => l.type === 'a' && isKey(l.value));
      if (key !== undefined)
        report({
          message: `The stream offers keys for SRTP, but its profile is ${profile}.`,
          span: sdpLine(seen, lines[0]),
        });
    }
  },
};

/** The payload type of telephone-event with its clock rate. */
function eventsOf(section: MediaSection | undefined): ReadonlyMap<number, string> {
  const codecs = section === undefined ? [] : codecsOf(section);
  return new Map(
    codecs
      .filter((c) => c.name.toLowerCase() === 'telephone-event')
      .map((c) => [c.clockRateHz, c.payloadType]),
  );
}

const O8: Rule = {
  id: 'O8',
  title: 'Both sides number telephone-event alike.',
  severity: 'warning',
  rfc: 'RFC 3264 §6.1, RFC 4733 §2.5.1.2',
  advice:
    'Answer telephone-event with the payload type of the offer: many peers send DTMF with their own number and hear only that.',
  check: ({ seen, isRepeat, isRelay, sdpRole }, report) => {
    if (isRepeat || isRelay || sdpRole?.kind !== 'answer') return;
    const { offer } = sdpRole;
    for (const [i, section] of (seen.sdp?.media ?? []).entries()) {
      const offered = eventsOf(offer.sdp?.media[i]);
      for (const [rate, type] of eventsOf(section)) {
        const expected = offered.get(rate);
        if (expected === undefined || expected === type) continue;
        const line = section.lines.find((l) => l.type === 'a' && l.value.startsWith(`rtpmap:${type} `));
        report({
          message: `The answer numbers telephone-event ${type}, the offer ${expected}.`,
          span: sdpLine(seen, line ?? section.lines[0]),
          relatedTo: offer,
        });
      }
    }
  },
};

export const PROFILE_RULES: readonly Rule[] = [O7, O8];
