import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import type { LogFields } from '../core/logger.ts';
import { silentLogger } from '../core/logger.ts';
import { octetText } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { nameOf, request, requestBytes, responseBytes } from '../testing/sip-messages.ts';
import { Faults, type Fault } from './faults.ts';
import { faulty } from './faulty.ts';
import { tapped } from './tapped.ts';

/* Verified: what becomes of messages, and what a tap on the wire sees of it. That specs are read: server-config.test. */

const HERE = { host: '10.0.0.1', port: 5060 };
const THERE = { host: '10.0.0.2', port: 5060 };

const fault = (given: Partial<Fault>): Fault => ({
  spec: JSON.stringify(given),
  kind: 'drop',
  direction: 'out',
  only: undefined,
  amount: { kind: 'always' },
  delayMs: 0,
  corruption: 'octet',
  ...given,
});

const lab = (faultsGiven: readonly Partial<Fault>[], seed = 'faults') => {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('network') });
  const logged: LogFields[] = [];
  const log = { ...silentLogger, info: (_: string, fields?: LogFields) => logged.push(fields ?? {}) };
  const ids = createIds(seed);
  const faults = new Faults({ chance: () => ids.chance(), log });
  faults.replace(faultsGiven.map(fault));
  const crossed: string[] = [];
  const raw = tapped(network.bind('udp', HERE), clock, ({ direction, bytes }) =>
    crossed.push(`${clock.now()} ${direction} ${nameOf(parseMessage(bytes))}`),
  );
  const subject = faulty(raw, faults, clock);
  const peer = network.bind('udp', THERE);
  const heard: { readonly atMs: number; readonly text: string }[] = [];
  const peerHeard: { readonly atMs: number; readonly text: string }[] = [];
  subject.onReceived(({ bytes, atMs }) => heard.push({ atMs, text: octetText(bytes) }));
  peer.onReceived(({ bytes, atMs }) => peerHeard.push({ atMs, text: octetText(bytes) }));
  return { clock, faults, subject, peer, crossed, heard, peerHeard, logged };
};

const OPTIONS = requestBytes('OPTIONS');
const OK = responseBytes(request('OPTIONS'), 200);
const names = (heard: readonly { readonly atMs: number; readonly text: string }[]) =>
  heard.map(({ atMs, text }) => `${atMs} ${text.split('\r\n')[0]?.split(' ').slice(0, 2).join(' ')}`);

