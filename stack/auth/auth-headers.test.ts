import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { challenges, credentials } from '../message/headers/digest.ts';
import { encodeText, toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { formatBasic, readBasic } from './basic.ts';
import { formatChallenge, readChallenge } from './challenge.ts';
import { ReplayGuard } from './replay-guard.ts';
import { formatCredentials, formatNonceCount, nonceCount, readCredentials } from './credentials.ts';

/* Verified: what we write we read again, whatever it holds; what others write badly never throws. */

/** Octet text of what people type; line ends cannot be in a quoted string. */
const text = fc.string({ unit: 'grapheme' }).map((typed) => encodeText(typed.replace(/[\r\n\0]/g, '')));
/** White space around a value does not survive folding rules; inside quotes it does. */
const maybe = fc.option(text, { nil: undefined });
const nc = fc.integer({ min: 1, max: 0xffffffff }).map(formatNonceCount);

const header = (line: string) =>
  parseMessage(toBytes(`SIP/2.0 401 Unauthorized\r\n${line}\r\nContent-Length: 0\r\n\r\n`));

describe('headers that are written and read (RFC 7616 §3.3, §3.4, RFC 3261 §25.1)', () => {
  it('credentials come back as they were', () => {
    const fields = fc.record({
      username: text,
      realm: text,
      nonce: text,
      uri: text,
      response: fc.stringMatching(/^[0-9a-f]{32}$/),
      algorithm: fc.constantFrom('MD5', 'SHA-256-sess', undefined),
      cnonce: maybe,
      opaque: maybe,
      qop: fc.constantFrom('auth', 'auth-int', undefined),
      nc: fc.option(nc, { nil: undefined }),
      isUserHash: fc.boolean(),
    });
    fc.assert(
      fc.property(fields, (wanted) => {
        const [read] = credentials(header(`Authorization: ${formatCredentials(wanted)}`), 'Authorization');
        expect(read && readCredentials(read)).toEqual(wanted);
      }),
    );
  });

  it('challenges come back as they were, also several in one line', () => {
    const fields = fc.record({
      realm: text,
      nonce: text,
      opaque: maybe,
      isStale: fc.boolean(),
      algorithm: fc.constantFrom('MD5', 'SHA-256', 'SHA-512-256-sess', undefined),
      qop: fc.subarray(['auth', 'auth-int'] as const),
      wantsUserHash: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fields, { minLength: 1, maxLength: 4 }), (wanted) => {
        const line = `WWW-Authenticate: ${wanted.map(formatChallenge).join(', ')}`;
        const read = challenges(header(line), 'WWW-Authenticate').map(readChallenge);
        expect(read).toMatchObject(
          wanted.map(({ algorithm, ...rest }) => ({ ...rest, algorithmToken: algorithm })),
        );
      }),
    );
  });

  it('no line end in a value begins a header line of its own', () => {
    const written = formatChallenge({ realm: 'a"\r\nRoute: <sip:evil>\r\n', nonce: 'n' });
    expect(written).not.toMatch(/[\r\n]/);
    expect(challenges(header(`WWW-Authenticate: ${written}`), 'WWW-Authenticate')).toHaveLength(1);
  });

  it('whatever comes is read without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (junk) => {
        const line = `WWW-Authenticate: Digest ${junk.replace(/[\r\n]/g, ' ')}`;
        for (const one of challenges(header(line), 'WWW-Authenticate')) {
          readChallenge(one);
          readCredentials(one);
          readBasic(one);
        }
      }),
    );
  });

  it('an nc is eight hexadecimal digits', () => {
    expect(['00000001', 'FFFFFFFF', '1', '000000001', '0000000g', undefined].map(nonceCount)).toEqual([
      1,
      0xffffffff,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('a user name in the extended notation is read (RFC 7616 §3.4)', () => {
    const line = 'Authorization: Digest username*=UTF-8\'\'J%C3%A4s%C3%B8n%20Doe, realm="r"';
    const [read] = credentials(header(line), 'Authorization');
    expect(read && readCredentials(read)?.username).toBe(encodeText('Jäsøn Doe'));
  });

  it('Basic comes back as it was, and other base64 is none (RFC 7617 §2)', () => {
    const name = text.map((t) => t.replaceAll(':', ''));
    fc.assert(
      fc.property(name, text, (username, password) => {
        const [read] = credentials(
          header(`Authorization: ${formatBasic({ username, password })}`),
          'Authorization',
        );
        expect(read && readBasic(read)).toEqual({ username, password });
      }),
    );
    const [broken] = credentials(header('Authorization: Basic a.b'), 'Authorization');
    expect(broken && readBasic(broken)).toBeUndefined();
  });
});

describe('bounded memory', () => {
  it('is told by the replay guard: a nonce older than one it forgot is refused', () => {
    const guard = new ReplayGuard(2);
    expect([guard.take(1, 1, 1), guard.take(2, 2, 1), guard.take(3, 3, 1)]).toEqual([true, true, true]);
    expect([guard.take(1, 1, 2), guard.take(2, 2, 2), guard.take(4, 1, 1)]).toEqual([false, true, false]);
  });
});
