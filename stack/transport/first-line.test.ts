import { expect, it } from 'vitest';
import { toBytes } from '../message/octets.ts';
import { firstSpeech } from './first-line.ts';

it.each([
  ['GET / HTTP/1.1\r\n', 'http'],
  ['GET /sip?x=1 HTTP/1.0\n', 'http'],
  ['GET / HTTP/2.0\r\n', 'sip'],
  ['GET sip:a@b SIP/2.0\r\n', 'sip'],
  ['GET ', undefined],
  ['GE', undefined],
  ['', undefined],
  ['GETTING sip:a@b SIP/2.0\r\n', 'sip'],
  ['POST / HTTP/1.1\r\n', 'sip'],
  ['SIP/2.0 200 OK\r\n', 'sip'],
  ['\r\n\r\n', 'sip'],
  [`GET /${'x'.repeat(9000)}`, 'sip'],
])('a connection that begins with %j speaks %s', (text, expected) => {
  expect(firstSpeech(toBytes(text))).toBe(expected);
});
