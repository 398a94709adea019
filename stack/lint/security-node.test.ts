import { describe, expect, it } from 'vitest';
import { nodeHashes } from '../auth/node/hashes.ts';
import { Trace } from '../testing/trace.ts';

/* Each test has a trace that breaks the rule, with what is said about which octets, and a near miss that does not. */

const CHALLENGE = 'WWW-Authenticate: Digest realm="example.com", nonce="n1", qop="auth"';
/** HA1 of alice with the password "secret", MD5, for REGISTER sip:example.com, nonce n1, nc 1, cnonce c1. */
const RESPONSE = responseOf('secret', 'REGISTER');

function responseOf(password: string, method: string): string {
  const h = (text: string): string => nodeHashes.digest('md5', text);
  return h(`${h(`alice:example.com:${password}`)}:n1:00000001:c1:auth:${h(`${method}:sip:example.com`)}`);
}

const credentials = (
  o: {
    readonly nc?: string;
    readonly nonce?: string;
    readonly response?: string;
    readonly algorithm?: string;
  } = {},
): string =>
  `Authorization: Digest username="alice", realm="example.com", nonce="${o.nonce ?? 'n1'}", uri="sip:example.com", ` +
  `algorithm=${o.algorithm ?? 'MD5'}, cnonce="c1", qop=auth, nc=${o.nc ?? '00000001'}, response="${o.response ?? RESPONSE}"`;

const challenged = (lines: readonly string[] = [CHALLENGE]): Trace =>
  new Trace().alice('REGISTER', { uri: 'sip:example.com' }).bob('401 Unauthorized', { lines });

const retry = (trace: Trace, o: Parameters<typeof credentials>[0] & { readonly cseq?: number } = {}): Trace =>
  trace.alice('REGISTER', {
    uri: 'sip:example.com',
    lines: [credentials(o)],
    ...(o.cseq === undefined ? {} : { cseq: o.cseq, branch: 'z9hG4bK-retry' }),
  });

describe('lint of authentication', () => {
  it('S1: a nonce count used twice is found, and a challenge that nobody answers is told (RFC 3261 §22.2, RFC 7616 §3.4)', () => {
    expect(retry(retry(challenged()).bob('200 OK')).remarks('S1')).toEqual([
      `remote error: The nonce count 00000001 was used before with the same nonce. <${credentials().slice('Authorization: '.length)}>`,
    ]);
    expect(retry(retry(challenged()).bob('200 OK'), { nc: '00000002' }).remarks('S1')).toEqual([]);
    expect(retry(challenged()).again(500).remarks('S1')).toEqual([]);
    expect(challenged().wait(40_000).remarks('S1')).toEqual([
      'remote info: The REGISTER that was challenged with 401 was not tried again. <SIP/2.0 401 Unauthorized>',
    ]);
    expect(retry(challenged()).wait(40_000).remarks('S1')).toEqual([]);
  });

  it('S2: a challenged ACK or CANCEL is found (RFC 3261 §22.1)', () => {
    const rung = (): Trace => new Trace().alice('INVITE').bob('180 Ringing');
    expect(
      rung()
        .alice('CANCEL')
        .bob('401 Unauthorized', { lines: [CHALLENGE] })
        .remarks('S2'),
    ).toEqual(['local error: The CANCEL was challenged with 401. <SIP/2.0 401 Unauthorized>']);
    expect(rung().alice('CANCEL').bob('200 OK').remarks('S2')).toEqual([]);
    expect(new Trace().alice('INVITE').bob('407 Proxy Authentication Required').remarks('S2')).toEqual([]);
  });

  it('S3: a client that goes on after its credentials were refused is found (RFC 7616 §3.3)', () => {
    const refused = (line = CHALLENGE): Trace =>
      retry(challenged()).bob('401 Unauthorized', { lines: [line] });
    const again = retry(refused(), { nc: '00000002' }).bob('401 Unauthorized', { lines: [CHALLENGE] });
    expect(again.remarks('S3')).toEqual([
      `remote error: The REGISTER was challenged again, and its sender had been told before that the credentials are wrong. <${CHALLENGE.slice('WWW-Authenticate: '.length)}>`,
    ]);
    expect(refused().remarks('S3')).toEqual([]);
    const stale = retry(refused(`${CHALLENGE}, stale=true`), { nc: '00000002' }).bob('401 Unauthorized', {
      lines: [CHALLENGE],
    });
    expect(stale.remarks('S3')).toEqual([]);
  });

  it('S4: a digest that the password does not lead to is found (RFC 7616 §3.4.1)', () => {
    const options = { hashes: nodeHashes, passwordOf: () => 'secret' };
    const wrong = retry(challenged(), { response: responseOf('Secret', 'REGISTER') });
    expect(wrong.remarks('S4', options)).toEqual([
      `remote error: The digest of alice is not the one that the password leads to. <${credentials({ response: responseOf('Secret', 'REGISTER') }).slice('Authorization: '.length)}>`,
    ]);
    expect(retry(challenged()).remarks('S4', options)).toEqual([]);
    expect([
      wrong.remarks('S4'),
      wrong.remarks('S4', { hashes: nodeHashes, passwordOf: () => undefined }),
    ]).toEqual([[], []]);
    expect(
      retry(challenged(), { response: responseOf('secret', 'INVITE') }).remarks('S4', options),
    ).toHaveLength(1);
  });

  it('S5: a client that leaves out the strongest challenge is found (RFC 8760 §2.4)', () => {
    const strong = CHALLENGE.replace('qop', 'algorithm=SHA-256, qop');
    expect(retry(challenged([strong, CHALLENGE])).remarks('S5')).toEqual([
      `remote warning: The credentials use MD5 although SHA-256 was offered. <${credentials().slice('Authorization: '.length)}>`,
    ]);
    expect(retry(challenged([strong, CHALLENGE]), { algorithm: 'SHA-256' }).remarks('S5')).toEqual([]);
    expect(retry(challenged([CHALLENGE, strong.replace('SHA-256', 'WHIRL')])).remarks('S5')).toEqual([]);
  });

  it('S6: a retry that keeps the CSeq number is found (RFC 3261 §22.2)', () => {
    const same = retry(challenged(), { cseq: 1 });
    expect(same.remarks('S6')).toEqual([
      'remote error: The REGISTER was tried again with credentials, but with the CSeq number 1 it had before. <CSeq: 1 REGISTER>',
    ]);
    expect(same.remarks('D2')).toEqual([]);
    expect(retry(challenged()).remarks('S6')).toEqual([]);
  });
});
