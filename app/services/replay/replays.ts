import { singleAccount } from '../../../stack/auth/account.ts';
import { CredentialStore } from '../../../stack/auth/credential-store.ts';
import type { Hashes } from '../../../stack/auth/hashes.ts';
import { formatAddress, type Address } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import { encodeText } from '../../../stack/message/octets.ts';
import { parseUri } from '../../../stack/message/uri.ts';
import type { Resolver } from '../../../stack/resolver/resolver.ts';
import type { Target, Transport } from '../../../stack/transport/transport.ts';
import type { RecordedLane } from '../../../scenarios/replay/lanes.ts';
import { planReplay, recordedLanes, type ReplayPlan } from '../../../scenarios/replay/plan.ts';
import type { RecordedMessage } from '../../../scenarios/traffic/recorded.ts';
import { ContractError } from '../../contract/errors.ts';
import type { MethodName, Params } from '../../contract/define.ts';
import type { Replay } from '../../contract/replay.ts';
import type { Workbench } from '../../contract/workbench.ts';
import type { Handlers } from '../../rpc/types.ts';
import type { Captor } from '../scenarios/run-recording.ts';
import { OneReplay } from './one-replay.ts';
import { originalArrows } from './replay-arrows.ts';

/** How many replays are remembered. */
const MAX_REPLAYS = 20;

export interface ReplaysOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly resolver: Resolver;
  readonly newId: () => string;
  /** The messages of recorded dialogs. @throws ContractError 'not-found' */
  readonly recorded: (ids: readonly number[]) => readonly RecordedMessage[];
  /** Opens the socket of a lane. @throws TransportError */
  readonly bind: (lane: RecordedLane, target: Address) => Promise<Transport>;
  /** Takes what crosses the sockets, for Traffic. */
  readonly record: (batch: ArrayBuffer, captor: Captor) => void;
}

export interface Replays {
  readonly handlers: Pick<Handlers<Workbench>, Extract<MethodName<Workbench>, `replay.${string}`>>;
  readonly onChanged: (listener: (replay: Replay) => void) => Unsubscribe;
  readonly dispose: () => Promise<void>;
}

/** Recorded dialogs that are played again against a live target, and those that were. */
export function createReplays(options: ReplaysOptions): Replays {
  const changed = new Emitter<Replay>();
  /** Newest last. */
  const replays = new Map<string, OneReplay>();
  const one = (id: string): OneReplay => {
    const found = replays.get(id);
    if (found === undefined)
      throw new ContractError('not-found', 'There is no such replay: only the last ones are kept.');
    return found;
  };
  const held = (id: string): OneReplay => {
    const found = one(id);
    if (!found.isHeld) throw new ContractError('conflict', 'No message is held before it is sent.');
    return found;
  };
  const planned = (ids: readonly number[], lanes: readonly string[] | undefined): ReplayPlan => {
    const plan = planReplay(options.recorded(ids), lanes);
    if (typeof plan === 'string') throw new ContractError('not-found', `Nothing can be played: ${plan}.`);
    return plan;
  };

  const start = async (order: Params<Workbench, 'replay.start'>): Promise<Replay> => {
    const { ids, lanes, target, pace, credentials, timeoutSec } = order;
    const plan = planned(ids, lanes);
    const place = await targetOf(target, plan, options.resolver);
    const started = new OneReplay(
      {
        ...options,
        bind: (lane) => options.bind(lane, place.address),
        onChanged: (now) => changed.emit(now),
      },
      {
        plan,
        target: place,
        targetText: formatAddress(place.address),
        pace,
        timeoutMs: timeoutSec === undefined ? undefined : timeoutSec * 1000,
        credentials:
          credentials &&
          new CredentialStore({
            hashes: options.hashes,
            ids: options.ids,
            accounts: singleAccount(encodeText(credentials.user), encodeText(credentials.password)),
          }),
      },
    );
    replays.set(started.id, started);
    for (const [id, { isOver }] of replays) {
      if (replays.size <= MAX_REPLAYS) break;
      if (isOver) replays.delete(id);
    }
    return started.snapshot();
  };

  return {
    handlers: {
      'replay.plan': ({ ids, lanes }) => {
        const known = recordedLanes(options.recorded(ids));
        const plan = planned(ids, lanes);
        return {
          lanes: known.map(({ name, address, protocol, sent, isCalled }) => ({
            name,
            address,
            protocol,
            sent,
            isCalled,
          })),
          played: plan.lanes.map(({ name }) => name),
          original: originalArrows(plan),
          notes: [...plan.notes],
        };
      },
      'replay.start': start,
      'replay.step': ({ replay }) => {
        held(replay).gate.step();
        return one(replay).snapshot();
      },
      'replay.continue': ({ replay }) => {
        held(replay).gate.open();
        return one(replay).snapshot();
      },
      'replay.stop': async ({ replay }) => {
        await one(replay).stop();
        return one(replay).snapshot();
      },
      'replay.read': ({ replay }) => one(replay).snapshot(),
    },
    onChanged: (listener) => changed.on(listener),
    dispose: async () => {
      await Promise.all([...replays.values()].map((replay) => replay.stop()));
    },
  };
}

/** Where a target is. @throws ContractError 'invalid-config' */
async function targetOf(text: string, { peers }: ReplayPlan, resolver: Resolver): Promise<Target> {
  const uri = parseUri(encodeText(/^sips?:/i.test(text.trim()) ? text.trim() : `sip:${text.trim()}`));
  if (!uri.isValid || (uri.scheme !== 'sip' && uri.scheme !== 'sips') || uri.host === '')
    throw new ContractError('invalid-config', `${text} is no target, such as 127.0.0.1:5060.`);
  const protocol = peers[0]?.protocol ?? 'udp';
  const over = { ...uri, params: new Map(uri.params).set('transport', protocol) };
  const { hops, failure } = await resolver.resolve(over, [protocol]);
  const [hop] = hops;
  if (hop === undefined)
    throw new ContractError('invalid-config', `${text} leads nowhere: ${failure ?? 'it has no address'}.`);
  return { address: hop.address, ...(hop.serverName !== undefined && { serverName: hop.serverName }) };
}
