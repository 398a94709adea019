import * as z from 'zod';
import { captureEvents, captureMethods } from './captures.ts';
import { event, method } from './define.ts';
import { Dials } from './dials.ts';
import { Lab, LabPhoneName } from './lab.ts';
import { environmentMethods } from './environments.ts';
import { loadEvents, loadMethods } from './load.ts';
import { Decision, OperatorItem } from './operator.ts';
import { replayEvents, replayMethods } from './replay.ts';
import { scenarioEvents, scenarioMethods } from './scenarios.ts';
import { LogLine, ServerId, ServerInfo } from './servers.ts';
import { NodeState, StateAction, TransactionMachine } from './state.ts';
import {
  Comparison,
  DialogId,
  DialogPage,
  DialogQuery,
  ExportResult,
  ExportScope,
  ScenarioFromDialogs,
  Inspection,
  Ladder,
  MessageId,
  TrafficSummary,
} from './traffic.ts';

/** Raised with every change of the contract that an older end would not understand. */
export const CONTRACT_VERSION = 4;

const Nothing = z.object({});
const OneServer = z.object({ id: ServerId });
/** A file a person chose in a native dialog: the backend knows the path, the page only this handle. */
const FileHandle = z.object({ handle: z.string(), name: z.string() });

const OperatorItems = z.object({ items: z.array(OperatorItem.extend({ server: ServerId })) });

export const Hello = z.object({
  product: z.string(),
  version: z.string(),
  /** Which face the backend serves; only for words, never for behaviour. */
  face: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** Whether files.chooseSave and files.chooseOpen work; otherwise exports become downloads. */
  hasFileDialogs: z.boolean(),
  /** What a person should know about this start: a damaged file and where it is kept. */
  notice: z.string().optional(),
});
export type Hello = z.infer<typeof Hello>;

const NO_SERVER = { 'not-found': 'there is no such server' } as const;
const NOT_RUNNING = { ...NO_SERVER, conflict: 'the server does not run' } as const;
const DIALOGS = { 'not-supported': 'a browser has no native dialogs', cancelled: '' } as const;

