import { describe, expect, it } from 'vitest';
import { toBytes } from '../octets.ts';
import { parseMessage } from '../parse.ts';
import { type Via, topVia, vias } from './via.ts';

const read = (value: string): Via | undefined => topVia(parseMessage(toBytes(`X\r\nv: ${value}\r\n\r\n`)));

describe('Via (RFC 3261 §20.42, RFC 3581, RFC 5118 §4)', () => {
  it.each([
    ['SIP/2.0/UDP h:5060;branch=z', 'UDP', { host: 'h', port: 5060 }],
    ['sip / 2.0 /\r\n tls   h : 5061 ; branch = z', 'TLS', { host: 'h', port: 5061 }],
    ['SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z', 'UDP', { host: '2001:db8::9:1', port: 6050 }],
    ['SIP/2.0/WSS df7jal23ls0d.invalid;branch=z', 'WSS', { host: 'df7jal23ls0d.invalid' }],
  ])('reads %j', (value, protocol, sentBy) => {
    expect(read(value)).toMatchObject({ protocol, sentBy, branch: 'z', problem: undefined });
  });

  it.each([
    ['SIP/2.0/UDP h;received=[2001:db8::1]', '2001:db8::1', undefined],
    ['SIP/2.0/UDP h;received=2001:db8::1;rport', '2001:db8::1', true],
    ['SIP/2.0/UDP h;rport=0;received=1.2.3.4', '1.2.3.4', 0],
  ])('reads received and rport of %s', (value, received, rport) => {
    expect(read(value)).toMatchObject({ received, rport, problem: undefined });
  });

  it.each([
    ['', 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.'],
    ['SIP/2.0 h', 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.'],
    ['SIP/2.0/UDP', 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.'],
    ['SIP/2.0/UDP ;branch=z', 'The sent-by has no host.'],
    ['SIP/2.0/UDP [::1;branch=z', 'The IPv6 reference has no closing bracket.'],
    ['SIP/2.0/UDP h:70000', 'The port of the sent-by is not a number of 0 to 65535.'],
    ['SIP/2.0/UDP h:x', 'The port of the sent-by is not a number of 0 to 65535.'],
    ['SIP/2.0/UDP h;rport=x', 'The rport parameter is not a port.'],
    ['SIP/2.0/UDP h i', 'Something other than a parameter stands here.'],
    ['SIP/2.0/UDP h;;', 'A parameter has no name.'],
  ])('says what is wrong with %j', (value, problem) => {
    expect(read(value)?.problem).toBe(problem);
  });

  it('has all values in order over lines and commas, and none without a line', () => {
    const message = parseMessage(
      toBytes('X\r\nVia: SIP/2.0/UDP a,SIP/2.0/UDP b;x="1,2"\r\nv: SIP/2.0/TCP c\r\n\r\n'),
    );
    expect(vias(message).map((v) => [v.protocol, v.sentBy.host])).toEqual([
      ['UDP', 'a'],
      ['UDP', 'b'],
      ['TCP', 'c'],
    ]);
    expect([topVia(parseMessage(toBytes('X\r\n\r\n'))), vias(parseMessage(toBytes('X\r\n\r\n')))]).toEqual([
      undefined,
      [],
    ]);
  });
});
