import type { Diagnostic, Span } from '../message/message.ts';

/** Ids of the conformance rules: dialogs, transactions, addresses, security, offer/answer, events, timers and reliability, general. */
export const RULE_IDS = [
  ...(['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7', 'D8', 'D9', 'D10', 'D11', 'D12'] as const),
  ...(['T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9', 'T10', 'T11', 'T12'] as const),
  ...(['A1', 'A2', 'A3', 'A4', 'A5', 'A6'] as const),
  ...(['S1', 'S2', 'S3', 'S4', 'S5', 'S6'] as const),
  ...(['O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O8'] as const),
  ...(['E1', 'E2', 'E3', 'E4', 'E5', 'E6'] as const),
  ...(['R1', 'R2', 'R3', 'R4', 'R5', 'R6'] as const),
  ...(['G1', 'G2', 'G3', 'G4', 'G5'] as const),
] as const;

export type RuleId = (typeof RULE_IDS)[number];

export type Severity = Diagnostic['severity'];

/** What a rule found in recorded traffic. */
export interface Finding {
  readonly ruleId: RuleId;
  readonly severity: Severity;
  /** `RFC 3261 §12.2.1.1` */
  readonly rfc: string;
  /** What is wrong, in one sentence. Octet text. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string;
  /** The message it is about: its id where the caller gave one, else its place in the trace, counted from 0. */
  readonly messageId: number;
  /** The octets of that message it is about. */
  readonly span: Span;
  /** The message that makes this one wrong. */
  readonly relatedTo: number | undefined;
  /** Whose mistake it is: of the node whose traffic was recorded, or of its peer. */
  readonly by: 'local' | 'remote';
}
