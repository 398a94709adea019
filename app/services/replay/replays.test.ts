import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import { createRandomIds } from '../../../stack/core/node/random-ids.ts';
import { createSystemClock, type SystemClock } from '../../../stack/core/node/system-clock.ts';
import { createResolver } from '../../../stack/resolver/rfc3263.ts';
import { toBytes } from '../../../stack/message/octets.ts';
import type { RecordedMessage } from '../../../scenarios/traffic/recorded.ts';
import { startAnsweringPeer, type LabPeer } from '../../cli/testing/lab-peer.ts';
import type { Replay } from '../../contract/replay.ts';
import { bindLane } from '../../servers/bind-lane.ts';
import { createReplays, type Replays } from './replays.ts';

/* Recorded dialogs played again by the workbench over real sockets: its answers, its events, and what it records. */

let clock: SystemClock;
let peer: LabPeer;
let replays: Replays;
let recordedBatches = 0;

const TARGET = '127.0.0.1:5060';
const LANE = '127.0.0.1:5071';
const message = (isOut: boolean, atMs: number, text: string): RecordedMessage => ({
  source: isOut ? LANE : TARGET,
  destination: isOut ? TARGET : LANE,
  protocol: 'udp',
  atMs,
  bytes: toBytes(text.replaceAll('\n', '\r\n')),
});
const head = (cseq: string, toTag = ''): string =>
  `Via: SIP/2.0/UDP ${LANE};branch=z9hG4bK${cseq.replace(' ', '')}\nFrom: <sip:alice@${LANE}>;tag=a1\nTo: <sip:bob@${TARGET}>${toTag}\nCall-ID: recorded-1\nCSeq: ${cseq}\n`;
const RECORDED: readonly RecordedMessage[] = [
  message(
    true,
    0,
    `BYE sip:bob@${TARGET} SIP/2.0\n${head('1 BYE', ';tag=b1')}Max-Forwards: 70\nContent-Length: 0\n\n`,
  ),
  message(
    false,
    5,
    `SIP/2.0 481 Call/Transaction Does Not Exist\n${head('1 BYE', ';tag=b1')}Content-Length: 0\n\n`,
  ),
  message(
    true,
    20,
    `BYE sip:bob@${TARGET} SIP/2.0\n${head('2 BYE', ';tag=b1')}Max-Forwards: 70\nContent-Length: 0\n\n`,
  ),
  message(false, 25, `SIP/2.0 200 OK\n${head('2 BYE', ';tag=b1')}Content-Length: 0\n\n`),
];

beforeEach(async () => {
  clock = createSystemClock();
  recordedBatches = 0;
  peer = await startAnsweringPeer();
  const ids = createRandomIds();
  let count = 0;
  replays = createReplays({
    clock,
    ids,
    hashes: nodeHashes,
    resolver: createResolver({ dns: { query: () => Promise.resolve({ kind: 'none' }) }, clock, ids }),
    newId: () => `r${String(++count)}`,
    recorded: () => RECORDED,
    bind: (lane, target) => bindLane(lane, { target, clock, env: process.env }),
    record: () => {
      recordedBatches++;
    },
  });
});
afterEach(async () => {
  await replays.dispose();
  await peer.close();
  clock.dispose();
});

const start = (pace: 'fast' | 'step', target = `127.0.0.1:${String(peer.port)}`): Promise<Replay> | Replay =>
  replays.handlers['replay.start']({ ids: [1], lanes: [LANE], target, pace });

const until = (wanted: (replay: Replay) => boolean): Promise<Replay> =>
  new Promise((resolve) => {
    const stop = replays.onChanged((now) => {
      if (!wanted(now)) return;
      stop();
      resolve(now);
    });
  });

describe('the replay service', () => {
  it('plans with the lane that began, and names all', async () => {
    const plan = await replays.handlers['replay.plan']({ ids: [1] });
    expect(plan.played).toEqual(['alice']);
    expect(plan.lanes.map(({ name, address }) => [name, address])).toEqual([
      ['alice', LANE],
      ['bob', TARGET],
    ]);
    expect(plan.original.map(({ title, from }) => `${from}: ${title}`)).toEqual([
      'alice: BYE',
      'target: 481 Call/Transaction Does Not Exist',
      'alice: BYE',
      'target: 200 OK',
    ]);
  });

  it('plays, tells of it, records it in Traffic, and names the difference', async () => {
    const ended = until(({ state }) => state === 'ended');
    const begun = await start('fast');
    expect(begun).toMatchObject({ id: 'r1', name: 'Replay of alice', state: 'running' });
    const { verdict, rows, replayed } = await ended;
    expect(verdict).toMatchObject({ outcome: 'fail' });
    expect(replayed.map(({ status }) => status)).toEqual([undefined, 481, undefined, 481]);
    expect(rows.at(-1)).toMatchObject({
      original: 3,
      replayed: 3,
      difference: 'changed',
      sentences: [expect.stringMatching(/^alice gets 481 .* where it got 200 OK \(BYE\) before/)],
    });
    expect(recordedBatches).toBeGreaterThan(0);
    expect(replays.handlers['replay.read']({ replay: 'r1' })).toMatchObject({ state: 'ended' });
  });

  it('holds each message under a hand, and ends when it is stopped', async () => {
    const held = until(({ state }) => state === 'held');
    await start('step');
    expect(await held).toMatchObject({ held: 'send BYE', replayed: [] });
    const second = until(({ state, replayed }) => state === 'held' && replayed.length === 2);
    await replays.handlers['replay.step']({ replay: 'r1' });
    await second;
    const stopped = await replays.handlers['replay.stop']({ replay: 'r1' });
    expect(stopped).toMatchObject({ state: 'ended', verdict: { outcome: 'stopped' } });
    // The peer says which product it is; the recorded one did not.
    expect(stopped.rows.map(({ difference }) => difference)).toEqual([
      'equal',
      'changed',
      'pending',
      'pending',
    ]);
    expect(() => replays.handlers['replay.step']({ replay: 'r1' })).toThrow(/No message is held/);
  });

  it('says in a sentence what cannot be', async () => {
    await expect(start('fast', 'no such host')).rejects.toThrow(/is no target, such as 127\.0\.0\.1:5060/);
    await expect(start('fast', 'nowhere.invalid')).rejects.toThrow(/leads nowhere/);
    expect(() => replays.handlers['replay.plan']({ ids: [1], lanes: ['carol'] })).toThrow(
      /^Nothing can be played: there is no lane carol/,
    );
    expect(() => replays.handlers['replay.read']({ replay: 'x' })).toThrow(/no such replay/);
  });
});
