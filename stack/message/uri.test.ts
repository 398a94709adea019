import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  equalUris,
  escapeUri,
  formatUri,
  parseUri,
  sipToTel,
  telNumber,
  telToSip,
  unescapeUri,
} from './uri.ts';

describe('parseUri (RFC 3261 §19.1.1, RFC 3966)', () => {
  it('takes a URI with everything apart', () => {
    const uri = parseUri(
      'SIPS:al%69ce;x=1:se%63ret@[2001:DB8::1]:5061;Transport=TCP;%6C%72;maddr=239.1.1.1?Subject=a&To=b',
    );
    expect({ ...uri, params: [...uri.params] }).toEqual({
      scheme: 'sips',
      user: 'al%69ce;x=1',
      password: 'se%63ret',
      host: '2001:DB8::1',
      port: 5061,
      params: [
        ['transport', 'TCP'],
        ['lr', undefined],
        ['maddr', '239.1.1.1'],
      ],
      headers: 'Subject=a&To=b',
      text: 'SIPS:al%69ce;x=1:se%63ret@[2001:DB8::1]:5061;Transport=TCP;%6C%72;maddr=239.1.1.1?Subject=a&To=b',
      isValid: true,
      problem: undefined,
    });
  });

  it.each([
    ['sip:example.com', undefined, 'example.com', undefined],
    ['sip:+1-212-555-1212:1234@gateway.com;user=phone', '+1-212-555-1212', 'gateway.com', undefined],
    ['sip:192.0.2.1:0', undefined, '192.0.2.1', 0],
    ['sip:a?b/c;d@host_x', 'a?b/c;d', 'host_x', undefined],
    ['tel:+1-201-555-0123;isub=1', '+1-201-555-0123', '', undefined],
    ['tel:7042;phone-context=example.com', '7042', '', undefined],
    ['urn:service:sos', undefined, '', undefined],
    ['mailto:a@b', undefined, '', undefined],
  ])('accepts %s', (text, user, host, port) => {
    const uri = parseUri(text);
    expect([uri.user, uri.host, uri.port, uri.problem]).toEqual([user, host, port, undefined]);
  });

  it.each([
    ['', 'The URI has no scheme.'],
    ['<sip:a@b>', 'The URI has no scheme.'],
    ['1sip:a', 'The URI has no scheme.'],
    ['sip:', 'The host is missing.'],
    ['sip:@b', 'The user part before the @ is empty.'],
    ['sip:a@', 'The host is missing.'],
    ['sip:a b@c', 'The user part contains a sign that must be escaped.'],
    ['sip:a%4@c', 'The user part contains a sign that must be escaped.'],
    ['sip:a:b"@c', 'The password contains a sign that must be escaped.'],
    ['sip:a@b@c', 'The URI has a second @.'],
    ['sip:a@b c', 'The host contains a sign no host has.'],
    ['sip:a@[::1', 'The IPv6 reference has no closing bracket.'],
    ['sip:a@[host]', 'The IPv6 reference contains a sign no address has.'],
    ['sip:a@b:', 'The port is not a number of 0 to 65535.'],
    ['sip:a@b:65536', 'The port is not a number of 0 to 65535.'],
    ['sip:a@b;', 'A parameter of the URI has no name.'],
    ['sip:a@b; lr', 'A parameter of the URI contains a sign that must be escaped.'],
    ['sip:a@b;x=', 'A parameter of the URI has an equals sign but no value.'],
    ['sip:a@b;lr;lr', 'A parameter of the URI is there twice.'],
    ['sip:a@b?x y', 'The headers of the URI contain a sign that must be escaped.'],
    ['tel:7042', 'A local number needs a phone-context.'],
    ['tel:+1201;ext=x', 'The extension is not a number.'],
    [
      'tel:7042;phone-context=5',
      'The phone-context is neither a domain name nor the start of a global number.',
    ],
    [
      'tel:7042;phone-context=+',
      'The phone-context is neither a domain name nor the start of a global number.',
    ],
    ['tel:+', 'The number of the tel URI is neither global nor local.'],
    ['isbn:', 'The URI ends after its scheme.'],
    ['isbn:1 2', 'The URI contains a sign that must be escaped.'],
  ])('says what is wrong with %j', (text, problem) => {
    expect(parseUri(text)).toMatchObject({ isValid: false, problem, text });
  });

  it('is total and keeps its text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `sip:${s}`),
          fc.string().map((s) => `tel:${s}`),
        ),
        (text) => {
          const uri = parseUri(text);
          expect([uri.text, uri.isValid]).toEqual([text, uri.problem === undefined]);
        },
      ),
    );
  });

  it('undoes escapes, also of NUL, and leaves broken ones', () => {
    expect(unescapeUri('%61%00%4z%')).toBe('a\0%4z%');
  });
});

