import { fromHeader, toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';

/** What a later message may name of one that came: how it is captured. */
interface Learned {
  readonly match: Record<string, unknown>;
  readonly word: string;
  readonly from: string;
}

/** Shorter ones stand in too many other words. */
const SHORTEST_TOKEN = 4;

/** Header values in which identifiers of dialogs and of published state stand. */
export const NAMES_DIALOGS: ReadonlySet<string> = new Set([
  'Replaces',
  'Refer-To',
  'Target-Dialog',
  'Join',
  'In-Reply-To',
  'SIP-If-Match',
]);

/** Identifiers of the recording that came, by whomever: what one actor has captured another may say. */
export class Identifiers {
  readonly learned = new Map<string, Learned>();
  readonly #names = new Map<string, string>();

  /** The variable that stands for an identifier; the expectation it came with captures it from now on. */
  nameOf(token: string, { match, word, from }: Learned): string {
    const known = this.#names.get(token);
    if (known !== undefined) return known;
    const taken = [...this.#names.values()].filter((name) => name.startsWith(word)).length;
    const name = taken === 0 ? word : `${word}${taken + 1}`;
    this.#names.set(token, name);
    match['capture'] = { ...(match['capture'] as object | undefined), [name]: from };
    return name;
  }
}

/** Says recorded text anew: addresses and identifiers of the recording become variables. */
export class Vocabulary {
  readonly #addresses: readonly (readonly [address: string, text: string])[];
  readonly #identifiers: Identifiers;

  /** @param addresses - `HOST:PORT` of lanes, and how the scenario says each. */
  constructor(addresses: readonly (readonly [address: string, text: string])[], identifiers: Identifiers) {
    this.#addresses = addresses;
    this.#identifiers = identifiers;
  }

  /** Remembers the identifiers in a message that came, with the expectation that can capture them. */
  learn(message: SipMessage, match: Record<string, unknown>): void {
    const { learned } = this.#identifiers;
    const add = (token: string | undefined, word: string, from: string): void => {
      if (token !== undefined && token.length >= SHORTEST_TOKEN && !learned.has(token))
        learned.set(token, { match, word, from });
    };
    add(callId(message), 'callId', 'Call-ID');
    add(toHeader(message)?.tag, 'toTag', 'To: ;tag=([^;]+)');
    add(fromHeader(message)?.tag, 'fromTag', 'From: ;tag=([^;]+)');
    add(message.first('SIP-ETag'), 'entityTag', 'SIP-ETag');
  }

  /** @param namesDialogs - identifiers that were learned are said as variables too. */
  say(octets: string, namesDialogs = false): string {
    // A placeholder of the recording is no expression.
    let text = decodeText(octets).replaceAll('${', '${"$"}{');
    for (const [address, variable] of this.#addresses) text = withAddress(text, address, variable);
    if (namesDialogs)
      for (const [token, learned] of this.#identifiers.learned)
        if (text.includes(token))
          text = text.replaceAll(token, `\${${this.#identifiers.nameOf(token, learned)}}`);
    return text;
  }
}

function withAddress(text: string, address: string, variable: string): string {
  const escaped = address.replace(/[.[\]]/g, '\\$&');
  return text.replace(new RegExp(`(?<![\\w.])${escaped}(?!\\d)`, 'g'), () => variable);
}
