import * as z from 'zod';
import { event, method } from './define.ts';
import { LadderMessage } from './ladder-message.ts';

const ReplayId = z.string().max(100);
/** Name of a lane, or its `HOST:PORT`. */
const LaneName = z.string().min(1).max(300);
const DialogIds = z.array(z.number().int()).min(1).max(50);

/** One end of a recording. */
export const ReplayLane = z.object({
  name: z.string(),
  /** `HOST:PORT` as recorded. */
  address: z.string(),
  protocol: z.string(),
  /** Messages that it sent. */
  sent: z.number().int(),
  /** The first thing it did was to get a request: the target has to find who plays it. */
  isCalled: z.boolean(),
});
export type ReplayLane = z.infer<typeof ReplayLane>;

/** An arrow of one of the ladders. */
export const ReplayArrow = LadderMessage.extend({
  /** Name of a played lane, or `target`. */
  from: z.string(),
  to: z.string(),
  /** Since the first message, or since the replay began. */
  atMs: z.number(),
});
export type ReplayArrow = z.infer<typeof ReplayArrow>;

export const REPLAY_DIFFERENCES = [
  'equal',
  'changed',
  'added',
  'removed',
  'moved',
  'aside',
  'pending',
  'closing',
] as const;

export const ReplayRow = z.object({
  /** Position in the original ladder. */
  original: z.number().int().optional(),
  /** Position in the new ladder. */
  replayed: z.number().int().optional(),
  /** `aside` depends on time alone, `pending` has its turn to come, `closing` only leaves nothing open. */
  difference: z.enum(REPLAY_DIFFERENCES),
  /** What differs. */
  sentences: z.array(z.string()),
});
export type ReplayRow = z.infer<typeof ReplayRow>;

export const ReplayPlan = z.object({
  /** Every end of the recording. */
  lanes: z.array(ReplayLane),
  /** Names of those that are played. */
  played: z.array(z.string()),
  /** What they sent and got. */
  original: z.array(ReplayArrow),
  /** What a person should know of it. */
  notes: z.array(z.string()),
});
export type ReplayPlan = z.infer<typeof ReplayPlan>;

export const Replay = z.object({
  id: ReplayId,
  /** `Replay of alice` */
  name: z.string(),
  /** `held`: a message waits to be let go. */
  state: z.enum(['running', 'held', 'ended']),
  played: z.array(z.string()),
  target: z.string(),
  original: z.array(ReplayArrow),
  replayed: z.array(ReplayArrow),
  rows: z.array(ReplayRow),
  /** What differs so far, a sentence each. */
  differences: z.array(z.string()),
  /** `send BYE` */
  held: z.string().optional(),
  /** `expect 200 OK (BYE)` */
  awaited: z.string().optional(),
  verdict: z
    .object({
      /** `fail`: there are differences. */
      outcome: z.enum(['pass', 'fail', 'error', 'stopped']),
      reason: z.string().optional(),
      tookMs: z.number(),
    })
    .optional(),
});
export type Replay = z.infer<typeof Replay>;

export const REPLAY_PACES = ['original', 'fast', 'step'] as const;
export type ReplayPace = (typeof REPLAY_PACES)[number];

const OneReplay = z.object({ replay: ReplayId });
const NO_REPLAY = { 'not-found': 'there is no such replay' } as const;
const HELD = { ...NO_REPLAY, conflict: 'no message is held' } as const;
const NOTHING = { 'not-found': 'the dialogs are gone, or there is nothing to play' } as const;

/** Recorded dialogs played again against a live target. */
export const replayMethods = {
  'replay.plan': method(
    z.object({ ids: DialogIds, lanes: z.array(LaneName).max(50).optional() }),
    ReplayPlan,
    'What it means to play lanes of recorded dialogs; whoever sent the first request when none are named.',
    NOTHING,
  ),
  'replay.start': method(
    z.object({
      ids: DialogIds,
      lanes: z.array(LaneName).min(1).max(50),
      /** `HOST:PORT` or a SIP URI. */
      target: z.string().min(1).max(1000),
      pace: z.enum(REPLAY_PACES),
      /** Answers the challenges of the target. */
      credentials: z.object({ user: z.string().min(1).max(200), password: z.string().max(200) }).optional(),
      /** How long a message is waited for; 32 when left out. */
      timeoutSec: z.number().int().min(1).max(3600).optional(),
    }),
    Replay,
    'Begins to play lanes of recorded dialogs over real sockets; what crosses them is recorded in Traffic too.',
    { ...NOTHING, 'invalid-config': 'the target is no address, or leads nowhere' },
  ),
  'replay.step': method(OneReplay, Replay, 'Sends the message that is held, and holds the next one.', HELD),
  'replay.continue': method(OneReplay, Replay, 'Lets every message go from now on.', HELD),
  'replay.stop': method(
    OneReplay,
    Replay,
    'Gives a replay up: calls are ended. Answers when it is over; harmless then.',
    NO_REPLAY,
  ),
  'replay.read': method(OneReplay, Replay, 'A replay as it is now: one of the last twenty.', NO_REPLAY),
} as const;

export const replayEvents = {
  'replay.changed': event(Replay, 'A replay has gone on or is over, at most ten times a second.'),
} as const;
