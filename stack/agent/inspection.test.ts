import { describe, expect, it } from 'vitest';
import { callId } from '../message/headers/simple.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import type { RawRequest } from '../testing/raw-peer.ts';
import type { Handler } from './handler.ts';

/*
 * Verified: each refusal of section 8.2, its headers, and which one counts when a request deserves several.
 * Not here: merged requests in detail (transaction/layer.test.ts), malformed headers in detail (message/check.test.ts).
 */

const serving: Handler = {
  name: 'serving',
  methods: ['OPTIONS', 'INVITE', 'ACK', 'CANCEL', 'BYE', 'MESSAGE'],
  supported: ['timer'],
  accept: ['text/plain', 'message/*'],
  explain: () => 'Answers 200.',
  handle: (request) => {
    request.respond(200);
  },
};

const lab = (handler = serving) => {
  const { clock, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1', handler);
  return { clock, ua, peer: peer('10.0.0.9') };
};

const ask = (request: RawRequest) => {
  const { clock, ua, peer } = lab();
  peer.send(request);
  const [answer] = peer.received;
  clock.runAll(64_000);
  ua.dispose();
  expect(clock.pending).toBe(0);
  return answer;
};

const HTML = { lines: ['Content-Type: text/html'], body: '<p>' };

describe('inspection of a request (RFC 3261 §8.2)', () => {
  it.each<[string, RawRequest, string]>([
    ['an unknown version', { method: 'OPTIONS', version: 'SIP/7.0' }, '505'],
    ['a method nobody specified', { method: 'JUMP' }, '501'],
    ['a method that is not served', { method: 'REGISTER' }, '405'],
    ['a scheme that is not SIP', { method: 'OPTIONS', uri: 'tel:+49301' }, '416'],
    ['an extension it lacks', { method: 'OPTIONS', lines: ['Require: timer, 100rel, path'] }, '420'],
    ['a body it cannot read', { method: 'MESSAGE', ...HTML }, '415'],
    ['a dialog it does not have', { method: 'OPTIONS', toTag: 'gone' }, '481'],
    ['a BYE outside of a dialog', { method: 'BYE' }, '481'],
    ['an INVITE without Contact', { method: 'INVITE', contact: false }, '400'],
    ['nothing', { method: 'OPTIONS' }, '200'],
    ['a known extension', { method: 'OPTIONS', lines: ['Require: timer'] }, '200'],
    [
      'a body of a known type',
      { method: 'MESSAGE', lines: ['c: TEXT/plain;charset=utf-8'], body: 'x' },
      '200',
    ],
    [
      'a body of a known range',
      { method: 'MESSAGE', lines: ['Content-Type: message/cpim'], body: 'x' },
      '200',
    ],
    [
      'an optional body',
      {
        method: 'MESSAGE',
        ...HTML,
        lines: [...HTML.lines, 'Content-Disposition: session;handling=optional'],
      },
      '200',
    ],
  ])('answers %s', (_what, request, status) => {
    expect(ask(request)?.startLine).toMatchObject({ status: Number(status) });
  });

  const faults: readonly (readonly [number, RawRequest])[] = [
    [505, { method: '', version: 'SIP/3.0' }],
    [405, { method: 'PUBLISH' }],
    [416, { method: '', uri: 'http://example.com' }],
    [420, { method: '', lines: ['Require: nothing-we-know'] }],
    [415, { method: '', ...HTML }],
    [481, { method: '', toTag: 'gone' }],
  ];
  it.each(faults.map(([status], index) => [status, index] as const))(
    'answers %d before anything that comes later',
    (status, from) => {
      const combined: RawRequest = faults.slice(from).reduce<RawRequest>(
        (sum, [, fault]) => ({
          ...sum,
          ...fault,
          method: sum.method === 'MESSAGE' ? fault.method || 'MESSAGE' : sum.method,
          lines: [...(sum.lines ?? []), ...(fault.lines ?? [])],
        }),
        { method: 'MESSAGE' },
      );
      expect(ask(combined)?.startLine).toMatchObject({ status });
    },
  );

  it('answers a request that came by a second way 482', () => {
    const { clock, ua, peer } = lab({ ...serving, handle: () => undefined });
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-1' });
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-2' });
    expect(peer.take()).toEqual(['482 Loop Detected']);
    ua.dispose();
    expect(clock.pending).toBe(0);
  });

  it('says in 405 that nothing is allowed where no method is served (RFC 3261 §8.2.1)', () => {
    const { agent, peer } = createAgentLab();
    agent('10.0.0.1');
    const raw = peer('10.0.0.9');
    raw.send({ method: 'OPTIONS' });
    expect(raw.last.startLine).toMatchObject({ status: 405 });
    expect(raw.last.first('Allow')).toBe('');
  });

  it('says in 405 what is allowed and in 420 what is not supported', () => {
    expect(ask({ method: 'REGISTER' })?.first('Allow')).toBe('OPTIONS, INVITE, ACK, CANCEL, BYE, MESSAGE');
    expect(ask({ method: 'OPTIONS', lines: ['Require: timer, 100rel, path'] })?.first('Unsupported')).toBe(
      '100rel, path',
    );
    expect(ask({ method: 'MESSAGE', ...HTML })?.first('Accept')).toBe('text/plain, message/*');
  });

  it('gives every final response a To tag and a Server, and no User-Agent', () => {
    const answer = ask({ method: 'JUMP' });
    expect(answer && toHeader(answer)?.tag).toMatch(/^\S{4,}$/);
    expect(answer && callId(answer)).toBe('raw-call');
    expect([answer?.first('Server'), answer?.first('User-Agent')]).toEqual(['Lab', undefined]);
  });

  it('never answers an ACK', () => {
    expect(ask({ method: 'ACK', toTag: 'gone' })).toBeUndefined();
  });
});
