import { describe, expect, it } from 'vitest';
import { parseZone } from './zone-text.ts';

describe('zone text (RFC 1035 §5.1)', () => {
  it('reads records with and without time to live, class and trailing dot', () => {
    expect(
      parseZone(`
        ; the lab
        a.example. 300 IN A 192.0.2.1 ; first
        a.example AAAA 2001:db8::1
        _sip._udp.example IN SRV 10 20 5060 a.example.
        example IN NAPTR 1 2 "S" "SIP+D2U" "" _sip._udp.example.
      `),
    ).toEqual({
      problems: [],
      records: [
        { name: 'a.example', type: 'A', ttlSec: 300, data: '192.0.2.1' },
        { name: 'a.example', type: 'AAAA', ttlSec: 60, data: '2001:db8::1' },
        {
          name: '_sip._udp.example',
          type: 'SRV',
          ttlSec: 60,
          data: { priority: 10, weight: 20, port: 5060, target: 'a.example' },
        },
        {
          name: 'example',
          type: 'NAPTR',
          ttlSec: 60,
          data: {
            order: 1,
            preference: 2,
            flags: 's',
            service: 'SIP+D2U',
            regexp: '',
            replacement: '_sip._udp.example',
          },
        },
      ],
    });
  });

  it('says what is wrong with a line, and reads the others', () => {
    const { records, problems } = parseZone(
      'a A\nb MX 10 c\nc SRV 1 2 99999 d\nd NAPTR 1 2 s\ne\nf A 192.0.2.1',
    );
    expect(records).toHaveLength(1);
    expect(problems).toEqual([
      { line: 1, message: 'A wants one address' },
      { line: 2, message: 'MX is not one of A, AAAA, SRV, NAPTR' },
      { line: 3, message: 'SRV wants: priority weight port target' },
      { line: 4, message: 'NAPTR wants: order preference "flags" "service" "regexp" replacement' },
      { line: 5, message: 'a line without a type is not one of A, AAAA, SRV, NAPTR' },
    ]);
  });
});
