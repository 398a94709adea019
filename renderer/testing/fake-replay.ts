import { ContractError } from '../../app/contract/errors.ts';
import type { Replay, ReplayArrow, ReplayPlan, ReplayRow } from '../../app/contract/replay.ts';

/** Replays without sockets: each does what a test says. */
export interface FakeReplay {
  readonly plan: (lanes: readonly string[] | undefined) => ReplayPlan;
  readonly start: (target: string, isHeld: boolean) => Replay;
  readonly read: () => Replay;
  /** Changes it and tells it. */
  readonly set: (change: Partial<Replay>) => Replay;
}

const arrow = (
  from: string,
  to: string,
  atMs: number,
  title: string,
  method: string,
  more: Partial<ReplayArrow> = {},
): ReplayArrow => ({
  from,
  to,
  atMs,
  title,
  method,
  hasSdp: false,
  text: `${/^\d/.test(title) ? `SIP/2.0 ${title}` : `${title} sip:bob@127.0.0.1:5060 SIP/2.0`}\r\nCall-ID: a\r\n\r\n`,
  ...more,
});

/** A call of alice, as it was recorded. */
export const RECORDED: readonly ReplayArrow[] = [
  arrow('alice', 'target', 0, 'INVITE', 'INVITE', { hasSdp: true }),
  arrow('target', 'alice', 1, '100 Trying', 'INVITE', { status: 100 }),
  arrow('target', 'alice', 712, '180 Ringing', 'INVITE', { status: 180 }),
  arrow('target', 'alice', 2640, '200 OK', 'INVITE', { status: 200, hasSdp: true }),
  arrow('alice', 'target', 2644, 'ACK', 'ACK'),
  arrow('alice', 'target', 22_410, 'BYE', 'BYE'),
  arrow('target', 'alice', 22_412, '200 OK', 'BYE', { status: 200 }),
];

/** What came of it against a target that is busy. */
export const BUSY: Partial<Replay> = {
  state: 'ended',
  replayed: [
    arrow('alice', 'target', 0, 'INVITE', 'INVITE', { hasSdp: true }),
    arrow('target', 'alice', 2, '100 Trying', 'INVITE', { status: 100 }),
    arrow('target', 'alice', 4, '486 Busy Here', 'INVITE', { status: 486 }),
    arrow('alice', 'target', 5, 'ACK', 'ACK'),
  ],
  rows: [
    { original: 0, replayed: 0, difference: 'equal', sentences: [] },
    { original: 1, replayed: 1, difference: 'aside', sentences: [] },
    {
      original: 2,
      difference: 'removed',
      sentences: ['alice gets no 180 Ringing (INVITE) from target any more (it was message 2).'],
    },
    {
      original: 3,
      replayed: 2,
      difference: 'changed',
      sentences: [
        'alice gets 486 Busy Here (INVITE) from target, where it got 200 OK (INVITE) before (message 2).',
      ],
    },
    { original: 4, replayed: 3, difference: 'equal', sentences: [] },
    {
      original: 5,
      difference: 'removed',
      sentences: ['target gets no BYE from alice any more (it was message 5).'],
    },
    {
      original: 6,
      difference: 'removed',
      sentences: ['alice gets no 200 OK (BYE) from target any more (it was message 6).'],
    },
  ],
  differences: [
    'alice gets no 180 Ringing (INVITE) from target any more (it was message 2).',
    'alice gets 486 Busy Here (INVITE) from target, where it got 200 OK (INVITE) before (message 2).',
    'target gets no BYE from alice any more (it was message 5).',
    'alice gets no 200 OK (BYE) from target any more (it was message 6).',
  ],
  verdict: { outcome: 'fail', tookMs: 5 },
};

const pending = RECORDED.map((_, original): ReplayRow => ({
  original,
  difference: 'pending',
  sentences: [],
}));

export function createFakeReplay(onChanged: (replay: Replay) => void): FakeReplay {
  let replay: Replay | undefined;
  let count = 0;
  const read = (): Replay => {
    if (replay === undefined) throw new ContractError('not-found', 'There is no such replay.');
    return replay;
  };
  return {
    plan: (lanes = ['127.0.0.1:5071']) => ({
      lanes: [
        { name: 'alice', address: '127.0.0.1:5071', protocol: 'udp', sent: 3, isCalled: false },
        { name: 'bob', address: '127.0.0.1:5060', protocol: 'udp', sent: 4, isCalled: true },
      ],
      played: lanes.map((lane) => (lane === '127.0.0.1:5071' ? 'alice' : 'bob')),
      original: [...RECORDED],
      notes: [],
    }),
    start: (target, isHeld) => {
      count += 1;
      replay = {
        id: `replay-${String(count)}`,
        name: 'Replay of alice',
        state: isHeld ? 'held' : 'running',
        played: ['alice'],
        target,
        original: [...RECORDED],
        replayed: [],
        rows: pending,
        differences: [],
        ...(isHeld ? { held: 'send INVITE' } : {}),
      };
      return replay;
    },
    read,
    set: (change) => {
      replay = { ...read(), ...change };
      onChanged(replay);
      return replay;
    },
  };
}
