import { describe, expect, it } from 'vitest';
import { enumDomain, lookUpNumber, rewrite } from './enum.ts';
import { Zone, zoneDns } from './zone.ts';
import { parseZone } from './zone-text.ts';

const dns = zoneDns(
  new Zone(
    parseZone(`
      4.3.2.1.6.7.9.8.6.4.e164.arpa NAPTR 100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .
      4.3.2.1.6.7.9.8.6.4.e164.arpa NAPTR 100 10 "u" "E2U+email:mailto" "!^.*$!mailto:info@example.com!" .
      4.3.2.1.6.7.9.8.6.4.e164.arpa NAPTR 90 10 "u" "E2U+sip" "!^\\\\+46(.*)$!sip:\\\\1@sweden.example.com!" .
      4.3.2.1.6.7.9.8.6.4.e164.arpa NAPTR 200 10 "" "E2U+sip" "" more.example.com
      more.example.com NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:last@example.com!" .
      more.example.com NAPTR 2 1 "" "" "" more.example.com
    `).records,
  ),
);

describe('ENUM (RFC 6116 §3)', () => {
  it('makes the domain of a number', () => {
    expect(enumDomain('+44 1164 960 348')).toBe('8.4.3.0.6.9.4.6.1.1.4.4.e164.arpa');
    expect(enumDomain('+1555', 'lab.example')).toBe('5.5.5.1.lab.example');
  });

  it('finds URIs in the order of the records and follows names that lead on, but not in circles', async () => {
    const found = await lookUpNumber('+46-8976-1234', dns, { service: 'sip' });
    expect(found.map(({ uri }) => uri)).toEqual([
      'sip:89761234@sweden.example.com',
      'sip:info@example.com',
      'sip:last@example.com',
    ]);
  });

  it('finds every service when none is named', async () => {
    expect((await lookUpNumber('+4689761234', dns)).map(({ service }) => service)).toContain(
      'E2U+email:mailto',
    );
  });

  it('finds nothing for a number without records', async () => {
    expect(await lookUpNumber('+1', dns)).toEqual([]);
  });

  it.each([
    ['!^.*$!sip:a@b!', '+1', 'sip:a@b'],
    ['!^\\+1(\\d+)$!sip:\\1@b!i', '+1555', 'sip:555@b'],
    ['/x\\/y/z/', 'x/y', 'z'],
    ['!^\\+2$!sip:a@b!', '+1', undefined],
    ['!(!sip:a@b!', '+1', undefined],
    ['!(a+)+$!sip:a@b!', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', undefined],
    ['!(a|a)*$!sip:a@b!', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab', undefined],
    [`!${'.*'.repeat(100)}x!sip:a@b!`, '+123456789012345', undefined],
    ['!^(.*)$!sip:\\1@b!', `+${'1'.repeat(60_000)}`, undefined],
    ['!^\\+(\\d{2})(\\d{3})?(.*)$!sip:\\3@b!', '+4689761234', 'sip:61234@b'],
    ['', '+1', undefined],
    ['!^.*$', '+1', undefined],
  ])('applies %s to %s (RFC 3402 §3.2)', (regexp, input, expected) => {
    expect(rewrite(regexp, input)).toBe(expected);
  });
});
