import { describe, expect, it } from 'vitest';
import { withHeaders } from '../../testing/header-lines.ts';
import { accept, acceptEncoding, acceptLanguage } from './accept.ts';
import { contentDisposition, contentEncoding, contentId, contentLanguage, mimeVersion } from './content.ts';
import { dateMs } from './date.ts';
import { alertInfo, callInfo, errorInfo } from './info-uris.ts';
import { serverProducts, userAgentProducts } from './products.ts';
import { retryAfter } from './retry-after.ts';
import { inReplyTo, maxBreadth, organization, priority, subject } from './texts.ts';
import { timestamp } from './timestamp.ts';
import { warnings } from './warning.ts';

describe('what an element accepts (RFC 3261 §20.1 to §20.3)', () => {
  it('RFC 3261 §20.1: reads media ranges with parameters and q, white space around every sign', () => {
    const message = withHeaders(
      'Accept: application/sdp;level=1, application/x-private, text/html;q=0.8',
      'ACCEPT: Text / * ; q = 0.1,\r\n */*;q=0',
    );
    expect(accept(message).map((a) => [a.value, a.q, a.params.get('level')])).toEqual([
      ['application/sdp', 1, '1'],
      ['application/x-private', 1, undefined],
      ['text/html', 0.8, undefined],
      ['text/*', 0.1, undefined],
      ['*/*', 0, undefined],
    ]);
  });

  it.each(['text', 'text/', '/html', 'text/html q=1', 'text/html;q=2', 'text/html;q=0.1234', 'a/b/c'])(
    'RFC 3261 §20.1: leaves out %j',
    (value) => {
      expect(accept(withHeaders(`Accept: ${value}`))).toEqual([]);
    },
  );

  it('RFC 3261 §20.2, §20.3: reads encodings and languages', () => {
    const message = withHeaders(
      'Accept-Encoding: gzip;q=1.0, identity; q=0.5, *;q=0',
      'Accept-Language: da, en-GB;q=0.8',
    );
    expect(acceptEncoding(message).map((a) => [a.value, a.q])).toEqual([
      ['gzip', 1],
      ['identity', 0.5],
      ['*', 0],
    ]);
    expect(acceptLanguage(message).map((a) => [a.value, a.q])).toEqual([
      ['da', 1],
      ['en-gb', 0.8],
    ]);
  });
});

describe('about the body', () => {
  it('RFC 3261 §20.11: reads Content-Disposition; handling is required unless said', () => {
    const read = contentDisposition(withHeaders('Content-Disposition: Icon ; Handling = OPTIONAL'));
    expect([read?.type, read?.handling]).toEqual(['icon', 'optional']);
    expect(contentDisposition(withHeaders('Content-Disposition: session'))?.handling).toBe('required');
    expect(contentDisposition(withHeaders('Content-Disposition: ;handling=optional'))).toBeUndefined();
  });

  it('RFC 3261 §20.12, §20.13, RFC 8262 §3.2: reads encoding, language and identifier', () => {
    const message = withHeaders(
      'e: GZIP, tar',
      'Content-Language: fr, en-US',
      'Content-ID: <target123@atlanta>',
    );
    expect([contentEncoding(message), contentLanguage(message), contentId(message)]).toEqual([
      ['gzip', 'tar'],
      ['fr', 'en-us'],
      'target123@atlanta',
    ]);
  });

  it.each([
    ['1.0', '1.0'],
    ['1 .\r\n 0', '1.0'],
    ['1', undefined],
    ['one', undefined],
  ])('RFC 3261 §20.24: MIME-Version %j', (value, expected) => {
    expect(mimeVersion(withHeaders(`MIME-Version: ${value}`))).toBe(expected);
  });
});

describe('URIs for people (RFC 3261 §20.4, §20.9, §20.18)', () => {
  it('RFC 3261 §20.9: reads Call-Info with what each URI is for', () => {
    const message = withHeaders(
      'Call-Info: <http://wwww.example.com/alice/photo.jpg> ;purpose=icon,\r\n <http://www.example.com/a,b/> ;purpose=info',
    );
    expect(callInfo(message).map((c) => [c.uri, c.params.get('purpose')])).toEqual([
      ['http://wwww.example.com/alice/photo.jpg', 'icon'],
      ['http://www.example.com/a,b/', 'info'],
    ]);
  });

  it('RFC 3261 §20.4, §20.18: reads Alert-Info and Error-Info, leaves out what has no brackets', () => {
    const message = withHeaders(
      'Alert-Info: <http://www.example.com/sounds/moo.wav>',
      'Error-Info: http://a, <sip:not-in-service-recording@atlanta.com>, <>, <sip:x',
    );
    expect(alertInfo(message).map((a) => a.uri)).toEqual(['http://www.example.com/sounds/moo.wav']);
    expect(errorInfo(message).map((e) => e.uri)).toEqual(['sip:not-in-service-recording@atlanta.com']);
  });
});

