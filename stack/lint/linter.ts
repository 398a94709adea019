import type { SipMessage } from '../message/message.ts';
import { DueList } from './due-list.ts';
import type { Finding } from './finding.ts';
import { FromTags } from './knowledge/from-tags.ts';
import { Knowledge } from './knowledge/knowledge.ts';
import type { Facts, LintOptions, RtpObservation } from './options.ts';
import type { Remark, Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { judgeRtp } from './rules/o6-rtp.ts';
import type { Scene } from './scene.ts';
import { type Recorded, Seen } from './seen.ts';

/** What must have come by some time, and who says what is wrong if it has not. */
interface Due {
  readonly rule: Rule;
  readonly seen: Seen;
  readonly judge: () => Remark | undefined;
}

/** Questions kept for later; the earliest are given up beyond it. */
const MAX_DUE = 100_000;

const DEFAULT_T1_MS = 500;
const DEFAULT_T2_MS = 4000;

/** Judges the traffic of one node, message by message, by every rule. Not for the traffic of several nodes mixed: each gets its own. */
export interface Linter {
  /**
   * The next message, in the order recorded.
   * @param message - the parsed octets, where they are at hand.
   * @returns what is wrong with it, and with earlier ones by now.
   */
  add(recorded: Recorded, message?: SipMessage): readonly Finding[];
  /** An RTP packet, or several alike, after the messages that agreed on the stream. */
  addRtp(rtp: RtpObservation): readonly Finding[];
  /** What has not come by this time; on the clock of the messages. More messages may follow. */
  finish(atMs: number): readonly Finding[];
  /** Calls that are not forgotten yet. */
  readonly rememberedCalls: number;
}

/** A linter that has seen nothing. */
export function createLinter(options: LintOptions = {}): Linter {
  return new TrafficLinter(options);
}

/**
 * Lints a whole recording of one node.
 * @param options.untilMs - how long nothing more came; the time of the last message when left out.
 */
export function lintTrace(
  messages: readonly Recorded[],
  options: LintOptions & { readonly untilMs?: number; readonly rtp?: readonly RtpObservation[] } = {},
): readonly Finding[] {
  const linter = createLinter(options);
  const found = messages.flatMap((message) => linter.add(message));
  found.push(...(options.rtp ?? []).flatMap((rtp) => linter.addRtp(rtp)));
  return [...found, ...linter.finish(options.untilMs ?? messages.at(-1)?.atMs ?? 0)];
}

/** What is wrong with one message in the light of what came before it. */
export function lint(scene: Scene): readonly Finding[] {
  const found: Finding[] = [];
  for (const rule of RULES)
    rule.check?.(scene, (remark) => {
      found.push(findingOf(rule, scene.seen, remark));
    });
  return found;
}

class TrafficLinter implements Linter {
  readonly #knowledge: Knowledge;
  readonly #due = new DueList<Due>();
  #count = 0;

  constructor(options: LintOptions) {
    this.#knowledge = new Knowledge(factsOf(options));
  }

  get rememberedCalls(): number {
    return this.#knowledge.callCount;
  }

  add(recorded: Recorded, message?: SipMessage): readonly Finding[] {
    const seen = new Seen(recorded, recorded.id ?? this.#count, message);
    this.#count++;
    const found = [...this.finish(seen.atMs)];
    if (seen.isJunk) return found;
    const scene = this.#knowledge.sceneOf(seen);
    found.push(...lint(scene));
    const learned = this.#knowledge.learn(scene);
    for (const rule of RULES) {
      rule.expect?.(learned, (dueAtMs, judge) => {
        if (this.#due.size >= MAX_DUE) this.#due.take(Infinity);
        this.#due.add(dueAtMs, { rule, seen, judge });
      });
    }
    return found;
  }

  addRtp(rtp: RtpObservation): readonly Finding[] {
    const found = [...this.finish(rtp.atMs)];
    const remark = judgeRtp(this.#knowledge, rtp);
    const rule = RULES.find((r) => r.id === 'O6');
    if (remark?.at !== undefined && rule !== undefined) found.push(findingOf(rule, remark.at, remark));
    return found;
  }

  finish(atMs: number): readonly Finding[] {
    const found: Finding[] = [];
    for (let due = this.#due.take(atMs); due !== undefined; due = this.#due.take(atMs)) {
      const remark = due.judge();
      if (remark !== undefined) found.push(findingOf(due.rule, due.seen, remark));
    }
    return found;
  }
}

function factsOf({ listeners = [], timing, fromTags, ...rest }: LintOptions): Facts {
  return {
    ...rest,
    listeners,
    t1Ms: timing?.t1Ms ?? DEFAULT_T1_MS,
    t2Ms: timing?.t2Ms ?? DEFAULT_T2_MS,
    fromTags: fromTags ?? new FromTags(),
  };
}

function findingOf(rule: Rule, seen: Seen, remark: Remark): Finding {
  const about = remark.at ?? seen;
  return {
    ruleId: rule.id,
    severity: remark.severity ?? rule.severity,
    rfc: remark.rfc ?? rule.rfc,
    message: remark.message,
    advice: rule.advice,
    messageId: about.id,
    span: remark.span,
    relatedTo: remark.relatedTo?.id,
    by: remark.by ?? about.by,
  };
}
