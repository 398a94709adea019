import { codecsOf } from './codecs.ts';
import { originOf, withVersion } from './origin.ts';
import { parseSdp, type Direction, type MediaSection } from './sdp.ts';

/** Something in a description that does not fit the one it belongs to. */
export interface SdpFinding {
  readonly code:
    'm-line-count' | 'm-line-changed' | 'refused-taken' | 'payload-type' | 'direction' | 'version';
  /** One sentence. */
  readonly message: string;
  /** `RFC 3264 §6` */
  readonly rfc: string;
  /** Index of the media section; undefined: the description as a whole. */
  readonly section: number | undefined;
}

/** What may answer each direction. @rfc 3264 §6.1 */
const ANSWERS: Readonly<Record<Direction, readonly Direction[]>> = {
  sendrecv: ['sendrecv', 'sendonly', 'recvonly', 'inactive'],
  sendonly: ['recvonly', 'inactive'],
  recvonly: ['sendonly', 'inactive'],
  inactive: ['inactive'],
};

/** What is wrong with an answer, by its offer. @rfc 3264 §6 */
export function checkAnswer(offer: string, answer: string): readonly SdpFinding[] {
  const offered = parseSdp(offer).media;
  const answered = parseSdp(answer).media;
  const found: SdpFinding[] = [];
  if (offered.length !== answered.length) {
    const message = `the answer has ${answered.length} media sections, the offer ${offered.length}`;
    found.push({ code: 'm-line-count', message, rfc: 'RFC 3264 §6', section: undefined });
  }
  offered.forEach((theirs, section) => {
    const ours = answered[section];
    if (ours !== undefined) found.push(...checkSection(theirs, ours, section));
  });
  return found;
}

function checkSection(offer: MediaSection, answer: MediaSection, section: number): readonly SdpFinding[] {
  const finding = (code: SdpFinding['code'], message: string, rfc: string): readonly SdpFinding[] => [
    { code, message, rfc, section },
  ];
  if (offer.kind !== answer.kind || offer.profile !== answer.profile) {
    const message = `${answer.kind} ${answer.profile} answers ${offer.kind} ${offer.profile}`;
    return finding('m-line-changed', message, 'RFC 3264 §6');
  }
  if (answer.port === 0) return [];
  if (offer.port === 0)
    return finding('refused-taken', 'a stream offered with port 0 is taken', 'RFC 3264 §6');
  const found: SdpFinding[] = [];
  if (!ANSWERS[offer.direction].includes(answer.direction)) {
    const message = `${answer.direction} answers ${offer.direction}`;
    found.push(...finding('direction', message, 'RFC 3264 §6.1'));
  }
  const known = new Set(codecsOf(offer).map((c) => c.name.toUpperCase()));
  const strange = codecsOf(answer).filter((c) => !known.has(c.name.toUpperCase()));
  if (strange.length > 0) {
    const message = `not in the offer: ${strange.map((c) => c.name).join(', ')}`;
    found.push(...finding('payload-type', message, 'RFC 3264 §6.1'));
  }
  return found;
}

/** What is wrong with a description of one side, by the one before it of the same side. @rfc 3264 §8 */
export function checkNext(previous: string, next: string): readonly SdpFinding[] {
  const found: SdpFinding[] = [];
  const before = parseSdp(previous).media;
  const after = parseSdp(next).media;
  if (after.length < before.length) {
    const message = `${after.length} media sections follow ${before.length}; one is withdrawn by port 0`;
    found.push({ code: 'm-line-count', message, rfc: 'RFC 3264 §8', section: undefined });
  }
  const version = versionProblem(previous, next);
  if (version !== undefined)
    found.push({ code: 'version', message: version, rfc: 'RFC 3264 §8', section: undefined });
  return found;
}

function versionProblem(previous: string, next: string): string | undefined {
  const was = originOf(previous);
  const is = originOf(next);
  if (was === undefined || is === undefined) return undefined;
  if (was.sessionId !== is.sessionId) return 'another session id';
  // A new version of an unchanged description is odd, but not forbidden.
  if (is.version === was.version + 1) return undefined;
  const isSame = withVersion(next, was.version) === previous;
  if (isSame && is.version === was.version) return undefined;
  return `version ${is.version} of ${isSame ? 'an unchanged' : 'a changed'} description follows ${was.version}`;
}
