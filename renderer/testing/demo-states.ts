import { aConfig, aLine, aServer, listenersOf } from './fake-servers.ts';
import { anItem } from './fake-operator.ts';
import type { FakeOptions } from './fake-backend.ts';
import { SAMPLE_SERVERS } from './fake-backend.ts';
import { SAMPLE_SOURCES, sampleRun } from './sample-load.ts';
import { sampleState } from './sample-state.ts';
import { sampleScenarios } from './sample-scenarios.ts';
import { createSampleTraffic } from './sample-traffic.ts';

const idle = { messagesPerSec: 0, messages: 0, activeCalls: 0, activeTransactions: 0, loopLagMs: 0 };
const sbc = aConfig({ name: 'sbc-front', mode: 'full-uas' });
const at = Date.now();

/** Situations worth looking at, by name. */
export const DEMO_STATES: Readonly<Record<string, FakeOptions>> = {
  empty: {
    servers: [],
    scenarios: { files: {} },
    traffic: createSampleTraffic([]),
    summary: { isRecording: true, messages: 0, dialogs: 0, sizeBytes: 0 },
  },
  broken: {
    servers: [
      aServer({
        id: 'sbc',
        config: sbc,
        state: 'failed',
        problem: {
          code: 'port-in-use',
          message: 'UDP 127.0.0.1:5060 is in use.',
          hint: 'edge-uas of this workbench holds it. sbc-front stays stopped; nothing else is affected.',
          listener: { protocol: 'udp', host: '127.0.0.1', port: 5060 },
          heldBy: { id: 'uas', name: 'edge-uas' },
          freePort: 5062,
        },
        logLines: 2,
      }),
      aServer({
        id: 'bob',
        config: aConfig({ name: 'bob-uas', mode: 'full-uas', udpBind: ['127.0.0.1:5072'], tcpBind: [] }),
        state: 'crashed',
        problem: {
          code: 'crashed',
          message: 'bob-uas crashed with exit code 134.',
          hint: '3 calls were cut; every message recorded so far is kept.',
          exitCode: 134,
        },
        logLines: 6,
      }),
      ...SAMPLE_SERVERS.map((s) => (s.id === 'uas' ? { ...s, startedAtMs: at - 754_000 } : s)),
      aServer({
        id: 'lan',
        config: aConfig({ name: 'lan-uas', udpBind: ['0.0.0.0:5080'], tcpBind: [] }),
        state: 'running',
        listeners: [{ protocol: 'udp', host: '0.0.0.0', port: 5080 }],
        startedAtMs: at - 4000,
        stats: { ...idle, messagesPerSec: 12, loopLagMs: 140 },
      }),
    ],
    summary: { dropped: 4206, messages: 12_843, sizeBytes: 34_000_000 },
    logs: {
      bob: [
        aLine(at - 90_020, 'info', 'INVITE answered', {
          callId: '3c26a7f0-84de-4b1f@127.0.0.1',
          status: 200,
        }),
        aLine(at - 90_011, 'warn', 'body is not UTF-8', { offset: 412 }),
        aLine(at - 90_010, 'error', 'handler call threw: Cannot read properties of undefined', {
          stack: 'call.ts:88',
        }),
        aLine(at - 90_009, 'error', 'uncaught, 3 calls were open'),
        aLine(at - 90_000, 'info', 'exit 134 after 42 min, 88 214 messages handled'),
      ],
    },
  },
  scenarios: { scenarios: sampleScenarios() },
  state: { state: sampleState() },
  load: { runs: [sampleRun(88)], handlers: SAMPLE_SOURCES },
  'load none': { handlers: SAMPLE_SOURCES },
  'load begun': {
    handlers: SAMPLE_SOURCES,
    runs: [sampleRun(2), sampleRun(40, { id: 'run-0', state: 'ended' })],
  },
  'load ended': {
    handlers: SAMPLE_SOURCES,
    runs: [
      sampleRun(74, { state: 'ended', active: 0, stoppedBecause: 'success fell below 90 %' }),
      sampleRun(300, { id: 'run-0', state: 'ended', active: 0 }),
    ],
  },
  'load failed': {
    handlers: SAMPLE_SOURCES,
    runs: [sampleRun(0, { state: 'ended', problem: 'alice: udp 127.0.0.1:5060 is in use.' })],
  },
  unreadable: {
    state: {
      ...sampleState(),
      registrations: {
        total: 0,
        rows: [],
        failure: 'The location store cannot be read: redis at 127.0.0.1:6379 does not answer.',
      },
      dialogs: { total: 12_843, rows: sampleState().dialogs?.rows ?? [] },
    },
  },
  calls: {
    servers: [
      ...SAMPLE_SERVERS,
      aServer({
        id: 'desk',
        config: aConfig({
          name: 'bob-desk',
          mode: 'interactive',
          udpBind: ['127.0.0.1:5072'],
          tcpBind: [],
        }),
        state: 'running',
        listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 5072 }],
        startedAtMs: at - 754_000,
        stats: { ...idle, messagesPerSec: 3, activeCalls: 2 },
      }),
    ],
    waiting: [
      anItem({
        id: 'c0',
        from: 'sip:carol@lab.test',
        fromName: 'Carol',
        state: 'held',
        arrivedAtMs: at - 90_000,
        choices: ['resume', 'transfer', 'hang-up'],
      }),
      anItem({ id: 'c1' }),
      anItem({
        id: 's1',
        kind: 'subscription',
        method: 'SUBSCRIBE',
        from: 'sip:erin@lab.test',
        fromName: '',
        state: 'waiting',
        summary: 'presence, for 3600 s',
        supports: [],
        sent: [],
        choices: ['answer', 'reject'],
      }),
    ],
  },
  call: {
    servers: [
      ...SAMPLE_SERVERS,
      aServer({
        id: 'desk',
        config: aConfig({
          name: 'bob-desk',
          mode: 'interactive',
          udpBind: ['127.0.0.1:5072'],
          tcpBind: [],
        }),
        state: 'running',
        listeners: [{ protocol: 'udp', host: '127.0.0.1', port: 5072 }],
        startedAtMs: at - 754_000,
        stats: { ...idle, messagesPerSec: 3, activeCalls: 1 },
      }),
    ],
    waiting: [anItem()],
  },
  busy: {
    servers: Array.from({ length: 24 }, (_, i) =>
      aServer({
        id: `s${i}`,
        config: aConfig({
          name: i === 5 ? 'a-server-with-a-name-that-is-far-too-long-for-any-list' : `node-${i + 1}`,
          mode: i % 3 === 0 ? 'minimal' : 'full-uas',
          udpBind: [`127.0.0.1:${5060 + 2 * i}`],
          tcpBind: [`127.0.0.1:${5060 + 2 * i}`],
        }),
        state: i < 16 ? (i === 3 ? 'starting' : i === 4 ? 'stopping' : 'running') : 'stopped',
        ...(i === 3 ? { step: 'binding udp 127.0.0.1:5066' } : {}),
        listeners:
          i < 16 ? listenersOf(aConfig({ udpBind: [`127.0.0.1:${5060 + 2 * i}`], tcpBind: [] })) : [],
        startedAtMs: at - i * 60_000,
        stats: {
          messagesPerSec: 5000 - i * 211,
          messages: 1_284_300,
          activeCalls: 612,
          activeTransactions: 40,
          loopLagMs: 9,
        },
        logLines: 14,
      }),
    ),
    summary: { messages: 1_284_300, sizeBytes: 255_000_000, dropped: 84_206 },
  },
};
