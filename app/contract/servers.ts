import * as z from 'zod';
import { ServerConfig } from './server-config.ts';

export const ServerId = z.string().min(1).max(40);

export const Listener = z.object({
  protocol: z.enum(['udp', 'tcp', 'tls', 'ws', 'wss']),
  host: z.string(),
  /** The real port, also when 0 was asked for. */
  port: z.number().int(),
});
export type Listener = z.infer<typeof Listener>;

/** Why a server is not running, with what a person may do about it. */
export const ServerProblem = z.object({
  code: z.enum([
    'port-in-use',
    'address-not-available',
    'permission-denied',
    'store-unavailable',
    'invalid-config',
    'crashed',
    'not-responding',
    'internal',
  ]),
  /** One sentence: what is wrong. */
  message: z.string(),
  /** One sentence: what it means and what to do. */
  hint: z.string(),
  /** The listener that could not be bound. */
  listener: Listener.optional(),
  /** Another server of this workbench that holds the port. */
  heldBy: z.object({ id: ServerId, name: z.string() }).optional(),
  /** A free port nearby, the fix to offer first. */
  freePort: z.number().int().optional(),
  exitCode: z.number().int().optional(),
});
export type ServerProblem = z.infer<typeof ServerProblem>;

export const SERVER_STATES = ['stopped', 'starting', 'running', 'stopping', 'failed', 'crashed'] as const;

export const ServerInfo = z.object({
  id: ServerId,
  config: ServerConfig,
  state: z.enum(SERVER_STATES),
  /** Progress of a start: "binding udp 127.0.0.1:5060". */
  step: z.string().optional(),
  listeners: z.array(Listener),
  problem: ServerProblem.optional(),
  startedAtMs: z.number().optional(),
  stats: z.object({
    messagesPerSec: z.number(),
    messages: z.number().int(),
    activeCalls: z.number().int(),
    activeTransactions: z.number().int(),
    /** Longest delay of the node's event loop in the last second. */
    loopLagMs: z.number(),
  }),
  logLines: z.number().int(),
});
export type ServerInfo = z.infer<typeof ServerInfo>;

export const LogLine = z.object({
  atMs: z.number(),
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type LogLine = z.infer<typeof LogLine>;
