import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { parseMessage } from '../message/parse.ts';
import { checkMessage } from '../message/check.ts';
import { toBytes } from '../message/octets.ts';
import { mutate } from '../testing/mutate.ts';
import { Trace, sdpOf } from '../testing/trace.ts';
import { DueList } from './due-list.ts';
import { RULE_IDS } from './finding.ts';
import { createLinter, lintTrace } from './linter.ts';
import { RULES } from './rules.ts';
import type { Recorded } from './seen.ts';

/* The table of rules as a whole, and the engine: bounded, total, and without findings about octets that are not there. */

/** One of everything: a call with changes, a subscription, credentials, a reliable response. */
const everything = (): readonly Recorded[] =>
  new Trace()
    .alice('INVITE', {
      sdp: sdpOf(),
      lines: ['Record-Route: <sip:p@10.0.0.9;lr>', 'Supported: 100rel, timer', 'Session-Expires: 90'],
    })
    .bob('183 Progress', { lines: ['Require: 100rel', 'RSeq: 1'], sdp: sdpOf({ host: '10.0.0.2' }) })
    .alice('PRACK', { lines: ['RAck: 1 1 INVITE', 'Route: <sip:p@10.0.0.9;lr>'] })
    .bob('200 OK')
    .bob('200 OK', {
      answers: 'INVITE',
      lines: ['Session-Expires: 90;refresher=uac', 'Allow: INVITE, ACK, BYE'],
    })
    .again(500)
    .alice('ACK', { lines: ['Route: <sip:p@10.0.0.9;lr>'] })
    .alice('SUBSCRIBE', { lines: ['Event: dialog', 'Expires: 60', 'Route: <sip:p@10.0.0.9;lr>'] })
    .bob('401 Unauthorized', { lines: ['WWW-Authenticate: Digest realm="r", nonce="n", qop="auth"'] })
    .alice('SUBSCRIBE', {
      lines: [
        'Event: dialog',
        'Authorization: Digest username="a", realm="r", nonce="n", uri="sip:b", nc=00000001, cnonce="c", qop=auth, response="0"',
      ],
    })
    .bob('200 OK')
    .bob('NOTIFY', {
      lines: ['Event: dialog', 'Subscription-State: active;expires=60', 'Route: <sip:p@10.0.0.9;lr>'],
      body: ['application/dialog-info+xml', '<dialog-info version="0"/>'],
    })
    .alice('200 OK')
    .alice('CANCEL')
    .bob('BYE', { lines: ['Route: <sip:p@10.0.0.9;lr>'] })
    .alice('200 OK').messages;

describe('the table of rules', () => {
  it('has every id once, with a title, an RFC and advice', () => {
    expect(RULES.map((r) => r.id).sort()).toEqual([...RULE_IDS].sort());
    for (const { title, rfc, advice } of RULES) {
      expect(title).toMatch(/^[A-Z].*\.$/);
      expect(advice).toMatch(/^[A-Z].*\.$/);
      expect(rfc).toMatch(/^RFC \d+ §/);
    }
  });

  it('names the structural diagnostics it replaces by codes that exist', () => {
    const broken = ['OPTIONS sip:a@b SIP/2.0', 'SIP/2.0 200 OK'].flatMap((start) =>
      ['Content-Length: 9', 'Content-Length: 0'].map((length) =>
        [
          start,
          'Via: SIP/2.0/UDP h',
          'From: <sip:a@b>',
          'To: <sip:a@b>',
          'CSeq: 1 INVITE',
          length,
          '',
          'xy',
        ].join('\r\n'),
      ),
    );
    const codes = new Set(
      broken.flatMap((text) => checkMessage(parseMessage(toBytes(text))).map((d) => d.code)),
    );
    for (const code of RULES.flatMap((r) => r.replaces ?? [])) expect(codes).toContain(code);
  });
});

describe('the linter', () => {
  it('never throws on mutated messages and shuffled traces, and points into the octets', () => {
    fc.assert(
      fc.property(fc.string(), fc.double({ min: 0, max: 1, noNaN: true }), (seed, share) => {
        const ids = createIds(seed);
        const messages = everything()
          .map((m) => (ids.chance() < share ? { ...m, bytes: mutate(m.bytes, ids) } : m))
          .flatMap((m) => (ids.chance() < 0.2 ? [m, m] : ids.chance() < 0.1 ? [] : [m]))
          .map((m) =>
            ids.chance() < 0.1
              ? { ...m, direction: m.direction === 'in' ? ('out' as const) : ('in' as const) }
              : m,
          );
        const findings = lintTrace(messages, {
          untilMs: 1_000_000,
          listeners: [{ protocol: 'udp', address: { host: '10.0.0.2', port: 5060 } }],
        });
        for (const { messageId, span, message } of findings) {
          const length = messages[messageId]?.bytes.length ?? -1;
          expect(span.start >= 0 && span.start <= span.end && span.end <= length).toBe(true);
          expect(message).toMatch(/\.$/s);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('tells findings by the ids it is given and by when they are due', () => {
    const linter = createLinter();
    const [invite] = new Trace().alice('OPTIONS').messages;
    if (invite === undefined) throw new Error('no message');
    expect(linter.add({ ...invite, id: 77 })).toEqual([]);
    expect(linter.finish(30_000)).toEqual([]);
    expect(linter.finish(40_000).map((f) => [f.messageId, f.ruleId])).toEqual([[77, 'T9']]);
    expect(linter.finish(90_000)).toEqual([]);
  });

  it('forgets calls that are over, and the idlest beyond a limit', () => {
    const linter = createLinter({ maxCalls: 10 });
    const call = (n: number): readonly Recorded[] =>
      new Trace()
        .alice('OPTIONS', { callId: `call-${n}`, fromTag: `t${n}` })
        .bob('200 OK')
        .messages.map((m) => ({ ...m, atMs: m.atMs + n }));
    for (let n = 0; n < 5000; n++) for (const message of call(n)) linter.add(message);
    expect(linter.rememberedCalls).toBeLessThan(1100);
  });

  it('gives what is due in order', () => {
    const list = new DueList<string>();
    for (const [ms, name] of [
      [5, 'e'],
      [1, 'a'],
      [3, 'c'],
      [3, 'd'],
      [2, 'b'],
    ] as const)
      list.add(ms, name);
    const taken = [1, 1, 9, 9, 9, 9, 9].map((atMs) => list.take(atMs));
    expect(taken).toEqual(['a', undefined, 'b', 'c', 'd', 'e', undefined]);
  });
});
