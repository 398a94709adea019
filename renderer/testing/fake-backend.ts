import { ContractError } from '../../app/contract/errors.ts';
import type { EventName, MethodName, Params, Payload, Result } from '../../app/contract/define.ts';
import type { LoadRun } from '../../app/contract/load.ts';
import type { LogLine, ServerInfo } from '../../app/contract/servers.ts';
import type { NodeState } from '../../app/contract/state.ts';
import type { TrafficSummary } from '../../app/contract/traffic.ts';
import type { Workbench } from '../../app/contract/workbench.ts';
import type { Backend, Handlers } from '../../app/rpc/types.ts';
import { aConfig, aLine, aServer, createFakeServers, type FakeServers, listenersOf } from './fake-servers.ts';
import { createFakeDials, type FakeDials } from './fake-dials.ts';
import { createFakeEnvironments, type FakeEnvironments } from './fake-environments.ts';
import { createFakeLab, type FakeLab } from './fake-lab.ts';
import { createFakeLoad, type FakeLoad } from './fake-load.ts';
import { createFakeOperator, type FakeItem, type FakeOperator } from './fake-operator.ts';
import { createFakeReplay, type FakeReplay } from './fake-replay.ts';
import { createFakeScenarios, type FakeScenarioOptions, type FakeScenarios } from './fake-scenarios.ts';
import { createFakeState, type FakeState } from './fake-state.ts';
import { SAMPLE_MACHINES } from './sample-machines.ts';
import { createSampleTraffic, type SampleTraffic } from './sample-traffic.ts';

export interface FakeOptions {
  readonly servers?: readonly ServerInfo[];
  readonly traffic?: SampleTraffic;
  readonly summary?: Partial<TrafficSummary>;
  readonly logs?: Readonly<Record<string, readonly LogLine[]>>;
  readonly hasFileDialogs?: boolean;
  /** What waits for a person from the start. */
  readonly waiting?: readonly FakeItem[];
  /** What every running server holds. */
  readonly state?: Partial<NodeState>;
  /** Load runs so far, the newest first. */
  readonly runs?: readonly LoadRun[];
  readonly scenarios?: FakeScenarioOptions;
  /** Text of the file of environments. */
  readonly environments?: string;
  /** Answers in place of the built-in ones. */
  readonly handlers?: Partial<Handlers<Workbench>>;
}

/** The workbench in memory: same contract, sample data, no wire. */
export interface FakeBackend extends Backend<Workbench> {
  readonly servers: FakeServers;
  readonly dials: FakeDials;
  readonly operator: FakeOperator;
  readonly state: FakeState;
  readonly lab: FakeLab;
  readonly load: FakeLoad;
  readonly scenarios: FakeScenarios;
  readonly replay: FakeReplay;
  readonly environments: FakeEnvironments;
  /** Every call so far: method and parameters. */
  readonly calls: readonly { readonly method: string; readonly params: unknown }[];
  emit<E extends EventName<Workbench>>(event: E, payload: Payload<Workbench, E>): void;
  /** Changes the state of the recording and tells it. */
  setSummary(change: Partial<TrafficSummary>): void;
  /** The next call of the method is refused. */
  failNext(method: MethodName<Workbench>, error: ContractError): void;
  disconnect(): void;
}

const BASE_MS = Date.UTC(2026, 10, 21, 14, 2, 48);

/** A running full-uas and a stopped minimal server, as after the first minute. */
export const SAMPLE_SERVERS: readonly ServerInfo[] = [
  aServer({
    id: 'uas',
    config: aConfig({ name: 'edge-uas', mode: 'full-uas', ringMs: 700 }),
    state: 'running',
    listeners: listenersOf(aConfig()),
    startedAtMs: BASE_MS,
    stats: { messagesPerSec: 41, messages: 12_843, activeCalls: 6, activeTransactions: 11, loopLagMs: 3 },
    logLines: 4,
  }),
  aServer({
    id: 'probe',
    config: aConfig({ name: 'options-probe', udpBind: ['127.0.0.1:5099'], tcpBind: [] }),
  }),
];

