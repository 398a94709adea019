import { describe, expect, it } from 'vitest';
import { readHeaderLines } from './header-lines.ts';

describe('header lines that a person typed', () => {
  it('takes one a line, and leaves empty lines out', () => {
    expect(readHeaderLines('X-Note: a: b\r\n\n Reason : SIP;cause=486\nSubject:')).toEqual({
      headers: [
        ['X-Note', 'a: b'],
        ['Reason', 'SIP;cause=486'],
        ['Subject', ''],
      ],
      error: undefined,
    });
  });

  it('names the line that is no header', () => {
    expect(readHeaderLines('X-Note: 1\nno header').error).toBe(
      'Line 2 is no header: expected NAME: VALUE, such as Alert-Info: <urn:alert:tone>.',
    );
  });
});