describe('faults on purpose where messages cross', () => {
  it('lets everything pass while nothing is armed', () => {
    const { subject, peer, clock, heard, peerHeard } = lab([]);
    subject.send(OPTIONS, { address: THERE });
    peer.send(OK, { address: HERE });
    clock.advance(1);
    expect([names(heard), names(peerHeard)]).toEqual([['0 SIP/2.0 200'], ['0 OPTIONS sip:bob@192.0.2.2']]);
  });

  it('loses what is sent before it crosses: no capture has it, the log does', () => {
    const { subject, clock, crossed, peerHeard, logged, faults } = lab([
      { amount: { kind: 'next', count: 1 } },
    ]);
    subject.send(OPTIONS, { address: THERE });
    clock.advance(1);
    subject.send(OPTIONS, { address: THERE });
    clock.advance(1);
    expect([crossed, names(peerHeard)]).toEqual([['1 out OPTIONS'], ['1 OPTIONS sip:bob@192.0.2.2']]);
    expect(logged).toMatchObject([{ peer: '10.0.0.2:5060', startLine: 'OPTIONS sip:bob@192.0.2.2 SIP/2.0' }]);
    expect(faults.armed.map(({ hits, left }) => [hits, left])).toEqual([[1, 0]]);
  });

  it('loses what arrives after it has crossed: the capture has it', () => {
    const { peer, clock, crossed, heard } = lab([{ direction: 'in' }]);
    peer.send(OPTIONS, { address: HERE });
    clock.advance(1);
    expect([crossed, heard]).toEqual([['0 in OPTIONS'], []]);
  });

  it('sends late, and hears late what the capture had in time', () => {
    const { subject, peer, clock, crossed, heard, peerHeard } = lab([
      { kind: 'delay', delayMs: 300 },
      { kind: 'delay', direction: 'in', delayMs: 200 },
    ]);
    subject.send(OPTIONS, { address: THERE });
    peer.send(OPTIONS, { address: HERE });
    clock.advance(1000);
    expect(crossed).toEqual(['0 in OPTIONS', '300 out OPTIONS']);
    expect([names(heard), names(peerHeard)]).toEqual([
      ['200 OPTIONS sip:bob@192.0.2.2'],
      ['300 OPTIONS sip:bob@192.0.2.2'],
    ]);
  });

  it('sends twice, and hears twice what crossed once', () => {
    const { subject, peer, clock, crossed, heard, peerHeard } = lab([
      { kind: 'duplicate' },
      { kind: 'duplicate', direction: 'in' },
    ]);
    subject.send(OPTIONS, { address: THERE });
    peer.send(OPTIONS, { address: HERE });
    clock.advance(1);
    expect([heard.length, peerHeard.length]).toEqual([2, 2]);
    expect(crossed.map((line) => line.split(' ')[1]).sort()).toEqual(['in', 'out', 'out']);
  });

  it.each([
    ['content-length', /Content-Length: 10\r\n/],
    ['branch', /branch=z9hG4bKalicex\r\n/],
    ['start-line', /^OPTIONS sip:bob@192.0.2.2 SIP\/7.0\r\n/],
    ['call-id', /Call-ID: xall-1@example.com\r\n/],
  ] as const)('corrupts %s, on the wire too', (corruption, wrong) => {
    const { subject, clock, peerHeard } = lab([{ kind: 'corrupt', corruption }]);
    subject.send(OPTIONS, { address: THERE });
    clock.advance(1);
    expect(peerHeard[0]?.text).toMatch(wrong);
    expect(peerHeard[0]?.text.length).toBeGreaterThanOrEqual(OPTIONS.length);
  });

  it('corrupts one octet, the same one under the same seed', () => {
    const run = (seed: string): string => {
      const { subject, clock, peerHeard } = lab([{ kind: 'corrupt' }], seed);
      subject.send(OPTIONS, { address: THERE });
      clock.advance(1);
      return peerHeard[0]?.text ?? '';
    };
    const text = run('a');
    const sent = octetText(OPTIONS);
    expect([...text].filter((octet, at) => octet !== sent[at])).toHaveLength(1);
    expect(run('a')).toBe(text);
  });

  it('counts only what it could get wrong', () => {
    const { subject, clock, faults } = lab([{ kind: 'corrupt', corruption: 'branch' }]);
    subject.send(
      Uint8Array.from('nonsense', (c) => c.charCodeAt(0)),
      { address: THERE },
    );
    clock.advance(1);
    expect(faults.armed[0]?.hits).toBe(0);
  });

  it.each([
    ['OPTIONS', ['OPTIONS']],
    ['200', ['200']],
    ['2xx', ['200']],
    ['3xx', []],
    ['request', ['OPTIONS']],
    ['response', ['200']],
    ['INVITE', []],
    [undefined, ['OPTIONS', '200']],
  ] as const)('strikes only %s', (only, struck) => {
    const { faults } = lab([{ only }]);
    const lost = [OPTIONS, OK].filter((bytes) => faults.fate('out', bytes, THERE).copies === 0);
    expect(lost.map((bytes) => nameOf(parseMessage(bytes)))).toEqual(struck);
  });

  it('keeps nothing for later once it is closed', async () => {
    const { subject, clock, crossed } = lab([{ kind: 'delay', delayMs: 300 }]);
    subject.send(OPTIONS, { address: THERE });
    await subject.close();
    clock.advance(1000);
    expect([crossed, clock.pending]).toEqual([[], 0]);
  });

  it('explains itself', () => {
    const { faults } = lab([
      { amount: { kind: 'next', count: 2 } },
      {
        kind: 'delay',
        direction: 'in',
        only: 'INVITE',
        delayMs: 300,
        amount: { kind: 'share', percent: 50 },
      },
    ]);
    expect(faults.explain()).toEqual([
      'Messages that are sent: dropped on purpose, 2 times more.',
      'Messages (INVITE) that are received: delayed by 300 ms on purpose, 50 % of the time.',
    ]);
  });
});