const SAMPLE_LOG: readonly LogLine[] = [
  aLine(BASE_MS - 40, 'info', 'listening', { listener: 'udp 127.0.0.1:5060' }),
  aLine(BASE_MS - 39, 'info', 'listening', { listener: 'tcp 127.0.0.1:5060' }),
  aLine(BASE_MS + 12_220, 'warn', 'request refused', { method: 'REGISTER', status: 501 }),
  aLine(BASE_MS + 18_221, 'debug', 'call answered', { callId: '3c26a7f0-84de-4b1f@127.0.0.1', ringMs: 700 }),
];

const missing = (what: string): ContractError =>
  new ContractError('gone', `${what} was dropped to stay within the bound.`);

export function createFakeBackend(options: FakeOptions = {}): FakeBackend {
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const endings = new Set<() => void>();
  const failures = new Map<string, ContractError>();
  const calls: { method: string; params: unknown }[] = [];
  const traffic = options.traffic ?? createSampleTraffic();
  let summary: TrafficSummary = {
    revision: 1,
    dialogs: traffic.dialogs.length,
    messages: traffic.messages.length,
    sizeBytes: traffic.messages.reduce((sum, m) => sum + m.sizeBytes, 0),
    limitBytes: 256_000_000,
    dropped: 0,
    isRecording: true,
    lastAtMs: traffic.messages.at(-1)?.atMs,
    ...options.summary,
  };
  const emit = <E extends EventName<Workbench>>(event: E, payload: Payload<Workbench, E>): void => {
    for (const listener of [...(listeners.get(event) ?? [])]) listener(payload as never);
  };
  const setSummary = (change: Partial<TrafficSummary>): TrafficSummary => {
    summary = { ...summary, revision: summary.revision + 1, ...change };
    emit('traffic.changed', summary);
    return summary;
  };
  const servers = createFakeServers(options.servers ?? SAMPLE_SERVERS, () => {
    emit('servers.changed', { servers: [...servers.list()] });
  });

  const dials = createFakeDials(servers);
  const state = createFakeState(options.state);
  const operator = createFakeOperator(options.waiting ?? [], () => {
    emit('operator.changed', { items: [...operator.list()] });
  });

  const lab = createFakeLab((now) => {
    emit('lab.changed', now);
  });
  const load = createFakeLoad(options.runs ?? [], (run) => {
    emit('load.changed', run);
  });

  const scenarios = createFakeScenarios(emit, options.scenarios);
  const replay = createFakeReplay((now) => {
    emit('replay.changed', now);
  });
  const environments = createFakeEnvironments(options.environments);

  const handlers: Handlers<Workbench> = {
    ...scenarios.handlers,
    ...environments.handlers,
    'workbench.hello': () => ({
      product: 'Siphon Workbench',
      version: '0.1.0',
      face: 'browser',
      platform: 'linux',
      hasFileDialogs: options.hasFileDialogs ?? false,
    }),
    'servers.list': () => ({ servers: [...servers.list()] }),
    'servers.create': ({ config }) => servers.add(config),
    'servers.update': ({ id, config }) =>
      servers.set(id, { config: servers.check(config), state: 'stopped' }),
    'servers.delete': ({ id }) => {
      servers.remove(id);
      return {};
    },
    'servers.start': ({ id }) => servers.start(id),
    'servers.stop': ({ id }) => servers.stop(id),
    'servers.log': ({ id, limit }) => ({
      lines: [...(options.logs?.[id] ?? (id === 'uas' ? SAMPLE_LOG : []))].slice(-limit),
    }),
    'servers.explain': ({ config }) => {
      const { name, mode, udpBind } = servers.check(config);
      return {
        command: `siphond --name ${name} --mode ${mode} --udp-bind ${udpBind[0] ?? 'none'}`,
        yaml: `name: ${name}\nmode: ${mode}\nudpBind:\n${udpBind.map((b) => `  - ${b}\n`).join('')}`,
        handlers:
          mode === 'minimal'
            ? ['OPTIONS: answer 200 with Allow, Accept and Supported', 'anything else: answer 501']
            : [
                'OPTIONS: answer 200 with Allow, Accept and Supported',
                'INVITE: ring, then answer 200 with SDP',
                'anything else: answer 501',
              ],
      };
    },
    'servers.open': () => servers.add(aConfig({ name: 'from-file' })),
    'dials.read': ({ id }) => dials.read(id),
    'dials.change': ({ id, changes }) => dials.change(id, changes),
    'state.read': ({ id }) => {
      const { state: how, config } = servers.get(id);
      if (how !== 'running') throw new ContractError('conflict', `${config.name} does not run.`);
      return state.read();
    },
    'state.machines': () => ({ machines: SAMPLE_MACHINES }),
    'state.act': ({ action }) => {
      state.act(action);
      return {};
    },
    'lab.read': () => lab.read(),
    'lab.start': () => lab.start(),
    'lab.stop': () => lab.stop(),
    'lab.call': ({ from }) => lab.call(from),
    'lab.hangUp': () => lab.hangUp(),
    'load.read': () => load.read(),
    'load.start': (start) => load.start(start),
    'load.setRate': ({ id, ratePerSec }) => load.steer(id, { ratePerSec }),
    'load.pause': ({ id }) => load.steer(id, { state: 'paused' }),
    'load.resume': ({ id }) => load.steer(id, { state: 'running' }),
    'load.drain': ({ id }) => load.steer(id, { state: 'draining' }),
    'load.stop': ({ id }) => load.steer(id, { state: 'ended' }),
    'replay.plan': ({ lanes }) => replay.plan(lanes),
    'replay.start': ({ target, pace }) => replay.start(target, pace === 'step'),
    'replay.step': () => replay.read(),
    'replay.continue': () => replay.set({ state: 'running', held: undefined }),
    'replay.stop': () => replay.set({ state: 'ended', verdict: { outcome: 'stopped', tookMs: 1 } }),
    'replay.read': () => replay.read(),
    'operator.list': () => ({ items: [...operator.list()] }),
    'operator.decide': ({ server, item, decision }) => {
      operator.decide(server, item, decision);
      return {};
    },
    'traffic.summary': () => summary,
    'traffic.clear': () => setSummary({ dialogs: 0, messages: 0, sizeBytes: 0 }),
    'traffic.record': ({ isOn }) => setSummary({ isRecording: isOn }),
    'dialogs.query': (query) => traffic.query(query),
    'dialogs.ladder': ({ ids, limit }) => traffic.ladder(ids, limit),
    'messages.inspect': ({ id }) => {
      const found = traffic.inspect(id);
      if (found === undefined) throw missing(`Message ${id}`);
      return found;
    },
    'messages.compare': ({ a, b }) => {
      const found = traffic.compare(a, b);
      if (found === undefined) throw missing('One of the messages');
      return found;
    },
    'captures.list': () => ({ captures: [] }),
    'captures.open': () => {
      throw new ContractError('file-error', 'letter.pcap cannot be opened: it is no pcapng or pcap file.');
    },
    'captures.close': () => ({ captures: [] }),
    'uploads.begin': () => ({ upload: 'u1' }),
    'uploads.append': () => ({ receivedBytes: 0 }),
    'captures.export': () => ({
      fileName: 'capture.pcapng',
      messages: summary.messages,
      dialogs: summary.dialogs,
      sizeBytes: summary.sizeBytes,
      destination: { kind: 'download', path: '/download/1/capture.pcapng' },
    }),
    'scenarios.fromDialogs': () => ({
      yaml: 'version: 1\nname: Call\n',
      notes: ['The password of alice is not in a capture: set the variable password.'],
      fileName: 'call.yaml',
    }),
    'files.chooseSave': ({ suggestedName }) => ({ handle: 'h1', name: suggestedName }),
    'files.chooseOpen': () => ({ handle: 'h2', name: 'siphond.yaml' }),
    ...options.handlers,
  };

  return {
    servers,
    dials,
    operator,
    state,
    lab,
    load,
    scenarios,
    replay,
    environments,
    calls,
    emit,
    setSummary: (change) => {
      setSummary(change);
    },
    failNext: (method, error) => {
      failures.set(method, error);
    },
    disconnect: () => {
      for (const ended of [...endings]) ended();
    },
    async call<M extends MethodName<Workbench>>(method: M, params: Params<Workbench, M>) {
      calls.push({ method, params });
      await Promise.resolve();
      const failure = failures.get(method);
      failures.delete(method);
      if (failure !== undefined) throw failure;
      const answer = handlers[method] as (
        params: unknown,
      ) => Promise<Result<Workbench, M>> | Result<Workbench, M>;
      return answer(params);
    },
    on(event, listener) {
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(listener));
      return () => known.delete(listener);
    },
    onDisconnected: (listener) => {
      endings.add(listener);
      return () => endings.delete(listener);
    },
    close: () => {
      for (const ended of [...endings]) ended();
    },
  };
}
