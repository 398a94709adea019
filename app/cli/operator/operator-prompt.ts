import type { Unsubscribe } from '../../../stack/core/emitter.ts';
import { ContractError } from '../../contract/errors.ts';
import type { Decision, OperatorItem } from '../../contract/operator.ts';
import { harmless } from '../printable.ts';
import type { TypedLines } from '../typed-lines.ts';
import { MAX_ITEM_NUMBER, OPERATOR_HELP, readOperatorLine } from './operator-words.ts';

/** What waits for the operator, and how to decide: a node of this process, or those behind the workbench. */
export interface OperatorSource {
  /** Oldest first. */
  readonly list: () => Promise<readonly OperatorItem[]>;
  /** Rejects with ContractError. */
  readonly decide: (item: string, decision: Decision) => Promise<unknown>;
  /** Hears of the whole list after it has changed. */
  readonly onChanged: (listener: (items: readonly OperatorItem[]) => void) => Unsubscribe;
}

export interface OperatorPromptOptions {
  readonly source: OperatorSource;
  readonly lines: TypedLines;
  readonly quit: () => void;
}

interface Shown {
  readonly number: number;
  readonly item: OperatorItem;
}

/** Shows what waits as numbered lines and does what is typed, until the input ends. */
export class OperatorPrompt {
  readonly #options: OperatorPromptOptions;
  readonly #shown = new Map<string, Shown>();
  readonly #end: Unsubscribe;
  #lastNumber = 0;

  constructor(options: OperatorPromptOptions) {
    this.#options = options;
    const { source, lines } = options;
    this.#end = source.onChanged((items) => {
      this.#show(items);
    });
    lines.onLine((line) => {
      void this.#take(line);
    });
    this.#say('Calls, subscriptions and transfers wait for you here; help shows the commands.');
  }

  dispose(): void {
    this.#end();
    this.#options.lines.close();
  }

  #say(text: string): void {
    this.#options.lines.print(`${harmless(text)}\n`);
  }

  /** New items, what was sent since, and what is over. */
  #show(items: readonly OperatorItem[]): void {
    const ids = new Set(items.map(({ id }) => id));
    for (const [id, { number }] of this.#shown)
      if (!ids.has(id)) {
        this.#shown.delete(id);
        this.#say(`[${number}] over`);
      }
    for (const item of items) {
      const known = this.#shown.get(item.id);
      const number = known?.number ?? this.#nextNumber();
      this.#shown.set(item.id, { number, item });
      if (known === undefined) this.#say(itemLine(number, item));
      else for (const line of newsLines(number, known.item, item)) this.#say(line);
    }
  }

  /** Counts on, so that a number that was read a moment ago does not mean somebody else. */
  #nextNumber(): number {
    const taken = new Set([...this.#shown.values()].map(({ number }) => number));
    do this.#lastNumber = (this.#lastNumber % MAX_ITEM_NUMBER) + 1;
    while (taken.has(this.#lastNumber));
    return this.#lastNumber;
  }

  async #take(line: string): Promise<void> {
    const order = readOperatorLine(line);
    switch (order.kind) {
      case 'nothing':
        return;
      case 'problem':
        this.#say(order.text);
        return;
      case 'help':
        for (const help of OPERATOR_HELP) this.#say(`  ${help}`);
        return;
      case 'quit':
        this.#options.quit();
        return;
      case 'list':
        this.#list(await this.#options.source.list());
        return;
      case 'decide':
        await this.#decide(order.number, order.decision);
        return;
      default:
        order satisfies never;
    }
  }

  #list(items: readonly OperatorItem[]): void {
    this.#show(items);
    if (this.#shown.size === 0) this.#say('nothing waits, nobody talks');
    for (const { number, item } of this.#shown.values()) this.#say(itemLine(number, item));
  }

  async #decide(number: number | undefined, decision: Decision): Promise<void> {
    const all = [...this.#shown.values()];
    const meant = number === undefined ? all : all.filter((shown) => shown.number === number);
    const [only, ...more] = meant;
    if (only === undefined) this.#say(number === undefined ? 'nothing waits' : `there is no [${number}]`);
    else if (more.length > 0) this.#say(`say which: ${meant.map((m) => `[${m.number}]`).join(' ')}`);
    else {
      try {
        await this.#options.source.decide(only.item.id, decision);
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        this.#say(`[${only.number}] ${error.message}`);
      }
    }
  }
}

/** `[1] call alice <sip:alice@…> -> sip:bob@…, audio: PCMU sendrecv; ring, early, answer, reject, redirect` */
function itemLine(
  number: number,
  { kind, state, from, fromName, to, summary, choices }: OperatorItem,
): string {
  const who = fromName === '' ? from : `${fromName} <${from}>`;
  const now = state === 'waiting' ? '' : ` ${state}`;
  return `[${number}] ${kind}${now} ${who} -> ${to}, ${summary}; ${choices.join(', ')}`;
}

/** What was sent since, and what can be done now when that has changed for good. */
function newsLines(number: number, before: OperatorItem, now: OperatorItem): readonly string[] {
  const sent = now.sent.slice(before.sent.length).map(({ text }) => `[${number}] ${text}`);
  const isSettled = before.state !== now.state && (now.state === 'answered' || now.state === 'held');
  return isSettled ? [...sent, `[${number}] ${now.state}; ${now.choices.join(', ')}`] : sent;
}
