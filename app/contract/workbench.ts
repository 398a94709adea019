import { z } from 'zod';
import { event, method } from './define.ts';
import { Dials } from './dials.ts';
import { Decision, OperatorItem } from './operator.ts';
import { LogLine, ServerId, ServerInfo } from './servers.ts';
import { NodeState, StateAction } from './state.ts';
import {
  Comparison,
  DialogId,
  DialogPage,
  DialogQuery,
  ExportResult,
  ExportScope,
  Inspection,
  Ladder,
  MessageId,
  TrafficSummary,
} from './traffic.ts';

/** Raised with every change of the contract that an older end would not understand. */
export const CONTRACT_VERSION = 2;

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

/** Everything a face can ask the workbench, and everything the workbench tells it. Methods are noun.verb, events noun.pastTense. */
export const workbench = {
  methods: {
    'workbench.hello': method(Nothing, Hello),

    'servers.list': method(Nothing, z.object({ servers: z.array(ServerInfo) })),
    /** Errors: invalid-config. */
    'servers.create': method(z.object({ config: z.unknown() }), ServerInfo),
    /** Changes a stopped server. Errors: not-found, conflict (it runs), invalid-config. */
    'servers.update': method(z.object({ id: ServerId, config: z.unknown() }), ServerInfo),
    /** Errors: not-found, conflict (it runs). */
    'servers.delete': method(OneServer, Nothing),
    /** Resolves when every listener is bound. Errors: not-found, conflict, port-in-use, address-not-available, permission-denied, store-unavailable; data is a ServerProblem. */
    'servers.start': method(OneServer, ServerInfo),
    /** Resolves when every port is free again; harmless on a stopped server. Errors: not-found. */
    'servers.stop': method(OneServer, ServerInfo),
    /** The newest lines, oldest first. Errors: not-found. */
    'servers.log': method(
      z.object({ id: ServerId, limit: z.number().int().min(1).max(1000) }),
      z.object({ lines: z.array(LogLine) }),
    ),
    /** The siphond command line and the configuration file that start the same server, and what each handler does. */
    'servers.explain': method(
      z.object({ config: z.unknown() }),
      z.object({ command: z.string(), yaml: z.string(), handlers: z.array(z.string()) }),
    ),
    /** Reads a siphond configuration file into a new server. Errors: gone (handle), file-error, invalid-config. */
    'servers.open': method(z.object({ handle: z.string() }), ServerInfo),

    /** The behaviour dials of a running server. Errors: not-found, conflict (it does not run). */
    'dials.read': method(OneServer, Dials),
    /** Turns dials of a running server; what is not named stays. The configuration keeps its values. Errors: not-found, conflict, invalid-config. */
    'dials.change': method(z.object({ id: ServerId, changes: z.record(z.string(), z.unknown()) }), Dials),

    /** What a running server holds now. Errors: not-found, conflict. */
    'state.read': method(OneServer, NodeState),
    /** Errors: not-found (the server or the row), conflict, gone (the row). */
    'state.act': method(z.object({ id: ServerId, action: StateAction }), Nothing),

    /** What waits for a person at all interactive servers, oldest first. */
    'operator.list': method(Nothing, OperatorItems),
    /** Errors: not-found, conflict (the server does not run), gone (it was cancelled or decided), bad-params (that makes no sense now). */
    'operator.decide': method(z.object({ server: ServerId, item: z.string(), decision: Decision }), Nothing),

    'traffic.summary': method(Nothing, TrafficSummary),
    /** Forgets every dialog. */
    'traffic.clear': method(Nothing, TrafficSummary),
    /** Recording off: servers go on, their messages are neither kept nor counted here. */
    'traffic.record': method(z.object({ isOn: z.boolean() }), TrafficSummary),

    'dialogs.query': method(DialogQuery, DialogPage),
    /** All messages of the dialogs in order of time, at most `limit`. Dialogs dropped meanwhile are left out. */
    'dialogs.ladder': method(
      z.object({ ids: z.array(DialogId).min(1).max(50), limit: z.number().int().min(1).max(5000) }),
      Ladder,
    ),

    /** Errors: gone (dropped to stay within the bound). */
    'messages.inspect': method(z.object({ id: MessageId }), Inspection),
    /** Errors: gone. */
    'messages.compare': method(z.object({ a: MessageId, b: MessageId }), Comparison),

    /** pcapng of the recorded octets. Without a handle the result is a download. Errors: gone (handle), not-found (nothing in scope), file-error, filter-syntax. */
    'captures.export': method(z.object({ scope: ExportScope, handle: z.string().optional() }), ExportResult),

    /** Errors: not-supported (no native dialogs), cancelled. */
    'files.chooseSave': method(
      z.object({ title: z.string(), suggestedName: z.string().max(200) }),
      FileHandle,
    ),
    /** Errors: not-supported, cancelled. */
    'files.chooseOpen': method(z.object({ title: z.string(), extensions: z.array(z.string()) }), FileHandle),
  },
  events: {
    /** Every server, at most ten times a second. */
    'servers.changed': event(z.object({ servers: z.array(ServerInfo) })),
    'servers.logged': event(z.object({ id: ServerId, lines: z.array(LogLine) })),
    'traffic.changed': event(TrafficSummary),
    'operator.changed': event(OperatorItems),
    /** A native menu item was chosen: the id of a command. */
    'menu.chosen': event(z.object({ command: z.string() })),
  },
} as const;

export type Workbench = typeof workbench;
