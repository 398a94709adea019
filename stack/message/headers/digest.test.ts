import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../testing/header-lines.ts';
import { quote } from '../chars.ts';
import { type AuthHeader, authenticationInfo, challenges, credentials } from './digest.ts';

const plain = (headers: readonly AuthHeader[]): unknown =>
  headers.map(({ scheme, params, token68 }) => [scheme, Object.fromEntries(params), token68]);

const challenged = (...values: readonly string[]): unknown =>
  plain(challenges(withHeaders(...values.map((v) => `WWW-Authenticate: ${v}`)), 'WWW-Authenticate'));

const authorized = (value: string): unknown =>
  plain(credentials(withHeaders(`Authorization: ${value}`), 'Authorization'));

describe('challenges (RFC 3261 §20.44, RFC 7616 §3.3)', () => {
  it('RFC 3261 §20.44: reads the challenge of the RFC, quotes removed', () => {
    expect(
      challenged(
        'Digest realm="atlanta.com",\r\n domain="sip:boxesbybob.com", qop="auth,auth-int",\r\n nonce="f84f1cec41e6cbe5aea9c8e88d359", opaque="", stale=FALSE, algorithm=MD5',
      ),
    ).toEqual([
      [
        'digest',
        {
          realm: 'atlanta.com',
          domain: 'sip:boxesbybob.com',
          qop: 'auth,auth-int',
          nonce: 'f84f1cec41e6cbe5aea9c8e88d359',
          opaque: '',
          stale: 'FALSE',
          algorithm: 'MD5',
        },
        undefined,
      ],
    ]);
  });

  it('RFC 8760 §2.4: keeps several challenges in their order', () => {
    expect(challenged('Digest realm="a", algorithm=SHA-256', 'digest REALM="a",algorithm=MD5')).toEqual([
      ['digest', { realm: 'a', algorithm: 'SHA-256' }, undefined],
      ['digest', { realm: 'a', algorithm: 'MD5' }, undefined],
    ]);
  });

  it('RFC 7235 §4.1: takes several challenges in one line apart', () => {
    expect(challenged('Digest realm="a,b", nonce=x, Basic realm="c", Negotiate')).toEqual([
      ['digest', { realm: 'a,b', nonce: 'x' }, undefined],
      ['basic', { realm: 'c' }, undefined],
      ['negotiate', {}, undefined],
    ]);
  });

  it('RFC 3261 §25.1: allows white space and folds around signs, escapes in quotes, empty elements', () => {
    expect(challenged('Digest\r\n\trealm = "a \\"b\\" \\\\" ,, nonce\r\n =\r\n "n"')).toEqual([
      ['digest', { realm: 'a "b" \\', nonce: 'n' }, undefined],
    ]);
  });

  it.each([
    ['no scheme', '"Digest" realm="a"'],
    ['no value', 'Digest realm=, nonce=a'],
    ['no equals sign', 'Digest realm "a"'],
    ['an open quote', 'Digest realm="a'],
    ['something between parameters', 'Digest realm="a" nonce="b"'],
    ['a parameter twice', 'Digest realm="a", Realm="b"'],
  ])('RFC 3261 §25.1: leaves out a challenge with %s', (_, value) => {
    expect(challenged(value, 'Digest realm="good"')).toEqual([['digest', { realm: 'good' }, undefined]]);
  });

  it('RFC 3261 §22.3: reads Proxy-Authenticate by its own name', () => {
    const message = withHeaders('Proxy-Authenticate: Digest realm="p"');
    expect(plain(challenges(message, 'Proxy-Authenticate'))).toEqual([['digest', { realm: 'p' }, undefined]]);
    expect(challenges(message, 'WWW-Authenticate')).toEqual([]);
  });
});

describe('credentials (RFC 3261 §20.7, RFC 7616 §3.4)', () => {
  it('RFC 3261 §20.7: reads the credentials of the RFC', () => {
    expect(
      authorized(
        'Digest username="Alice", realm="atlanta.com", nonce="84a4cc6f3082121f32b42a2187831a9e", response="7587245234b3434cc3412213e5f113a5432"',
      ),
    ).toEqual([
      [
        'digest',
        {
          username: 'Alice',
          realm: 'atlanta.com',
          nonce: '84a4cc6f3082121f32b42a2187831a9e',
          response: '7587245234b3434cc3412213e5f113a5432',
        },
        undefined,
      ],
    ]);
  });

  it('RFC 7616 §3.4: reads username* as it stands, nc, and a userhash', () => {
    expect(authorized("Digest username*=UTF-8''J%C3%A4s%C3%B8n, nc=00000001, userhash=true")).toEqual([
      ['digest', { 'username*': "UTF-8''J%C3%A4s%C3%B8n", nc: '00000001', userhash: 'true' }, undefined],
    ]);
  });

  it('RFC 7617 §2: reads Basic credentials', () => {
    expect(authorized('Basic dXNlcjpwYXNz/+=')).toEqual([['basic', {}, 'dXNlcjpwYXNz/+=']]);
  });

  it('RFC 4475 §3.3.7: reads a scheme nobody knows', () => {
    expect(authorized('NoOneKnowsThisScheme opaque-data=here')).toEqual([
      ['nooneknowsthisscheme', { 'opaque-data': 'here' }, undefined],
    ]);
  });

  it('RFC 3261 §22.3: keeps the credentials of every realm', () => {
    const message = withHeaders(
      'Proxy-Authorization: Digest realm="a"',
      'Proxy-Authorization: Digest realm="b"',
    );
    expect(credentials(message, 'Proxy-Authorization').map((c) => c.params.get('realm'))).toEqual(['a', 'b']);
  });
});

describe('Authentication-Info (RFC 3261 §20.6, RFC 7616 §3.5)', () => {
  it('RFC 7616 §3.5: reads nextnonce, qop, rspauth, cnonce and nc', () => {
    const info = authenticationInfo(
      withHeaders('Authentication-Info: nextnonce="47364c23", qop=auth, rspauth="", cnonce="c", nc=00000001'),
    );
    expect(Object.fromEntries(info ?? [])).toEqual({
      nextnonce: '47364c23',
      qop: 'auth',
      rspauth: '',
      cnonce: 'c',
      nc: '00000001',
    });
  });

  it.each([[''], ['nextnonce'], ['nextnonce="a" qop=auth'], ['Digest nextnonce="a"']])(
    'RFC 7616 §3.5: %j is malformed',
    (value) => {
      expect(authenticationInfo(withHeaders(`Authentication-Info: ${value}`))).toBeUndefined();
    },
  );
});

it('RFC 7616 §3.4: reads back every parameter as it was written, quoted or not', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9*-]{0,11}$/);
  const value = fc
    .string({ unit: 'binary-ascii', maxLength: 12 })
    .map((text) => text.replace(/[\r\n]/g, ' '));
  const gap = fc.constantFrom(',', ', ', ' ,\r\n ', ',\t');
  fc.assert(
    fc.property(fc.dictionary(name, value, { minKeys: 1 }), gap, fc.boolean(), (params, between, mayBare) => {
      const written = Object.entries(params).map(([key, text]) => {
        const isBare = mayBare && /^[A-Za-z0-9.-]+$/.test(text);
        return `${key}=${isBare ? text : quote(text)}`;
      });
      const message = withHeaders(`Authorization: Digest ${written.join(between)}`);
      const [read] = credentials(message, 'Authorization');
      expect(Object.fromEntries(read?.params ?? [])).toEqual(params);
    }),
  );
});
