import { afterEach, describe, expect, it } from 'vitest';
import { cseq } from '../../message/headers/cseq.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import type { SipMessage } from '../../message/message.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import type { RawPeer } from '../../testing/raw-peer.ts';
import type { UserAgent } from '../user-agent.ts';
import { createRegistration, type Registration } from './registration.ts';
import type { RegistrationOptions } from './registration-types.ts';
import { backoffMs, DEFAULT_RETRY, refreshMarginMs } from './retry.ts';

/* Verified: the REGISTER client against a registrar written by hand, in virtual time. */

const OPTIONS: RegistrationOptions = {
  registrar: 'sip:10.0.0.1',
  aor: 'sip:alice@example.com',
  expiresSec: 600,
};

interface Lab extends Omit<ReturnType<typeof createAgentLab>, 'peer'> {
  readonly ua: UserAgent;
  readonly peer: RawPeer;
  /** `0 registering`: every change with its time. */
  readonly log: string[];
  register(options?: Partial<RegistrationOptions>): Registration;
  /** The registrar's answer to the latest request. */
  answer(status: string, lines?: readonly string[]): void;
  /** Grants what was asked for. */
  grant(...lines: readonly string[]): void;
}

let lab: Lab;

function start(): Lab {
  const base = createAgentLab('registration');
  const ua = base.agent('10.0.0.2');
  const peer = base.peer('10.0.0.1', '10.0.0.2');
  const log: string[] = [];
  lab = {
    ...base,
    ua,
    peer,
    log,
    register: (options = {}) => {
      const registration = createRegistration(ua, { ...OPTIONS, ...options });
      registration.onChange(({ state }) => log.push(`${base.clock.now()} ${state.kind}`));
      registration.start();
      base.clock.advance(0);
      return registration;
    },
    answer: (status, lines = []) => {
      peer.respond(peer.last, status, lines, 'r');
    },
    grant: (...lines) => {
      lab.answer('200 OK', [`Contact: ${peer.last.first('Contact')};expires=600`, ...lines]);
    },
  };
  return lab;
}

afterEach(() => {
  lab.ua.dispose();
  lab.clock.runAll(60_000);
  expect([lab.clock.pending, lab.ua.context.openOutcomes.size]).toEqual([0, 0]);
  lab.lint.expectClean();
});

const numbers = (messages: readonly SipMessage[]): number[] => {
  const all = messages.map((message) => cseq(message)?.number ?? 0);
  return all.map((number) => number - (all[0] ?? 0));
};

