import * as z from 'zod';
import { Listener } from './servers.ts';

/*
 * What a running server holds now: the tables of the State screen, of the API and of `sipctl`. Times are wall-clock milliseconds since 1970.
 * Lists are cut to what a person can read; `total` says how many there are.
 */

/** Rows of one table that are sent at most. */
export const MAX_STATE_ROWS = 500;

/** A table: `failure` says in a sentence why it cannot be read now. */
const table = <T extends z.ZodType>(row: T) =>
  z.object({ total: z.number().int(), rows: z.array(row), failure: z.string().optional() });

export const RegistrationRow = z.object({
  aor: z.string(),
  contact: z.string(),
  expiresAtMs: z.number(),
  /** Lifetime that was granted, in seconds. */
  grantedSec: z.number(),
  q: z.number(),
  protocol: z.string(),
  /** HOST:PORT the contact is reached at: where the REGISTER came from where that is kept, else that of the contact. */
  source: z.string(),
  userAgent: z.string().optional(),
  path: z.array(z.string()),
  instance: z.string().optional(),
  regId: z.number().int().optional(),
  callId: z.string(),
  cseq: z.number().int(),
});
export type RegistrationRow = z.infer<typeof RegistrationRow>;

export const DialogRow = z.object({
  /** Names it in actions. */
  id: z.string(),
  callId: z.string(),
  localTag: z.string(),
  remoteTag: z.string(),
  state: z.enum(['early', 'confirmed', 'ending']),
  role: z.enum(['uac', 'uas']),
  localUri: z.string(),
  remoteUri: z.string(),
  remoteTarget: z.string(),
  routeSet: z.array(z.string()),
  protocol: z.string(),
  peer: z.string(),
  startedAtMs: z.number(),
  /** RFC 4028, where one is agreed. */
  sessionTimer: z
    .object({ expiresSec: z.number(), isRefresher: z.boolean(), dueAtMs: z.number() })
    .optional(),
  /** The dialog on the other side of a B2BUA. */
  bridgedTo: z.string().optional(),
});
export type DialogRow = z.infer<typeof DialogRow>;

export const TimerLeft = z.object({
  /** RFC name: A, B, ... */
  name: z.string(),
  dueAtMs: z.number(),
  /** What it was set to, in milliseconds. */
  delayMs: z.number(),
});
export type TimerLeft = z.infer<typeof TimerLeft>;

export const TransactionRow = z.object({
  id: z.string(),
  method: z.string(),
  side: z.enum(['client', 'server']),
  /** Of the RFC's figure: calling, trying, proceeding, accepted, completed, confirmed. */
  state: z.string(),
  branch: z.string(),
  /** Empty when the transaction keeps no message any more. */
  callId: z.string(),
  protocol: z.string(),
  peer: z.string(),
  timers: z.array(TimerLeft),
  /** Its start; of one that had done its work before anybody looked, of when that was. */
  startedAtMs: z.number(),
  /** Latest last. Noted while somebody looks: empty at the first look. */
  history: z.array(
    z.object({ atMs: z.number(), from: z.string(), to: z.string(), input: z.string(), rfc: z.string() }),
  ),
});
export type TransactionRow = z.infer<typeof TransactionRow>;

/** A state machine of transactions, as the engine runs it. @rfc 3261 §17 */
export const TransactionMachine = z.object({
  side: z.enum(['client', 'server']),
  /** Of INVITE, or of every other method. */
  isInvite: z.boolean(),
  /** In the order of the RFC's figure; the first is the one before the start, the last is `terminated`. */
  states: z.array(z.string()),
  /** An input that a state does not name is ignored in it. */
  transitions: z.array(z.object({ from: z.string(), to: z.string(), input: z.string(), rfc: z.string() })),
});
export type TransactionMachine = z.infer<typeof TransactionMachine>;

export const SubscriptionRow = z.object({
  id: z.string(),
  package: z.string(),
  resource: z.string(),
  /** The other side. */
  watcher: z.string(),
  role: z.enum(['notifier', 'subscriber']),
  state: z.enum(['pending', 'active', 'terminated']),
  /** Absent while nothing is granted. */
  expiresAtMs: z.number().optional(),
  callId: z.string(),
  /** NOTIFY requests so far. */
  notifies: z.number().int(),
});
export type SubscriptionRow = z.infer<typeof SubscriptionRow>;

export const ConnectionRow = z.object({
  id: z.string(),
  protocol: Listener.shape.protocol,
  local: z.string(),
  remote: z.string(),
  direction: z.enum(['in', 'out']),
  openedAtMs: z.number(),
  tls: z
    .object({
      version: z.string(),
      cipher: z.string(),
      serverName: z.string().optional(),
      peer: z
        .object({
          subject: z.string(),
          issuer: z.string(),
          names: z.array(z.string()),
          /** Absent where the certificate's date cannot be read. */
          validToMs: z.number().optional(),
          isTrusted: z.boolean(),
          /** One sentence, where it is not trusted. */
          whyNot: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});
export type ConnectionRow = z.infer<typeof ConnectionRow>;

/** One search for the hops of a name. @rfc 3263 */
export const LookupRow = z.object({
  atMs: z.number(),
  target: z.string(),
  /** A sentence each: what was asked, what came. */
  steps: z.array(z.object({ atMs: z.number(), text: z.string(), isFailure: z.boolean() })),
  hops: z.array(z.string()),
});
export type LookupRow = z.infer<typeof LookupRow>;

export const NodeState = z.object({
  atMs: z.number(),
  registrations: table(RegistrationRow),
  dialogs: table(DialogRow),
  transactions: table(TransactionRow),
  subscriptions: table(SubscriptionRow),
  connections: table(ConnectionRow),
  lookups: table(LookupRow),
});
export type NodeState = z.infer<typeof NodeState>;

/** Why a notifier ends a subscription. @rfc 6665 §4.1.3 */
export const SUBSCRIPTION_ENDS = [
  'deactivated',
  'probation',
  'rejected',
  'timeout',
  'giveup',
  'noresource',
  'invariant',
] as const;

/** What a person may do to a row. */
export const StateAction = z.discriminatedUnion('kind', [
  /** Ends a binding, or all of an address of record. */
  z.object({ kind: z.literal('expire-binding'), aor: z.string(), contact: z.string().optional() }),
  /** Ends a dialog: with BYE (CANCEL or a refusal before it is answered), or silently, as if this side had lost it; one that is not answered yet cannot be ended silently (conflict). */
  z.object({ kind: z.literal('end-dialog'), id: z.string(), how: z.enum(['bye', 'silently']) }),
  z.object({ kind: z.literal('drop-connection'), id: z.string() }),
  /** Sends a NOTIFY with the whole state. */
  z.object({ kind: z.literal('notify'), id: z.string() }),
  z.object({ kind: z.literal('end-subscription'), id: z.string(), reason: z.enum(SUBSCRIPTION_ENDS) }),
]);
export type StateAction = z.infer<typeof StateAction>;
