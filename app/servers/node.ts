import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import type { LimitName, Limits } from '../../stack/core/limits.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { createLostFlows } from '../../stack/registrar/lost-flows.ts';
import { cachedDns } from '../../stack/resolver/cached-dns.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import type { SdpProfile } from '../../stack/server/media.ts';
import type { CaptureSink } from '../../stack/transport/capture.ts';
import { faulty } from '../../stack/transport/faulty.ts';
import { tapped } from '../../stack/transport/tapped.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import { REGISTRAR_MODES } from '../contract/server-config/modes.ts';
import type { OperatorItem } from '../contract/operator.ts';
import type { Listener } from '../contract/servers.ts';
import { createAdvertise, createPublicAddress } from './advertise.ts';
import { type CallRecords, openCallRecords } from './cdr.ts';
import { createHepMirror } from './hep/mirror.ts';
import { LimitLog } from './limit-log.ts';
import { limitsOf } from './limits.ts';
import { listen } from './listen.ts';
import { readGauges } from './metrics/node-gauges.ts';
import type { OpenedLocations } from './locations/locations-opener.ts';
import { openLocations } from './locations/open-locations.ts';
import { answerDials } from './questions/dials.ts';
import { answerOperator } from './questions/operator.ts';
import { type Ask, asker } from './questions/questions.ts';
import { answerState } from './questions/state.ts';
import { noted } from './state/lookups.ts';
import { readProfile } from './sdp-profile.ts';
import { createServing, type Serving } from './serving.ts';
import { warnOfStrangers } from './strangers.ts';
import { type Users, usersOf } from './users.ts';

export { explainConfig } from './explain-config.ts';
export { NodeStartError } from './node-start-error.ts';

/** What a node lives on. */
export interface NodeEnvironment {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Folder of what a person made; the development CA is kept there. */
  readonly dataDir: string;
  /** Who may prove to be somebody, in place of those of the users file. */
  readonly users?: Users;
  /** Name servers in place of those of the system. */
  readonly dnsServers?: readonly string[];
  /** Takes every message that crosses a socket of the node. */
  readonly capture?: CaptureSink;
  /** Progress of the start, in words for people: `binding udp 127.0.0.1:5060`. */
  readonly onStep?: (step: string) => void;
  /** What waits for the operator has changed. */
  readonly onWaiting?: (items: readonly OperatorItem[]) => void;
}

/** A node that serves. */
export interface RunningNode {
  /** With the real ports. */
  readonly listeners: readonly Listener[];
  /** What it does, one sentence a handler. */
  explain(): readonly string[];
  stats(): NodeFigures;
  readonly ask: Ask;
  /** Refuses new requests, ends calls for at most `graceMs`, closes the sockets. Harmless when called twice. */
  stop(graceMs: number): Promise<void>;
}

interface NodeFigures {
  /** Both directions. */
  readonly messages: number;
  readonly activeCalls: number;
  readonly activeTransactions: number;
  /** What limits refused, by their names. */
  readonly refusals: Readonly<Partial<Record<LimitName, number>>>;
}

/**
 * Starts a node: its location store and all of its listeners, or nothing.
 * @throws NodeStartError code 'port-in-use' | 'address-not-available' | 'permission-denied' | 'invalid-config' | 'store-unavailable'.
 */
export async function startNode(config: ServerConfig, env: NodeEnvironment): Promise<RunningNode> {
  const refusals = new LimitLog(env.log);
  const limits = limitsOf(config.limit);
  const users = env.users ?? (await usersOf(config, env.log));
  const sdpProfile = await readProfile(config.sdpProfile);
  const locations = await locationsOf(config, env);
  let records: CallRecords | undefined;
  try {
    if (config.cdr !== '') records = openCallRecords(config.cdr, env.log);
    const bound = await listen(config, { ...env, limits, onLimit: refusals.onLimit });
    warnOfStrangers(config, bound, env.log);
    return serve(config, env, { bound, refusals, limits, users, sdpProfile, locations, records });
  } catch (error) {
    locations.close();
    await records?.close();
    throw error;
  }
}

