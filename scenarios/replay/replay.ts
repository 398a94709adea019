import type { CredentialStore } from '../../stack/auth/credential-store.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { tapped } from '../../stack/transport/tapped.ts';
import type { Target, Transport } from '../../stack/transport/transport.ts';
import type { Gate } from '../engine/gate.ts';
import type { RunTrace } from '../engine/run-trace.ts';
import type { Verdict } from '../engine/verdict.ts';
import { compareReplay, type ReplayComparison } from './compare.ts';
import type { RecordedLane } from './lanes.ts';
import type { ReplayPlan } from './plan.ts';
import { Player } from './player.ts';
import { stepInfo } from './progress.ts';

/** `original`: the pauses of the recording; `fast`: none; `step`: every send waits to be let go. */
export const PACES = ['original', 'fast', 'step'] as const;
export type Pace = (typeof PACES)[number];

/** What a replay looks like from outside; every answer is of this moment. */
export interface ReplayView {
  readonly comparison: ReplayComparison;
  /** `send BYE`: what is held before it goes out. */
  readonly held: string | undefined;
  /** `expect 180 Ringing (INVITE)`: what is waited for. */
  readonly awaited: string | undefined;
}

export interface ReplayOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly target: Target;
  readonly pace: Pace;
  /** Lets sends go, where the pace is `step`. */
  readonly gate?: Gate | undefined;
  /** Answers the challenges of the target. */
  readonly credentials?: CredentialStore | undefined;
  /** How long a message is waited for. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly trace: RunTrace;
  /** Opens the socket of a lane. @throws TransportError */
  readonly bind: (lane: RecordedLane) => Promise<Transport>;
  /** Hears when something has happened; the view is made when it is asked for. */
  readonly onProgress?: ((view: () => ReplayView) => void) | undefined;
}

export interface ReplayResult {
  /** `fail`: there are differences. */
  readonly verdict: Verdict;
  readonly comparison: ReplayComparison | undefined;
}

/** As long as a transaction lives. @rfc 3261 §17.1.1.2 */
export const REPLAY_TIMEOUT_MS = 32_000;

/** Plays lanes of a recording against a live target. What keeps it from beginning is a verdict too. */
export async function replay(plan: ReplayPlan, options: ReplayOptions): Promise<ReplayResult> {
  const { clock, trace, signal, pace, timeoutMs = REPLAY_TIMEOUT_MS, onProgress } = options;
  const name = replayName(plan);
  const sockets = new Map<string, Transport>();
  try {
    for (const lane of plan.lanes) {
      const transport = await options.bind(lane);
      tapped(transport, clock, (message) => trace.add(lane.name, message));
      sockets.set(lane.address, transport);
    }
  } catch (error) {
    await Promise.all([...sockets.values()].map((socket) => socket.close()));
    if (!(error instanceof Error && error.name === 'TransportError')) throw error;
    const failed = { scenario: name, outcome: 'error', reason: error.message, steps: [] } as const;
    return { verdict: { ...failed, tookMs: 0, variables: {} }, comparison: undefined };
  }
  const startMs = clock.now();
  trace.begin(startMs);
  let isStopped = false;
  const player = await new Promise<Player>((resolve) => {
    const made: Player = new Player(plan, {
      clock,
      ids: options.ids,
      sockets,
      target: options.target,
      keepsPauses: pace === 'original',
      gate: pace === 'step' ? options.gate : undefined,
      credentials: options.credentials,
      timeoutMs,
      trace,
      onProgress: () => onProgress?.(() => viewOf(plan, made, trace)),
      onOver: () => {
        signal?.removeEventListener('abort', stop);
        resolve(made);
      },
    });
    const stop = (): void => {
      isStopped = true;
      made.stop();
    };
    signal?.addEventListener('abort', stop, { once: true });
    made.start();
    if (signal?.aborted === true) stop();
  });
  await player.close();
  const { comparison } = viewOf(plan, player, trace);
  return { verdict: verdictOf(name, player, comparison, clock.now() - startMs, isStopped), comparison };
}

/** `Replay of alice` */
export const replayName = ({ lanes }: ReplayPlan): string =>
  `Replay of ${lanes.map(({ name }) => name).join(' and ')}`;

function viewOf(plan: ReplayPlan, player: Player, trace: RunTrace): ReplayView {
  const { addresses, playedMessages: played, held, awaited, progress } = player;
  const due = progress.next?.at ?? plan.messages.length;
  return {
    comparison: compareReplay({ plan, addresses, messages: trace.messages, played, due }),
    held: held && stepInfo(held).title,
    awaited: awaited && stepInfo(awaited).title,
  };
}

function verdictOf(
  scenario: string,
  player: Player,
  { differences }: ReplayComparison,
  tookMs: number,
  isStopped: boolean,
): Verdict {
  const about = { scenario, steps: player.progress.results(), tookMs, variables: {} };
  if (player.failure !== undefined) return { ...about, outcome: 'error', reason: player.failure };
  if (isStopped) return { ...about, outcome: 'stopped', reason: 'stopped before it was over' };
  const [first] = differences;
  if (first === undefined) return { ...about, outcome: 'pass' };
  const more = differences.length > 1 ? ` And ${differences.length - 1} more.` : '';
  return { ...about, outcome: 'fail', reason: `${first}${more}` };
}