describe('a REGISTER (RFC 3261 §10.2)', () => {
  it('names registrar, user and contact where they belong', () => {
    start().register();
    const { last } = lab.peer;
    expect(last.startLine).toMatchObject({ method: 'REGISTER', uri: 'sip:10.0.0.1' });
    expect(last.first('To')).toBe('<sip:alice@example.com>');
    expect(last.first('From')).toMatch(/^<sip:alice@example.com>;tag=.+/);
    expect(last.all('Contact')).toEqual(['<sip:alice@10.0.0.2:5060>']);
    expect([last.first('Expires'), last.first('Supported'), last.first('Max-Forwards')]).toEqual([
      '600',
      'path',
      '70',
    ]);
  });

  it('registers several contacts, each with its own wishes, and nobody else with From', () => {
    start().register({
      contacts: [
        { q: 0.5, expiresSec: 60 },
        { uri: 'mailto:alice@example.com', params: ';description="x"' },
      ],
      from: 'sip:boss@example.com',
    });
    expect(lab.peer.last.all('Contact')).toEqual([
      '<sip:alice@10.0.0.2:5060>;q=0.5;expires=60',
      '<mailto:alice@example.com>;description="x"',
    ]);
    expect(fromHeader(lab.peer.last)?.uri).toBe('sip:boss@example.com');
  });

  it('is registered when the 200 is there, and not before', () => {
    const registration = start().register();
    lab.clock.advance(300);
    lab.answer('100 Trying');
    expect([registration.state.kind, registration.grant]).toEqual(['registering', undefined]);
    lab.grant();
    expect(registration.grant).toMatchObject({ untilMs: 600_300, contacts: ['sip:alice@10.0.0.2:5060'] });
    expect(lab.log).toEqual(['0 registering', '300 registered']);
  });

  it('takes the shortest time that the registrar grants one of its own contacts', () => {
    const registration = start().register();
    const own = lab.peer.last.first('Contact');
    lab.answer('200 OK', [
      'Contact: <sip:other@10.9.9.9>;expires=7',
      `Contact: ${own};expires=300`,
      'Expires: 9',
    ]);
    expect(registration.grant?.expiresSec).toBe(300);
  });

  it('uses one Call-ID and a growing CSeq for all of its requests, and no From tag of another one', () => {
    start().register();
    lab.grant();
    lab.clock.advance(540_000);
    lab.grant();
    lab.clock.advance(540_000);
    const [one] = lab.peer.received;
    expect(new Set(lab.peer.received.map((m) => m.first('Call-ID'))).size).toBe(1);
    expect(numbers(lab.peer.received)).toEqual([0, 1, 2]);
    lab.register({ aor: 'sip:bob@example.com' });
    const other = lab.peer.last;
    expect(fromHeader(other)?.tag).not.toBe(one === undefined ? '' : fromHeader(one)?.tag);
    expect(other.first('Call-ID')).not.toBe(one?.first('Call-ID'));
  });
});

describe('mistake 16: a refresh comes before the deadline, with time to try again (RFC 3261 §10.2.4)', () => {
  it.each([
    // A tenth of the time, at least 64*T1 + 5 s, at most half of it.
    [3600, 3240],
    [600, 540],
    [120, 83],
    [60, 30],
    [1, 0.5],
  ])('of %i s after %d s', (expiresSec, expected) => {
    expect(expiresSec - refreshMarginMs(expiresSec, 500) / 1000).toBe(expected);
  });

  it('is still bound while it refreshes, and a lost refresh is repeated before the end', () => {
    const registration = start().register();
    lab.grant();
    lab.clock.advance(539_999);
    expect(lab.peer.received.length).toBe(1);
    lab.clock.advance(1);
    expect(lab.log.at(-1)).toBe('540000 refreshing');
    expect(registration.grant?.untilMs).toBe(600_000);
    lab.clock.advance(32_000);
    expect(registration.state).toMatchObject({
      kind: 'failed',
      result: { kind: 'timeout' },
      retryAtMs: 586_000,
    });
    expect(registration.grant?.untilMs).toBe(600_000);
    lab.clock.advance(14_000);
    lab.grant();
    expect(registration.grant?.untilMs).toBe(1_186_000);
    expect(lab.log.slice(2)).toEqual([
      '540000 refreshing',
      '572000 failed',
      '586000 refreshing',
      '586000 registered',
    ]);
  });
});

