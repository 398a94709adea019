import * as z from 'zod';

export const DIALOG_STATES = [
  'setup',
  'ringing',
  'in-call',
  'completed',
  'cancelled',
  'rejected',
  'busy',
  'diverted',
  'failed',
  'timed-out',
  'challenged',
  'out-of-dialog',
] as const;
export type DialogState = (typeof DIALOG_STATES)[number];

export const DialogId = z.number().int().nonnegative();
export const MessageId = z.number().int().nonnegative();

/** One row of the dialog list: all messages that share a Call-ID. Times are wall-clock milliseconds since 1970. */
export const DialogSummary = z.object({
  /** Counts up from 1; also the number people see. */
  id: DialogId,
  callId: z.string(),
  state: z.enum(DIALOG_STATES),
  /** Method of the request that began it; empty when only responses or junk were seen. */
  method: z.string(),
  fromUser: z.string(),
  toUser: z.string(),
  fromUri: z.string(),
  toUri: z.string(),
  /** `ip:port` of whoever sent the first message, and of its receiver. */
  source: z.string(),
  destination: z.string(),
  protocol: z.string(),
  startedAtMs: z.number(),
  lastAtMs: z.number(),
  messages: z.number().int(),
  retransmissions: z.number().int(),
  /** INVITE to first 180/183, or to the final response when none came. */
  setupMs: z.number().optional(),
  /** 200 to BYE; still growing ones are absent. */
  durationMs: z.number().optional(),
  /** The latest response that decided the dialog. */
  result: z.object({ status: z.number().int(), reason: z.string() }).optional(),
  /** Findings of severity warning and above in its messages; of a dialog that goes on, those of the rules only when it was looked at. */
  findings: z.number().int(),
  serverId: z.string().optional(),
  /** Name of the capture file it came with; absent for what was recorded. */
  capture: z.string().optional(),
});
export type DialogSummary = z.infer<typeof DialogSummary>;

export const DIALOG_COLUMNS = [
  'id',
  'state',
  'startedAtMs',
  'method',
  'fromUser',
  'toUser',
  'source',
  'destination',
  'messages',
  'setupMs',
  'durationMs',
  'result',
  'protocol',
  'callId',
  'retransmissions',
] as const;

export const DialogQuery = z.object({
  /** Filter text as typed; empty matches all. Wireshark's field names, bare words search the octets. */
  filter: z.string().max(2000),
  sort: z.object({ by: z.enum(DIALOG_COLUMNS), descending: z.boolean() }),
  offset: z.number().int().nonnegative(),
  limit: z.number().int().min(0).max(500),
});
export type DialogQuery = z.infer<typeof DialogQuery>;

export const DialogPage = z.object({
  rows: z.array(DialogSummary),
  /** Dialogs in the store, and those the filter lets through. */
  total: z.number().int(),
  matched: z.number().int(),
  /** Among the matched: ended badly. */
  failed: z.number().int(),
  /** What is wrong with the filter text; then it filters nothing. */
  filterError: z.object({ message: z.string(), start: z.number().int(), end: z.number().int() }).optional(),
  /** When nothing matches: filters close to it that do, with their counts. */
  nearest: z.array(z.object({ filter: z.string(), matched: z.number().int() })),
});
export type DialogPage = z.infer<typeof DialogPage>;