/** Everything a face can ask the workbench, and everything the workbench tells it. Methods are noun.verb, events noun.pastTense. */
export const workbench = {
  methods: {
    'workbench.hello': method(Nothing, Hello, 'Who answers, and what a person should know about its start.'),

    'servers.list': method(
      Nothing,
      z.object({ servers: z.array(ServerInfo) }),
      'Every server with its state, listeners and figures.',
    ),
    'servers.create': method(
      z.object({ config: z.unknown() }),
      ServerInfo,
      'Makes a server; where it listens is 127.0.0.1 unless the configuration says otherwise. It is not started.',
      { 'invalid-config': '', 'file-error': 'it is made, but could not be saved' },
    ),
    'servers.update': method(
      z.object({ id: ServerId, config: z.unknown() }),
      ServerInfo,
      'Changes a stopped server; what the configuration does not name gets its default.',
      { ...NO_SERVER, conflict: 'it runs', 'invalid-config': '', 'file-error': '' },
    ),
    'servers.delete': method(OneServer, Nothing, 'Forgets a stopped server.', {
      ...NO_SERVER,
      conflict: 'it runs',
      'file-error': '',
    }),
    'servers.start': method(
      OneServer,
      ServerInfo,
      'Starts a server; answers when every listener is bound. The data of an error is a ServerProblem.',
      {
        ...NO_SERVER,
        conflict: 'it runs',
        'port-in-use': '',
        'address-not-available': '',
        'permission-denied': '',
        'store-unavailable': '',
        'invalid-config': '',
      },
    ),
    'servers.stop': method(
      OneServer,
      ServerInfo,
      'Stops a server; answers when every port is free again. Harmless on a stopped one.',
      NO_SERVER,
    ),
    'servers.log': method(
      z.object({ id: ServerId, limit: z.number().int().min(1).max(1000) }),
      z.object({ lines: z.array(LogLine) }),
      'The newest lines of its log, oldest first.',
      NO_SERVER,
    ),
    'servers.explain': method(
      z.object({ config: z.unknown() }),
      z.object({ command: z.string(), yaml: z.string(), handlers: z.array(z.string()) }),
      'The siphond command line and the configuration file that start the same server, and what each handler does.',
      { 'invalid-config': '' },
    ),
    'servers.open': method(
      z.object({ handle: z.string() }),
      ServerInfo,
      'Reads a siphond configuration file into a new server.',
      { gone: 'the handle', 'file-error': '', 'invalid-config': '' },
    ),

    'dials.read': method(OneServer, Dials, 'The behaviour dials of a running server.', NOT_RUNNING),
    'dials.change': method(
      z.object({ id: ServerId, changes: z.record(z.string(), z.unknown()) }),
      Dials,
      'Turns dials of a running server by their keys; what is not named stays. The configuration keeps its values.',
      { ...NOT_RUNNING, 'invalid-config': '' },
    ),

    'state.read': method(OneServer, NodeState, 'What a running server holds now.', NOT_RUNNING),
    'state.machines': method(
      Nothing,
      z.object({ machines: z.array(TransactionMachine) }),
      'The state machines of transactions, as the engine runs them.',
    ),
    'state.act': method(
      z.object({ id: ServerId, action: StateAction }),
      Nothing,
      'Ends what a row of the state stands for.',
      { 'not-found': 'the server or the row', conflict: 'the server does not run', gone: 'the row' },
    ),

    'operator.list': method(
      Nothing,
      OperatorItems,
      'What waits for a person at all interactive servers, oldest first.',
    ),
    'operator.decide': method(
      z.object({ server: ServerId, item: z.string(), decision: Decision }),
      Nothing,
      'Decides about one item; its choices say which decisions make sense.',
      {
        ...NOT_RUNNING,
        gone: 'it was cancelled or decided',
        'bad-params': 'that decision makes no sense now',
      },
    ),

    'lab.read': method(Nothing, Lab, 'How it stands with the living lab.'),
    'lab.start': method(
      Nothing,
      Lab,
      'Starts a proxy and two phones, which register and call. Resolves when both are registered.',
      { conflict: 'it is on', 'port-in-use': '', internal: 'a phone was not registered' },
    ),
    'lab.call': method(
      z.object({ from: LabPhoneName }),
      Lab,
      'One phone calls the other, which answers after a while; whoever called hangs up after some seconds.',
      { conflict: 'the lab is off, or a call is on' },
    ),
    'lab.hangUp': method(Nothing, Lab, 'Ends the call that is on.', { conflict: 'there is none' }),
    'lab.stop': method(
      Nothing,
      Lab,
      'Ends the call, unregisters the phones, stops the proxy and forgets it; harmless when it is off.',
    ),

    'traffic.summary': method(Nothing, TrafficSummary, 'How much is recorded.'),
    'traffic.clear': method(Nothing, TrafficSummary, 'Forgets every dialog.'),
    'traffic.record': method(
      z.object({ isOn: z.boolean() }),
      TrafficSummary,
      'Turns recording on or off: servers go on, their messages are neither kept nor counted meanwhile.',
    ),

    'dialogs.query': method(
      DialogQuery,
      DialogPage,
      'A page of the dialogs that match a filter; a filter that is none is told in the answer.',
    ),
    'dialogs.ladder': method(
      z.object({ ids: z.array(DialogId).min(1).max(50), limit: z.number().int().min(1).max(5000) }),
      Ladder,
      'All messages of the dialogs in order of time, at most `limit`. Dialogs dropped meanwhile are left out.',
    ),

    'messages.inspect': method(
      z.object({ id: MessageId }),
      Inspection,
      'A message with every field and its octets.',
      { gone: 'dropped to stay within the bound' },
    ),
    'messages.compare': method(
      z.object({ a: MessageId, b: MessageId }),
      Comparison,
      'Two messages, field by field.',
      { gone: 'one of them' },
    ),

    ...captureMethods,
    'captures.export': method(
      z.object({ scope: ExportScope, handle: z.string().optional() }),
      ExportResult,
      'pcapng of the recorded octets. Without a handle the result is a download.',
      { gone: 'the handle', 'not-found': 'nothing is in scope', 'file-error': '', 'filter-syntax': '' },
    ),

    'scenarios.fromDialogs': method(
      z.object({ ids: z.array(DialogId).min(1).max(50), handle: z.string().optional() }),
      ScenarioFromDialogs,
      'A scenario of recorded dialogs: the side that began the first is played. With a handle it is written there too.',
      { gone: 'the handle', 'not-found': 'the dialogs hold nothing to play', 'file-error': '' },
    ),
    ...scenarioMethods,
    ...environmentMethods,

    ...replayMethods,

    ...loadMethods,

    'files.chooseSave': method(
      z.object({ title: z.string(), suggestedName: z.string().max(200) }),
      FileHandle,
      'Asks the person at the desktop where to save.',
      DIALOGS,
    ),
    'files.chooseOpen': method(
      z.object({ title: z.string(), extensions: z.array(z.string()) }),
      FileHandle,
      'Asks the person at the desktop which file to open.',
      DIALOGS,
    ),
  },
  events: {
    'servers.changed': event(
      z.object({ servers: z.array(ServerInfo) }),
      'Every server, at most ten times a second.',
    ),
    'servers.logged': event(
      z.object({ id: ServerId, lines: z.array(LogLine) }),
      "New lines of a server's log.",
    ),
    'traffic.changed': event(TrafficSummary, 'Something was recorded or dropped.'),
    'lab.changed': event(Lab, 'The living lab or its call has changed.'),
    ...captureEvents,
    ...loadEvents,
    ...scenarioEvents,
    ...replayEvents,
    'operator.changed': event(OperatorItems, 'What waits for a person has changed.'),
    'menu.chosen': event(
      z.object({ command: z.string() }),
      'A native menu item was chosen: the id of a command.',
    ),
  },
} as const;

export type Workbench = typeof workbench;
