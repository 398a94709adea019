import { singleAccount } from '../../stack/auth/account.ts';
import { CredentialStore } from '../../stack/auth/credential-store.ts';
import { nodeHashes } from '../../stack/auth/node/hashes.ts';
import { formatAddress } from '../../stack/core/address.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import type { AgentLab } from '../../stack/testing/agent-lab.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import type { Gate } from '../engine/gate.ts';
import { RunTrace } from '../engine/run-trace.ts';
import { planReplay, type ReplayPlan } from '../replay/plan.ts';
import { replay, type Pace, type ReplayResult, type ReplayView } from '../replay/replay.ts';
import type { RecordedMessage } from '../traffic/recorded.ts';

export interface ReplayInMemory {
  readonly lab: AgentLab;
  readonly lanes?: readonly string[];
  readonly pace?: Pace;
  readonly gate?: Gate;
  /** Account that answers challenges. */
  readonly account?: { readonly user: string; readonly password: string };
  readonly signal?: AbortSignal;
  /** Host of the first played lane; 10.2.0.1 by default, those after it follow. */
  readonly net?: string;
  /** Port of every played lane. */
  readonly port?: number;
  readonly trace?: RunTrace;
  readonly onProgress?: (view: () => ReplayView) => void;
}

const TARGET_HOST = '10.0.0.1';

/** The plan of a recording that can be played. */
export function planned(messages: readonly RecordedMessage[], lanes?: readonly string[]): ReplayPlan {
  const plan = planReplay(messages, lanes);
  if (typeof plan === 'string') throw new Error(plan);
  return plan;
}

/** A message that crossed a wire as one of a recording. */
export function recordedOf({
  direction,
  local,
  remote,
  protocol,
  atMs,
  bytes,
}: CapturedMessage): RecordedMessage {
  const [source, destination] = direction === 'in' ? [remote, local] : [local, remote];
  return { source: formatAddress(source), destination: formatAddress(destination), protocol, atMs, bytes };
}

/** Plays a recording over a network in memory, in virtual time, against a target at 10.0.0.1 and the port it was recorded with. */
export async function replayInMemory(
  messages: readonly RecordedMessage[],
  options: ReplayInMemory,
): Promise<ReplayResult> {
  const { lab, lanes, pace = 'original', gate, account, signal, onProgress, port = 5060 } = options;
  const { net = '10.2.0.', trace = new RunTrace() } = options;
  const plan = planned(messages, lanes);
  const ids = createIds('replay');
  const targetPort = Number(/\d+$/.exec(plan.peers[0]?.address ?? '')?.[0]);
  let result: ReplayResult | undefined;
  const running = replay(plan, {
    clock: lab.clock,
    ids,
    target: { address: { host: TARGET_HOST, port: targetPort } },
    pace,
    gate,
    trace,
    signal,
    onProgress,
    credentials:
      account &&
      new CredentialStore({
        hashes: nodeHashes,
        ids,
        accounts: singleAccount(account.user, account.password),
      }),
    bind: ({ protocol, address }) => {
      const at = plan.lanes.findIndex((lane) => lane.address === address);
      return Promise.resolve(lab.network.bind(protocol, { host: `${net}${at + 1}`, port }));
    },
  }).then((ended) => {
    result = ended;
  });
  await lab.clock.settle();
  for (let seconds = 0; result === undefined && seconds < 4000; seconds++) await lab.clock.advanceAsync(1000);
  if (result === undefined) throw new Error('the replay has not ended within an hour of virtual time');
  await running;
  return result;
}
