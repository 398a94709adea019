import { describe, expect, it } from 'vitest';
import { encodeText } from '../../message/octets.ts';
import { ALGORITHMS, algorithmOf } from '../algorithms.ts';
import { digestResponse, ha1Of, userHash } from '../digest.ts';
import { nodeHashes } from './hashes.ts';

/* Verified: the computation of responses against the examples of the RFCs, and the hash functions against theirs. */

const MUFASA = { username: 'Mufasa', realm: 'http-auth@example.org' };
const JASON = { username: encodeText('Jäsøn Doe'), realm: 'api@example.org' };

const algorithm = (token: string) => algorithmOf(token) ?? ALGORITHMS[0];

const responseOf = (
  token: string,
  principal: typeof MUFASA,
  password: string,
  rest: Omit<Parameters<typeof digestResponse>[1], 'algorithm' | 'ha1'>,
): string | undefined => {
  const found = algorithm(token);
  const ha1 = found && ha1Of(nodeHashes, found.hash, principal, { password });
  return found && ha1 && digestResponse(nodeHashes, { algorithm: found, ha1, ...rest });
};

describe('digest responses (RFC 7616 §3.4.1)', () => {
  const request = {
    method: 'GET',
    uri: '/dir/index.html',
    nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    nc: '00000001',
    qop: 'auth',
    body: '',
  } as const;

  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])('%s gives the value of RFC 7616 §3.9.1', (token, expected) => {
    expect(responseOf(token, MUFASA, 'Circle of Life', request)).toBe(expected);
  });

  it('SHA-512-256 and userhash give the values of RFC 7616 §3.9.2 as corrected by erratum 4897', () => {
    const response = responseOf('SHA-512-256', JASON, 'Secret, or not?', {
      method: 'GET',
      uri: '/doe.json',
      nonce: '5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK',
      cnonce: 'NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v',
      nc: '00000001',
      qop: 'auth',
      body: '',
    });
    expect(response).toBe('3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5');
    expect(userHash(nodeHashes, 'sha-512-256', JASON)).toBe(
      '793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b',
    );
  });

  it('MD5 gives the value of RFC 2617 §3.5', () => {
    const response = responseOf(
      'MD5',
      { username: 'Mufasa', realm: 'testrealm@host.com' },
      'Circle Of Life',
      { ...request, nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093', cnonce: '0a4f113b' },
    );
    expect(response).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('without qop it is the one of RFC 2069 §2.4 as corrected by its erratum 749', () => {
    const response = responseOf('MD5', { username: 'Mufasa', realm: 'testrealm@host.com' }, 'CircleOfLife', {
      ...request,
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      qop: undefined,
    });
    expect(response).toBe('1949323746fe6a43ef61f9606e7febea');
  });

  it('auth-int covers the body, auth does not', () => {
    const of = (qop: 'auth' | 'auth-int', body: string) =>
      responseOf('SHA-256', MUFASA, 'Circle of Life', { ...request, qop, body });
    expect(of('auth-int', 'a')).not.toBe(of('auth-int', 'b'));
    expect(of('auth', 'a')).toBe(of('auth', 'b'));
  });

  it('the key of a -sess algorithm covers nonce and cnonce (§3.4.2)', () => {
    const ha1 = nodeHashes.digest('md5', 'Mufasa:http-auth@example.org:Circle of Life');
    const key = nodeHashes.digest('md5', `${ha1}:${request.nonce}:${request.cnonce}`);
    const ha2 = nodeHashes.digest('md5', 'GET:/dir/index.html');
    expect(responseOf('MD5-sess', MUFASA, 'Circle of Life', request)).toBe(
      nodeHashes.digest('md5', `${key}:${request.nonce}:00000001:${request.cnonce}:auth:${ha2}`),
    );
  });

  it('a stored hash stands for the password', () => {
    const ha1 = { md5: '939E7578ED9E3C518A452ACEE763BCE9' };
    expect(ha1Of(nodeHashes, 'md5', MUFASA, { ha1 })).toBe('939e7578ed9e3c518a452acee763bce9');
    expect(ha1Of(nodeHashes, 'sha-256', MUFASA, { ha1 })).toBeUndefined();
  });
});

describe('hash functions', () => {
  it.each([
    ['md5', '900150983cd24fb0d6963f7d28e17f72'],
    ['sha-256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['sha-512-256', '53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23'],
  ] as const)('%s of "abc" is the one of its standard', (name, expected) => {
    expect(nodeHashes.digest(name, 'abc')).toBe(expected);
  });

  it('hashes octets, not characters', () => {
    expect(nodeHashes.digest('md5', '\xe9')).toBe(nodeHashes.digest('md5', 'é'));
    expect(nodeHashes.digest('md5', encodeText('é'))).not.toBe(nodeHashes.digest('md5', 'é'));
  });

  it.each([
    ['\x0b'.repeat(20), 'Hi There', 'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7'],
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      '\xaa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('HMAC-SHA-256 gives the values of RFC 4231 §4', (key, text, expected) => {
    expect(nodeHashes.hmac(key)(text)).toBe(expected);
  });
});
