import { describe, expect, it } from 'vitest';
import { octetText, toBytes } from './octets.ts';
import { parseMessage } from './parse.ts';
import { buildResponse } from './response.ts';

function request(via: string, to = '<sip:b@example.com>'): ReturnType<typeof parseMessage> {
  return parseMessage(
    toBytes(
      `OPTIONS sip:b@example.com SIP/2.0\r\n${via}\r\nRecord-Route: <sip:p;lr>\r\nt: ${to}\r\nFrom: <sip:a@x>;tag=1\r\n` +
        'Call-ID: c\r\nCSeq: 1 OPTIONS\r\nTimestamp: 5\r\n\r\n',
    ),
  );
}

const TAIL = 'From: <sip:a@x>;tag=1\r\nt: <sip:b@example.com>;tag=9\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\n';

describe('buildResponse (RFC 3261 §8.2.6)', () => {
  it('repeats what a response repeats, octet for octet, and adds the tag', () => {
    const bytes = buildResponse(
      request('Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nv:  SIP/2.0/UDP i,\r\n SIP/2.0/UDP j'),
      {
        status: 200,
        toTag: '9',
        headers: [['Allow', 'OPTIONS']],
        body: 'ü',
        contentType: 'text/plain',
      },
    );
    expect(octetText(bytes)).toBe(
      `SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nv:  SIP/2.0/UDP i,\r\n SIP/2.0/UDP j\r\n${TAIL}` +
        'Allow: OPTIONS\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nü',
    );
  });

  it('adds no second tag, and none to a 100, which repeats Timestamp', () => {
    const tagged = request('Via: SIP/2.0/UDP h', '<sip:b@example.com>;tag=9');
    expect(octetText(buildResponse(tagged, { status: 404, toTag: 'x', copyRecordRoute: true }))).toBe(
      `SIP/2.0 404 Not Found\r\nVia: SIP/2.0/UDP h\r\nRecord-Route: <sip:p;lr>\r\n${TAIL}Content-Length: 0\r\n\r\n`,
    );
    expect(octetText(buildResponse(request('Via: SIP/2.0/UDP h'), { status: 100, toTag: 'x' }))).toBe(
      'SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@x>;tag=1\r\nt: <sip:b@example.com>\r\nCall-ID: c\r\n' +
        'CSeq: 1 OPTIONS\r\nTimestamp: 5\r\nContent-Length: 0\r\n\r\n',
    );
  });

  it.each([
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=b', 'SIP/2.0/UDP 192.0.2.1:5060;branch=b'],
    ['SIP/2.0/UDP host;branch=b', 'SIP/2.0/UDP host;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP 192.0.2.1;rport;branch=b', 'SIP/2.0/UDP 192.0.2.1;rport=7000;branch=b;received=192.0.2.1'],
    ['SIP/2.0/UDP x;received=1.2.3.4;rport', 'SIP/2.0/UDP x;received=192.0.2.1;rport=7000'],
    [
      'SIP/2.0/UDP x;rport, SIP/2.0/UDP y;rport',
      'SIP/2.0/UDP x;rport=7000;received=192.0.2.1, SIP/2.0/UDP y;rport',
    ],
  ])('fills received and rport of %s (RFC 3261 §18.2.1, RFC 3581 §4)', (via, filled) => {
    const bytes = buildResponse(request(`Via: ${via}`), {
      status: 200,
      source: { host: '192.0.2.1', port: 7000 },
    });
    expect(octetText(bytes).split('\r\n')[1]).toBe(`Via: ${filled}`);
  });
});
