import { describe, expect, it } from 'vitest';
import { createCallLab, leftOvers, OUR_SDP } from '../testing/call-lab.ts';

/* Verified: what the outcome of a request in a call means for the call. */

const outcome = (method: string, status: number): readonly string[] => {
  const lab = createCallLab();
  const call = lab.dialled();
  call.session?.send(method, method === 'INVITE' ? { body: OUR_SDP } : {}, { onResult: () => undefined });
  lab.clock.advance(0);
  lab.peer.respond(lab.peer.last, `${status} Refused`);
  const said = lab.peer.take().filter((line) => line !== 'ACK');
  lab.ua.dispose();
  expect(leftOvers(lab)).toEqual([0, 0, 0, 0]);
  return said;
};

describe('responses that end more than their request (RFC 5057 §5.1)', () => {
  it.each([404, 410, 416, 482, 483, 484, 485, 502, 604])('%s ends the dialog', (status) => {
    expect(outcome('INFO', status)).toEqual(['INFO', 'BYE']);
  });

  it.each([480, 481])('%s ends the call', (status) => {
    expect(outcome('INFO', status)).toEqual(['INFO', 'BYE']);
  });

  it.each([400, 403, 405, 406, 408, 413, 415, 420, 469, 486, 488, 489, 500, 501, 503, 600, 603, 606])(
    '%s to INFO ends the request only',
    (status) => {
      expect(outcome('INFO', status)).toEqual(['INFO']);
    },
  );

  it.each([405, 408, 489, 501])('%s to a re-INVITE ends the call', (status) => {
    expect(outcome('INVITE', status)).toEqual(['INVITE', 'BYE']);
  });

  it.each([403, 415, 488, 500, 503, 606])('%s to a re-INVITE leaves the call as it was (§14.1)', (status) => {
    expect(outcome('INVITE', status)).toEqual(['INVITE']);
  });

  it('an UPDATE nobody answers ends the call, an INFO does not (RFC 3311 §5.1)', () => {
    const silent = (method: string): readonly string[] => {
      const lab = createCallLab();
      lab.dialled().session?.send(method, {}, { onResult: () => undefined });
      lab.clock.advance(32_000);
      const said = [...new Set(lab.peer.take())];
      lab.ua.dispose();
      return said;
    };
    expect(silent('UPDATE')).toEqual(['UPDATE', 'BYE']);
    expect(silent('INFO')).toEqual(['INFO']);
  });
});
