import { z } from 'zod';
import { event, method } from './define.ts';
import { LogLine, ServerId, ServerInfo } from './servers.ts';
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
export const CONTRACT_VERSION = 1;

const Nothing = z.object({});
const OneServer = z.object({ id: ServerId });
/** A file a person chose in a native dialog: the backend knows the path, the page only this handle. */
const FileHandle = z.object({ handle: z.string(), name: z.string() });

export const Hello = z.object({
  product: z.string(),
  version: z.string(),
  /** Which face the backend serves; only for words, never for behaviour. */
  face: z.enum(['desktop', 'browser']),
  platform: z.string(),
  /** Whether files.chooseSave and files.chooseOpen work; otherwise exports become downloads. */
  hasFileDialogs: z.boolean(),
});
export type Hello = z.infer<typeof Hello>;

/** Everything a face can ask the workbench, and everything the workbench tells it. Methods are noun.verb, events noun.pastTense. */
export const workbench = {
  methods: {
    'workbench.hello': method(Nothing.parse, Hello.parse),

    'servers.list': method(Nothing.parse, z.object({ servers: z.array(ServerInfo) }).parse),
    /** Errors: invalid-config. */
    'servers.create': method(z.object({ config: z.unknown() }).parse, ServerInfo.parse),
    /** Changes a stopped server. Errors: not-found, conflict (it runs), invalid-config. */
    'servers.update': method(z.object({ id: ServerId, config: z.unknown() }).parse, ServerInfo.parse),
    /** Errors: not-found, conflict (it runs). */
    'servers.delete': method(OneServer.parse, Nothing.parse),
    /** Resolves when every listener is bound. Errors: not-found, conflict, port-in-use, address-not-available, permission-denied; data is a ServerProblem. */
    'servers.start': method(OneServer.parse, ServerInfo.parse),
    /** Resolves when every port is free again; harmless on a stopped server. Errors: not-found. */
    'servers.stop': method(OneServer.parse, ServerInfo.parse),
    /** The newest lines, oldest first. Errors: not-found. */
    'servers.log': method(
      z.object({ id: ServerId, limit: z.number().int().min(1).max(1000) }).parse,
      z.object({ lines: z.array(LogLine) }).parse,
    ),
    /** The siphond command line and the configuration file that start the same server, and what each handler does. */
    'servers.explain': method(
      z.object({ config: z.unknown() }).parse,
      z.object({ command: z.string(), yaml: z.string(), handlers: z.array(z.string()) }).parse,
    ),
    /** Reads a siphond configuration file into a new server. Errors: gone (handle), file-error, invalid-config. */
    'servers.open': method(z.object({ handle: z.string() }).parse, ServerInfo.parse),

    'traffic.summary': method(Nothing.parse, TrafficSummary.parse),
    /** Forgets every dialog. */
    'traffic.clear': method(Nothing.parse, TrafficSummary.parse),
    /** Recording off: servers go on, their messages are counted but not kept. */
    'traffic.record': method(z.object({ isOn: z.boolean() }).parse, TrafficSummary.parse),

    'dialogs.query': method(DialogQuery.parse, DialogPage.parse),
    /** All messages of the dialogs in order of time, at most `limit`. Dialogs dropped meanwhile are left out. */
    'dialogs.ladder': method(
      z.object({ ids: z.array(DialogId).min(1).max(50), limit: z.number().int().min(1).max(5000) }).parse,
      Ladder.parse,
    ),

    /** Errors: gone (dropped to stay within the bound). */
    'messages.inspect': method(z.object({ id: MessageId }).parse, Inspection.parse),
    /** Errors: gone. */
    'messages.compare': method(z.object({ a: MessageId, b: MessageId }).parse, Comparison.parse),

    /** pcapng of the recorded octets. Without a handle the result is a download. Errors: gone (handle), not-found (nothing in scope), file-error, filter-syntax. */
    'captures.export': method(
      z.object({ scope: ExportScope, handle: z.string().optional() }).parse,
      ExportResult.parse,
    ),

    /** Errors: not-supported (no native dialogs), cancelled. */
    'files.chooseSave': method(
      z.object({ title: z.string(), suggestedName: z.string().max(200) }).parse,
      FileHandle.parse,
    ),
    /** Errors: not-supported, cancelled. */
    'files.chooseOpen': method(
      z.object({ title: z.string(), extensions: z.array(z.string()) }).parse,
      FileHandle.parse,
    ),
  },
  events: {
    /** Every server, at most ten times a second. */
    'servers.changed': event(z.object({ servers: z.array(ServerInfo) }).parse),
    'servers.logged': event(z.object({ id: ServerId, lines: z.array(LogLine) }).parse),
    'traffic.changed': event(TrafficSummary.parse),
    /** A native menu item was chosen: the id of a command. */
    'menu.chosen': event(z.object({ command: z.string() }).parse),
  },
} as const;

export type Workbench = typeof workbench;
