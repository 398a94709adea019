import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../message/octets.ts';
import { bindingRequest, bindingResponse, isStun, mappedAddress, stunId } from './stun.ts';

/** Type 1, length 0, the cookie and twelve octets of transaction id, as RFC 5769 §2.1 has them. */
const ID = [0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae];
const REQUEST = Uint8Array.from([0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, ...ID]);

describe('RFC 5626 §8: STUN on the port of SIP', () => {
  it('answers a binding request with the address it came from (RFC 5769 §2.2)', () => {
    const response = bindingResponse(REQUEST, { host: '192.0.2.1', port: 32853 });
    expect([...(response ?? [])]).toEqual([
      ...[1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42, ...ID],
      ...[0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43],
    ]);
  });

  it('answers over IPv6 too (RFC 5769 §2.3)', () => {
    const from = { host: '2001:db8:1234:5678:11:2233:4455:6677', port: 32853 };
    expect([...(bindingResponse(REQUEST, from) ?? [])].slice(20)).toEqual([
      ...[0, 0x20, 0, 20, 0, 2, 0xa1, 0x47],
      ...[0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9, 0xd9],
    ]);
  });

  it.each<[string, readonly number[]]>([
    ['::1', [...Array<number>(15).fill(0), 1]],
    ['fe80::1%eth0', [0xfe, 0x80, ...Array<number>(13).fill(0), 1]],
    ['::ffff:192.0.2.1', [...Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, 1]],
  ])('writes %s in full', (host, octets) => {
    const response = bindingResponse(REQUEST, { host, port: 1 });
    const plain = [...(response ?? [])].slice(28).map((octet, at) => octet ^ (REQUEST[4 + at] ?? 0));
    expect(plain).toEqual(octets);
  });

  it.each<[string, Uint8Array]>([
    ['a message of SIP', toBytes('OPTIONS sip:a@b SIP/2.0\r\n\r\n')],
    ['a response of STUN', Uint8Array.from([1, 1, ...REQUEST.subarray(2)])],
    ['one cut short', REQUEST.subarray(0, 19)],
    ['one that promises more than there is', Uint8Array.from([0, 1, 0, 4, ...REQUEST.subarray(4)])],
    ['one without the cookie', Uint8Array.from([...REQUEST.subarray(0, 4), 1, 2, 3, 4, ...ID])],
    ['nothing', new Uint8Array(0)],
  ])('leaves alone %s', (_, bytes) => {
    expect(bindingResponse(bytes, { host: '192.0.2.1', port: 1 })).toBeUndefined();
  });

  it('tells STUN from SIP by the first octet and the cookie', () => {
    expect([isStun(REQUEST), isStun(toBytes('\x00'.repeat(40))), isStun(toBytes('S'.repeat(40)))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('RFC 5626 §4.4.2: STUN of a client', () => {
  const RESPONSE = [
    ...[1, 1, 0, 12, 0x21, 0x12, 0xa4, 0x42, ...ID],
    ...[0, 0x20, 0, 8, 0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43],
  ];

  it('asks with nothing but a transaction id (RFC 5389 §7.1)', () => {
    expect(bindingRequest(Uint8Array.from(ID))).toEqual(REQUEST);
    expect(stunId(REQUEST)).toBe(stunId(Uint8Array.from(RESPONSE)));
  });

  it.each<[string, string, string]>([
    ['IPv4', '192.0.2.1', '192.0.2.1'],
    ['IPv6', '2001:db8:1234:5678:11:2233:4455:6677', '2001:db8:1234:5678:11:2233:4455:6677'],
    ['IPv6 in short', '2001:db8::1', '2001:db8:0:0:0:0:0:1'],
  ])('reads where it was seen over %s (RFC 5389 §15.2)', (_, host, read) => {
    const response = bindingResponse(REQUEST, { host, port: 32853 }) ?? new Uint8Array(0);
    expect(mappedAddress(response)).toEqual({ host: read, port: 32853 });
  });

  it('passes over attributes it does not know, with their padding (RFC 5389 §15)', () => {
    // SOFTWARE of five octets before, as RFC 5769 §2.2 has one.
    const software = [0x80, 0x22, 0, 5, ...[0x74, 0x65, 0x73, 0x74, 0x20], 0, 0, 0];
    const response = Uint8Array.from([
      1,
      1,
      0,
      24,
      ...RESPONSE.slice(4, 20),
      ...software,
      ...RESPONSE.slice(20),
    ]);
    expect(mappedAddress(response)).toEqual({ host: '192.0.2.1', port: 32853 });
  });

  it.each<[string, readonly number[]]>([
    ['a request', [...REQUEST]],
    ['an error response', [1, 0x11, ...RESPONSE.slice(2)]],
    ['a success without an address', [1, 1, 0, 0, ...RESPONSE.slice(4, 20)]],
    ['an attribute that is longer than the message', [...RESPONSE.slice(0, 23), 12, ...RESPONSE.slice(24)]],
    ['an address too short for its family', [...RESPONSE.slice(0, 25), 2, ...RESPONSE.slice(26)]],
    ['an address of no family', [...RESPONSE.slice(0, 25), 3, ...RESPONSE.slice(26)]],
    ['one cut short', RESPONSE.slice(0, 30)],
    ['nothing', []],
  ])('reads nothing from %s', (_, octets) => {
    expect(mappedAddress(Uint8Array.from(octets))).toBeUndefined();
  });

  it('reads any octets without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (tail) => {
        mappedAddress(
          Uint8Array.from([...RESPONSE.slice(0, 3), tail.length, ...RESPONSE.slice(4, 20), ...tail]),
        );
      }),
    );
    expect(mappedAddress(Uint8Array.from(RESPONSE))).toBeDefined();
  });
});