describe('equalUris (RFC 3261 §19.1.4, RFC 3966 §4)', () => {
  it.each([
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtLanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;newparam=5'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+1(201)555.0123'],
    ['tel:863-1234;phone-context=+1-914-555', 'tel:8631234;phone-context=+1914555'],
    ['urn:service:sos', 'URN:service:sos'],
    ['sip:a@[2001:DB8::1]', 'sip:a@[2001:db8:0:0::1]'],
    ['sip:[2001:db8::192.0.2.1]', 'sip:[2001:db8::c000:201]'],
    ['sip:[2001:db8:::192.0.2.1]', 'sip:[2001:db8::192.0.2.1]'],
    ['tel:+1201;isub=A;ext=1-2', 'TEL:+1-201;EXT=12;isub=a'],
    ['tel:12;phone-context=A.example.com', 'tel:12;phone-context=a.EXAMPLE.com'],
  ])('%s equals %s', (a, b) => {
    expect([equalUris(a, b), equalUris(b, a)]).toEqual([true, true]);
  });

  it.each([
    ['SIP:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:a%40b@c', 'sip:a@b@c'],
    ['sip:a:x@c', 'sip:a@c'],
    ['sip:a@c', 'sips:a@c'],
    ['sip:a@c', 'sip:c'],
    ['sip:a@[2001:db8::1]', 'sip:a@[2001:db8::2]'],
    ['tel:12;phone-context=a.example.com', 'tel:12;phone-context=aexample.com'],
    ['tel:+1201', 'tel:1201'],
    ['tel:+1201;ext=1', 'tel:+1201'],
  ])('%s differs from %s', (a, b) => {
    expect([equalUris(a, b), equalUris(b, a)]).toEqual([false, false]);
  });

  const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
  const uri = fc
    .record({
      user: part,
      host: part,
      port: fc.option(fc.nat(65535), { nil: undefined }),
      params: fc.dictionary(part, part, { maxKeys: 3 }),
    })
    .map(({ user, host, port, params }) => {
      const list = Object.entries(params).map(([name, value]) => `;${name}=${value}`);
      return `sip:${user}@${host}${port === undefined ? '' : `:${port}`}${list.join('')}`;
    });

  it('is reflexive and symmetric, blind to the case of the host and to escapes', () => {
    fc.assert(
      fc.property(uri, uri, (a, b) => {
        const [scheme, rest = ''] = a.split(/(?<=:)(.*)/s);
        const escaped = `${scheme}%${rest.charCodeAt(0).toString(16)}${rest.slice(1)}`;
        expect([
          equalUris(a, a),
          equalUris(a, escaped),
          equalUris(
            a,
            a.replace(/@.*/, (s) => s.toUpperCase()),
          ),
        ]).toEqual([true, true, true]);
        expect(equalUris(a, b)).toBe(equalUris(b, a));
      }),
    );
  });
});

