import { unfold } from '../chars.ts';
import { type HeaderName, headerId } from '../header-names.ts';
import type { SipMessage } from '../message.ts';
import { asParsed } from '../parsed-message.ts';
import { ANOMALY, INDEX_STRIDE } from '../scan.ts';
import { splitList } from './reader.ts';

/** Headers that are a comma-separated list of tokens, or of tokens with parameters. */
export type TokenListName = Extract<
  HeaderName,
  | 'Accept'
  | 'Accept-Encoding'
  | 'Accept-Language'
  | 'Allow'
  | 'Allow-Events'
  | 'Content-Encoding'
  | 'Content-Language'
  | 'In-Reply-To'
  | 'Privacy'
  | 'Proxy-Require'
  | 'Recv-Info'
  | 'Require'
  | 'Supported'
  | 'Unsupported'
>;

/** The elements of all header lines of that name, split at commas outside quotes and angle brackets, empty ones left out, case as written. */
export function tokens(message: SipMessage, name: TokenListName): readonly string[] {
  const parsed = asParsed(message);
  const id = headerId(name);
  const found: string[] = [];
  const isFolded = (parsed.scan.anomalies & ANOMALY.folded) !== 0;
  for (let at = parsed.find(id); at >= 0; at = parsed.find(id, at + INDEX_STRIDE)) {
    splitList(parsed, parsed.valueStart(at), parsed.valueEnd(at), (start, end) => {
      found.push(isFolded ? unfold(parsed, start, end) : parsed.text.substring(start, end));
    });
  }
  return found;
}