describe('answers other than 2xx', () => {
  it('423: asks for the least that the registrar takes, at once (RFC 3261 §10.2.8)', () => {
    const registration = start().register({ contacts: [{ expiresSec: 30 }], expiresSec: 60 });
    lab.answer('423 Interval Too Brief', ['Min-Expires: 120']);
    expect(lab.peer.last.first('Contact')).toBe('<sip:alice@10.0.0.2:5060>;expires=120');
    expect(lab.peer.last.first('Expires')).toBe('120');
    expect(numbers(lab.peer.received)).toEqual([0, 1]);
    lab.answer('423 Interval Too Brief', ['Min-Expires: 120']);
    expect(lab.log.at(-1)).toBe('0 failed');
    expect(registration.state).toMatchObject({ kind: 'failed', retryAtMs: undefined });
  });

  it.each(['403 Forbidden', '404 Not Found', '401 Unauthorized', '400 Bad Request', '603 Decline'])(
    '%s: does not try again (RFC 3261 §21)',
    (status) => {
      const registration = start().register();
      lab.answer(status);
      expect(registration.state).toMatchObject({ kind: 'failed', retryAtMs: undefined });
      lab.clock.advance(7_200_000);
      expect(lab.peer.received.length).toBe(1);
    },
  );

  it.each(['503 Service Unavailable', '200 OK'])(
    'is never made to register more than once a second: %s without a time (RFC 3261 §20.33, §10.2.4)',
    (status) => {
      start().register();
      for (let second = 0; second < 5; second++) {
        const contact = `Contact: ${lab.peer.last.first('Contact') ?? ''};expires=0`;
        lab.answer(status, ['Retry-After: 0', contact, 'Expires: 0']);
        lab.clock.advance(999);
        expect(lab.peer.received.length).toBe(second + 1);
        lab.clock.advance(1);
      }
      expect(lab.peer.received.length).toBe(6);
    },
  );

  it('takes a time that is too large for the largest there is (RFC 3261 §20.19)', () => {
    const registration = start().register();
    lab.answer('200 OK', [`Contact: ${lab.peer.last.first('Contact') ?? ''};expires=${'9'.repeat(400)}`]);
    expect(registration.grant?.expiresSec).toBe(2 ** 32 - 1);
  });

  it('503 with Retry-After: tries again just then (RFC 3261 §20.33)', () => {
    const registration = start().register();
    lab.answer('503 Service Unavailable', ['Retry-After: 17']);
    expect(registration.state).toMatchObject({ kind: 'failed', retryAtMs: 17_000 });
    lab.clock.advance(17_000);
    expect(lab.log).toEqual(['0 registering', '0 failed', '17000 registering']);
    expect(numbers(lab.peer.received)).toEqual([0, 1]);
  });

  it('RFC 5626 §4.5: doubles the wait with each failure up to half an hour, and takes a part of it by chance', () => {
    const ids = (chance: number) => ({ ...lab.ua.context.ids, chance: () => chance });
    start();
    const waits = [1, 2, 3, 6, 20].map((n) =>
      [0, 1].map((c) => backoffMs(DEFAULT_RETRY, n, false, ids(c)) / 1000),
    );
    expect(waits).toEqual([
      [30, 60],
      [60, 120],
      [120, 240],
      [900, 1800],
      [900, 1800],
    ]);
    expect(backoffMs(DEFAULT_RETRY, 1, true, ids(0)) / 1000).toBe(90);
  });

  it('RFC 5626 §4.5: counts failures in a row only', () => {
    const registration = start().register();
    const failure = (): number => {
      const before = lab.clock.now();
      lab.answer('500 Server Internal Error');
      const { state } = registration;
      const waitMs = (state.kind === 'failed' ? (state.retryAtMs ?? 0) : 0) - before;
      lab.clock.advance(waitMs);
      return waitMs;
    };
    const [one, two] = [failure(), failure()];
    lab.grant();
    registration.refresh();
    lab.clock.advance(0);
    const again = failure();
    for (const [wait, least] of [
      [one, 30_000],
      [two, 60_000],
      [again, 30_000],
    ] as const) {
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(2 * least);
    }
  });
});