describe('telephone numbers (RFC 3966, RFC 3261 §19.1.6)', () => {
  it.each([
    ['tel:+1-201-555-0123', true, '+12015550123', undefined, undefined],
    ['tel:(020).7042;phone-context=example.com', false, '0207042', 'example.com', undefined],
    ['tel:863-1234;phone-context=+1-914-555;ext=1.2', false, '8631234', '+1-914-555', '12'],
    ['tel:*21#;phone-context=x', false, '*21#', 'x', undefined],
    ['sip:+1-212-555-1212;ext=9:1234@gateway.com;user=phone', true, '+12125551212', undefined, '9'],
  ])('RFC 3966 §3: reads %s', (uri, isGlobal, digits, context, extension) => {
    const read = telNumber(uri);
    expect([read?.isGlobal, read?.digits, read?.context, read?.extension]).toEqual([
      isGlobal,
      digits,
      context,
      extension,
    ]);
  });

  it.each(['sip:+1201@h', 'sip:alice@h;user=phone', 'tel:12', 'urn:service:sos', 'sip:h;user=phone'])(
    'RFC 3966 §3: %s is no number',
    (uri) => {
      expect(telNumber(uri)).toBeUndefined();
    },
  );

  it.each([
    ['tel:+358-555-1234567;postd=pp22', 'sip:+358-555-1234567;postd=pp22@foo.com;user=phone'],
    ['tel:+358-555-1234567;POSTD=PP22', 'sip:+358-555-1234567;postd=pp22@foo.com;user=phone'],
    [
      'tel:+358-555-1234567;postd=pp22;isub=1411',
      'sip:+358-555-1234567;isub=1411;postd=pp22@foo.com;user=phone',
    ],
    [
      'tel:+358-555-1234567;tsp=a.b;phone-context=x5',
      'sip:+358-555-1234567;phone-context=x5;tsp=a.b@foo.com;user=phone',
    ],
  ])('RFC 3261 §19.1.6: %s becomes %s', (tel, sip) => {
    expect(telToSip(tel, 'foo.com')).toBe(sip);
    expect(equalUris(sipToTel(sip) ?? '', tel)).toBe(true);
  });

  it('RFC 3261 §19.1.6: what is no number stays what it is', () => {
    expect([telToSip('sip:a@b', 'h'), telToSip('tel:12', 'h'), sipToTel('sip:alice@h;user=phone')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('RFC 3261 §19.1.6: any tel URI survives the way to SIP and back', () => {
    const digits = fc.stringMatching(/^[0-9][0-9.()-]{0,12}$/);
    const name = fc.stringMatching(/^[a-z]{4,8}$/);
    fc.assert(
      fc.property(
        digits,
        fc.dictionary(name, fc.stringMatching(/^[A-Za-z0-9.:[\]-]{1,6}$/)),
        (number, params) => {
          const list = Object.entries(params).map(([key, value]) => `;${key}=${value}`);
          const tel = `tel:+${number}${list.join('')}`;
          const back = sipToTel(telToSip(tel, 'host') ?? '');
          expect(equalUris(back ?? '', tel)).toBe(true);
        },
      ),
    );
  });
});

describe('formatUri (RFC 3261 §19.1.1)', () => {
  const text = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 8 }).map(escapeUri);
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  const parts = fc.record({
    scheme: fc.constantFrom('sip' as const, 'sips' as const),
    user: text,
    password: fc.option(text, { nil: undefined }),
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('2001:db8::1', '::ffff:192.0.2.1')),
    port: fc.option(fc.nat(65_535), { nil: undefined }),
    params: fc
      .dictionary(name, fc.option(text, { nil: undefined }))
      .map((all) => new Map(Object.entries(all))),
    headers: fc.oneof(
      fc.constant(''),
      fc.tuple(name, text).map(([key, value]) => `${key}=${value}`),
    ),
  });

  it('RFC 3261 §19.1.1: what was written is read back', () => {
    fc.assert(
      fc.property(parts, (wanted) => {
        const uri = parseUri(formatUri(wanted));
        expect(uri.problem).toBeUndefined();
        expect(uri).toMatchObject(wanted);
        expect(formatUri({ ...uri, scheme: wanted.scheme })).toBe(uri.text);
      }),
    );
  });

  it('RFC 3261 §19.1.2: escapes are undone to what they were made of', () => {
    const octets = fc.uint8Array({ maxLength: 20 }).map((bytes) => String.fromCharCode(...bytes));
    fc.assert(
      fc.property(octets, (plain) => {
        expect(unescapeUri(escapeUri(plain))).toBe(plain);
      }),
    );
  });
});
