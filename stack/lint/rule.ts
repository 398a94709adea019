import type { Span } from '../message/message.ts';
import type { RuleId, Severity } from './finding.ts';
import type { Scene } from './scene.ts';
import type { Seen } from './seen.ts';

/** What a rule has to say. What is left out comes from the rule and from the message at hand. */
export interface Remark {
  /** What is wrong, in one sentence. */
  readonly message: string;
  readonly span: Span;
  /** The message it is about. */
  readonly at?: Seen;
  readonly relatedTo?: Seen | undefined;
  readonly severity?: Severity;
  readonly rfc?: string;
  readonly by?: 'local' | 'remote';
}

export type Report = (remark: Remark) => void;

/**
 * Asks a rule again later, when the recording has come to that time.
 * @param judge - what is wrong by then; undefined when all is well.
 */
export type Expect = (dueAtMs: number, judge: () => Remark | undefined) => void;

/** One conformance rule. */
export interface Rule {
  readonly id: RuleId;
  /** What it asks for, in our words. */
  readonly title: string;
  readonly severity: Severity;
  readonly rfc: string;
  /** What to do about it. */
  readonly advice: string;
  /** Codes of structural diagnostics that say the same about the same message. */
  readonly replaces?: readonly string[];
  /** Judges a message against what was known before it. */
  readonly check?: (scene: Scene, report: Report) => void;
  /** Called when the message is part of what is known: says what must follow, and until when. */
  readonly expect?: (scene: Scene, expect: Expect) => void;
}