describe('unregistering (RFC 3261 §10.2.2)', () => {
  it('removes its own contacts and ends', async () => {
    const registration = start().register();
    lab.grant();
    const ended = registration.unregister();
    lab.clock.advance(0);
    expect([lab.peer.last.first('Expires'), lab.peer.last.first('Contact')]).toEqual([
      '0',
      '<sip:alice@10.0.0.2:5060>',
    ]);
    lab.answer('200 OK');
    expect(await ended).toMatchObject({ kind: 'unregistered', result: { status: 200 } });
    expect(lab.log).toEqual(['0 registering', '0 registered', '0 unregistering', '0 unregistered']);
    expect(numbers(lab.peer.received)).toEqual([0, 1]);
  });

  it('removes every binding of the user with `*`', () => {
    const registration = start().register();
    lab.grant();
    void registration.unregister('all');
    lab.clock.advance(0);
    expect([lab.peer.last.all('Contact'), lab.peer.last.first('Expires')]).toEqual([['*'], '0']);
    lab.answer('200 OK');
  });

  it('waits for the request that is on its way', async () => {
    const registration = start().register();
    const ended = registration.unregister();
    lab.clock.advance(0);
    expect(lab.peer.take()).toEqual(['REGISTER']);
    lab.grant();
    expect(lab.peer.take()).toEqual(['REGISTER']);
    lab.answer('200 OK');
    expect((await ended).kind).toBe('unregistered');
  });

  it('needs no request when nothing is bound, and ends with a stopped agent', async () => {
    const registration = start().register();
    lab.answer('403 Forbidden');
    expect(await registration.unregister()).toEqual({ kind: 'unregistered', result: undefined });
    const second = lab.register();
    lab.grant();
    const ended = second.unregister();
    lab.ua.dispose();
    expect(await ended).toMatchObject({ kind: 'failed', result: { kind: 'not-sent', code: 'ended' } });
  });
});

describe('what the answer teaches', () => {
  it('Service-Route becomes the route of the requests of this identity (RFC 3608 §5)', () => {
    const registration = start().register();
    expect(registration.identity()).toEqual({ from: 'sip:alice@example.com', headers: [] });
    lab.grant('Service-Route: <sip:10.0.0.1;lr>, <sip:home.example.com;lr>');
    const { from, nextHop, headers } = registration.identity();
    expect(nextHop).toBe('sip:10.0.0.1;lr');
    void lab.ua.request({
      method: 'MESSAGE',
      target: 'sip:bob@example.com',
      from,
      ...(nextHop === undefined ? {} : { nextHop }),
      headers,
    });
    lab.clock.advance(0);
    expect(lab.peer.last.startLine).toMatchObject({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    expect(lab.peer.last.all('Route')).toEqual(['<sip:10.0.0.1;lr>', '<sip:home.example.com;lr>']);
    lab.answer('200 OK');
  });

  it('a GRUU becomes the Contact of the requests of this identity (RFC 5627 §4.4)', () => {
    const registration = start().register({ instanceId: 'urn:uuid:1', gruu: true });
    expect(lab.peer.last.first('Supported')).toBe('path, gruu');
    expect(lab.peer.last.first('Contact')).toBe('<sip:alice@10.0.0.2:5060>;+sip.instance="<urn:uuid:1>"');
    lab.answer('200 OK', [
      `Contact: ${lab.peer.last.first('Contact')};expires=60;pub-gruu="sip:alice@example.com;gr=urn:uuid:1";temp-gruu="sip:tgruu.7@example.com;gr"`,
    ]);
    expect(registration.grant?.temporaryGruu).toBe('sip:tgruu.7@example.com;gr');
    expect(registration.identity().headers).toEqual([['Contact', '<sip:alice@example.com;gr=urn:uuid:1>']]);
  });

  it('a proxy on the way gets its Route, and Path is known (RFC 3327 §5.1)', () => {
    const registration = start().register({ registrar: 'sip:example.com', proxies: ['sip:10.0.0.1;lr'] });
    expect(lab.peer.last.startLine).toMatchObject({ uri: 'sip:example.com' });
    expect(lab.peer.last.first('Route')).toBe('<sip:10.0.0.1;lr>');
    lab.grant('Path: <sip:10.0.0.1;lr>');
    expect(registration.grant?.path).toEqual(['<sip:10.0.0.1;lr>']);
    expect(registration.identity().headers).toEqual([['Route', '<sip:10.0.0.1;lr>']]);
  });
});
