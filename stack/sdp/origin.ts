/** Who describes a session and how often it changed: parts of `o=`. @rfc 8866 §5.2 */
export interface Origin {
  readonly sessionId: string;
  readonly version: number;
}

const ORIGIN = /^(o=\S+ (\d+) )(\d+)( .*)$/m;

/** Session id and version of a description; undefined without a usable `o=`. */
export function originOf(sdp: string | undefined): Origin | undefined {
  const [, , sessionId, version] = ORIGIN.exec(sdp ?? '') ?? [];
  return sessionId === undefined ? undefined : { sessionId, version: Number(version) };
}

/** The description with another version. */
export function withVersion(sdp: string, version: number): string {
  return sdp.replace(
    ORIGIN,
    (_line, before: string, _id, _version, after: string) => `${before}${version}${after}`,
  );
}

/**
 * A description as the next one after `previous`: the same version when nothing else differs, else one more.
 * @rfc 3264 §8
 */
export function continuing(previous: string | undefined, next: string): string {
  const origin = originOf(previous);
  if (previous === undefined || origin === undefined) return next;
  const same = withVersion(next, origin.version);
  return same === previous ? previous : withVersion(next, origin.version + 1);
}