export const MessageSummary = z.object({
  id: MessageId,
  dialogId: DialogId,
  direction: z.enum(['in', 'out']),
  protocol: z.string(),
  source: z.string(),
  destination: z.string(),
  atMs: z.number(),
  sizeBytes: z.number().int(),
  kind: z.enum(['request', 'response', 'invalid']),
  /** Of the request, or of CSeq in a response. */
  method: z.string(),
  status: z.number().int().optional(),
  reason: z.string().optional(),
  cseq: z.number().int().optional(),
  branch: z.string(),
  hasToTag: z.boolean(),
  /** Codecs and direction of an SDP body: "PCMU, PCMA" and "sendonly"; absent without SDP. */
  sdp: z
    .object({ codecs: z.string(), direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']) })
    .optional(),
  /** The first transmission of the same octets in the same direction. */
  retransmissionOf: MessageId.optional(),
  /** Findings of severity warning and above. */
  findings: z.number().int(),
  /** The highest severity among them; absent without any. */
  worst: z.enum(['error', 'warning']).optional(),
  serverId: z.string().optional(),
});
export type MessageSummary = z.infer<typeof MessageSummary>;

export const Lane = z.object({
  /** `ip:port`, the key arrows refer to. */
  address: z.string(),
  name: z.string(),
  /** One of our servers, or somebody else. */
  kind: z.enum(['server', 'peer']),
  serverId: z.string().optional(),
});
export type Lane = z.infer<typeof Lane>;

export const Ladder = z.object({
  dialogs: z.array(DialogSummary),
  lanes: z.array(Lane),
  messages: z.array(MessageSummary),
  /** True when `messages` was cut at the limit. */
  isCut: z.boolean(),
});
export type Ladder = z.infer<typeof Ladder>;

/** A named part of a message with its octets; the tree of the inspector. */
export interface TreeNode {
  readonly label: string;
  /** Decoded for reading; empty when the children say it all. */
  readonly value: string;
  /** Half-open byte range in the message. */
  readonly start: number;
  readonly end: number;
  /** A few words beside the value: "70 on arrival". */
  readonly note?: string | undefined;
  readonly kind: 'start-line' | 'header' | 'part' | 'body';
  readonly children: readonly TreeNode[];
}
export const TreeNode: z.ZodType<TreeNode> = z.object({
  label: z.string(),
  value: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  note: z.string().optional(),
  kind: z.enum(['start-line', 'header', 'part', 'body']),
  children: z.array(z.lazy(() => TreeNode)),
});

export const Finding = z.object({
  severity: z.enum(['error', 'warning', 'info']),
  /** Id of a conformance rule, `D1`; or of a defect of the octets alone, `content-length-too-large`. */
  code: z.string(),
  message: z.string(),
  rfc: z.string(),
  start: z.number().int(),
  end: z.number().int(),
  /** What to do about it. */
  advice: z.string().optional(),
  /** The message that makes this one wrong. */
  relatedTo: MessageId.optional(),
  /** Whose mistake it is: of our server, or of its peer. */
  by: z.enum(['local', 'remote']).optional(),
});

export const Inspection = z.object({
  message: MessageSummary,
  /** The octets as they crossed the wire. */
  base64: z.string(),
  tree: z.array(TreeNode),
  findings: z.array(Finding),
});
export type Inspection = z.infer<typeof Inspection>;

export const DIFFERENCES = ['equal', 'changed', 'added', 'removed', 'reordered'] as const;

const Segments = z.array(z.object({ text: z.string(), isChanged: z.boolean() }));

export const ComparedRow = z.object({
  /** `Via [0]`, `Request-URI`, `SDP m=audio [0] a=rtpmap [1]` */
  label: z.string(),
  section: z.enum(['start-line', 'headers', 'body']),
  difference: z.enum(DIFFERENCES),
  /** A difference two messages of one call always have (branch, tag, CSeq number, Content-Length). */
  isExpected: z.boolean(),
  note: z.string().optional(),
  a: Segments.optional(),
  b: Segments.optional(),
});
export type ComparedRow = z.infer<typeof ComparedRow>;

export const Comparison = z.object({ a: MessageSummary, b: MessageSummary, rows: z.array(ComparedRow) });
export type Comparison = z.infer<typeof Comparison>;

export const ExportScope = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('filter'), filter: z.string().max(2000) }),
  z.object({ kind: z.literal('dialogs'), ids: z.array(DialogId).min(1).max(100_000) }),
]);
export type ExportScope = z.infer<typeof ExportScope>;

export const ExportResult = z.object({
  fileName: z.string(),
  messages: z.number().int(),
  dialogs: z.number().int(),
  sizeBytes: z.number().int(),
  /** Saved where the person chose, or to be fetched once from this path of the daemon. */
  destination: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('file') }),
    z.object({ kind: z.literal('download'), path: z.string() }),
  ]),
});
export type ExportResult = z.infer<typeof ExportResult>;

export const ScenarioFromDialogs = z.object({
  /** The scenario as YAML. */
  yaml: z.string(),
  /** What to look at before it is run, a sentence each. */
  notes: z.array(z.string()),
  fileName: z.string(),
});
export type ScenarioFromDialogs = z.infer<typeof ScenarioFromDialogs>;

/** The state of the recording; pushed at most ten times a second, with a new revision whenever anything else here would answer anew. */
export const TrafficSummary = z.object({
  revision: z.number().int(),
  dialogs: z.number().int(),
  messages: z.number().int(),
  /** Octets held, and the bound above which the oldest dialogs are dropped. */
  sizeBytes: z.number().int(),
  limitBytes: z.number().int(),
  /** Messages dropped to stay within the bound. */
  dropped: z.number().int(),
  isRecording: z.boolean(),
  /** When the last message came. */
  lastAtMs: z.number().optional(),
});
export type TrafficSummary = z.infer<typeof TrafficSummary>;