/** Modes without a registrar need no database. */
function locationsOf({ mode, location }: ServerConfig, env: NodeEnvironment): Promise<OpenedLocations> {
  const isNeeded = REGISTRAR_MODES.some((name) => name === mode);
  if (isNeeded && location !== 'memory') env.onStep?.('opening the location store');
  return openLocations(isNeeded ? location : 'memory', env);
}

/** What a start has made ready. */
interface Ready {
  readonly bound: readonly Transport[];
  readonly refusals: LimitLog;
  readonly limits: Limits;
  readonly users: Users;
  readonly sdpProfile: SdpProfile;
  readonly locations: OpenedLocations;
  readonly records: CallRecords | undefined;
}

function serve(config: ServerConfig, env: NodeEnvironment, ready: Ready): RunningNode {
  const { clock, ids, log, dnsServers } = env;
  const { bound, refusals, limits, users, sdpProfile, locations, records } = ready;
  const mirror =
    config.hep === ''
      ? undefined
      : createHepMirror({ collector: config.hep, agentName: config.name, clock, log });
  const sinks = [env.capture, mirror?.sink].filter((sink) => sink !== undefined);
  const dns = cachedDns(createSystemDns(dnsServers && { servers: dnsServers }), clock);
  const resolver = noted(createResolver({ dns, clock, ids }), clock);
  const serving = createServing(config, {
    clock,
    ids,
    log,
    store: locations.store,
    storeSecret: locations.secret,
    onLimit: refusals.onLimit,
    limits,
    users,
    sdpProfile,
    agent: {
      advertise: createAdvertise(),
      publicAddress: createPublicAddress(config.advertise),
      resolver,
    },
  });
  const { agent } = serving;
  records?.watch(agent, { server: config.name, bridge: () => serving.mode.bridge });
  const lostFlows = createLostFlows(locations.store);
  const transports = bound.map((transport) => {
    // The tap listens first, so that a request is recorded before its answer, and to the wire, so that faults on purpose are recorded as they are.
    for (const sink of sinks) tapped(transport, clock, sink);
    return faulty(transport, serving.misdeeds.faults, clock);
  });
  for (const transport of transports) {
    agent.addTransport(transport);
    if (transport.isReliable)
      transport.onConnection((event) => {
        lostFlows.onConnection(event);
      });
  }
  const listeners = bound.map(({ protocol, local }) => ({ protocol, host: local.host, port: local.port }));
  serving.mode.desk?.onChanged((items) => env.onWaiting?.(items));
  env.onStep?.('serving');
  const state = answerState({ clock, serving, transports, resolver });
  let stopping: Promise<void> | undefined;
  return {
    listeners,
    explain: () => serving.explain(),
    ask: asker({
      ...answerDials(serving),
      ...state,
      ...answerOperator(serving),
      'gauges.read': () =>
        readGauges({
          agent,
          store: serving.mode.registrar?.store,
          refusals: () => refusals.counts,
          health: locations.health,
        }),
    }),
    stats: () => {
      const { activeCalls, serverTransactions, clientTransactions } = agent.stats;
      const messages = bound.reduce((sum, transport) => sum + transport.messageCount, 0);
      return {
        messages,
        activeCalls,
        activeTransactions: serverTransactions + clientTransactions,
        refusals: refusals.counts,
      };
    },
    stop: (graceMs) => {
      state.dispose();
      return (stopping ??= stop(serving, transports, graceMs).then(() => {
        lostFlows.dispose();
        locations.close();
        return Promise.all([mirror?.close(), records?.close()]).then(() => undefined);
      }));
    },
  };
}

async function stop(serving: Serving, bound: readonly Transport[], graceMs: number): Promise<void> {
  await serving.agent.stop(graceMs);
  await Promise.all(bound.map((transport) => transport.close()));
  serving.dispose();
}