describe('times', () => {
  it.each([
    ['Sat, 13 Nov 2010 23:29:00 GMT', Date.UTC(2010, 10, 13, 23, 29)],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Tue, 29 Feb 2000 12:00:00 gmt', Date.UTC(2000, 1, 29, 12)],
    ['Fri, 31 Dec 1999 23:59:59 GMT', Date.UTC(1999, 11, 31, 23, 59, 59)],
    ['Wed, 01 Mar 2100 00:00:01 GMT', Date.UTC(2100, 2, 1, 0, 0, 1)],
    ['Thu, 29 Feb 1900 12:00:00 GMT', undefined],
    ['Sat, 13 Nov 2010 24:29:00 GMT', undefined],
    ['Sat, 31 Nov 2010 23:29:00 GMT', undefined],
    ['Fri, 01 Jan 2010 16:00:00 EST', undefined],
    ['13 Nov 2010', undefined],
    ['', undefined],
  ])('RFC 3261 §20.17: Date %j', (value, expected) => {
    expect(dateMs(withHeaders(`Date: ${value}`))).toBe(expected);
  });

  it.each([
    ['54', ['54', undefined]],
    ['54.21 0.5', ['54.21', 0.5]],
    ['54. .5', ['54.', 0.5]],
    ['0.1\r\n 2', ['0.1', 2]],
    ['.5', [undefined, undefined]],
    ['1 2 3', [undefined, undefined]],
  ])('RFC 3261 §20.38: Timestamp %j', (value, expected) => {
    const read = timestamp(withHeaders(`Timestamp: ${value}`));
    expect([read?.sentSec, read?.delaySec]).toEqual(expected);
  });

  it.each([
    ['18000;duration=3600', [18000, undefined, 3600]],
    ["120 (I'm in a meeting (again) \\) )", [120, "I'm in a meeting (again) ) ", undefined]],
    ['120(x);duration=1', [120, 'x', 1]],
    ['99999999999', [2 ** 32 - 1, undefined, undefined]],
    ['120 (open', [undefined, undefined, undefined]],
    ['Sat, 13 Nov 2010', [undefined, undefined, undefined]],
  ])('RFC 3261 §20.33: Retry-After %j', (value, expected) => {
    const read = retryAfter(withHeaders(`Retry-After: ${value}`));
    expect([read?.delaySec, read?.comment, read?.durationSec]).toEqual(expected);
  });
});

describe('words for people', () => {
  it('RFC 3261 §20.43: reads Warnings over lines and commas, malformed ones left out', () => {
    const message = withHeaders(
      'Warning: 307 isi.edu "Session parameter \'foo\' not understood", 301 isi.edu:5060 "Incompatible \\"x\\""',
      'Warning: 1812 overture "In Progress"',
      'Warning: 305 [::1] "v6"',
    );
    expect(warnings(message)).toEqual([
      { code: 307, agent: 'isi.edu', text: "Session parameter 'foo' not understood" },
      { code: 301, agent: 'isi.edu:5060', text: 'Incompatible "x"' },
      { code: 305, agent: '[::1]', text: 'v6' },
    ]);
  });

  it('RFC 3261 §20.35, §20.41: reads products and comments of Server and User-Agent', () => {
    const message = withHeaders('Server: HomeServer v2', 'User-Agent: Softphone/Beta1.5 (a (b)) Lib / 2');
    expect(serverProducts(message)).toEqual([
      { kind: 'product', name: 'HomeServer', version: undefined },
      { kind: 'product', name: 'v2', version: undefined },
    ]);
    expect(userAgentProducts(message)).toEqual([
      { kind: 'product', name: 'Softphone', version: 'Beta1.5' },
      { kind: 'comment', text: 'a (b)' },
      { kind: 'product', name: 'Lib', version: '2' },
    ]);
    expect(serverProducts(withHeaders('Server: a "b"'))).toEqual([]);
  });

  it('RFC 3261 §20.21, §20.25, §20.26, §20.36, RFC 5393 §5.3.3: reads the simple ones', () => {
    const message = withHeaders(
      's: Tech\r\n Support ',
      'Organization: Boxes by Bob',
      'Priority: Emergency',
      'In-Reply-To: 70710@saturn.bell-tel.com, 17320@saturn.bell-tel.com',
      'Max-Breadth: 60',
    );
    expect([subject(message), organization(message), priority(message)]).toEqual([
      'Tech Support',
      'Boxes by Bob',
      'emergency',
    ]);
    expect([inReplyTo(message), maxBreadth(message)]).toEqual([
      ['70710@saturn.bell-tel.com', '17320@saturn.bell-tel.com'],
      60,
    ]);
  });
});
