import { comparedRows } from '../../../stack/compare/compared-rows.ts';
import { parseMessage } from '../../../stack/message/parse.ts';
import type { Comparison } from '../../contract/traffic.ts';
import type { Findings } from './findings.ts';
import type { StoredMessage } from './store/records.ts';
import { messageSummary } from './summaries.ts';

/** Two messages side by side: parts of the start line, headers by name and place, SDP by stream, other bodies by line. */
export function compare(a: StoredMessage, b: StoredMessage, findings: Findings): Comparison {
  const [x, y] = [parseMessage(a.bytes), parseMessage(b.bytes)];
  return {
    a: messageSummary(a, findings.of(a), x),
    b: messageSummary(b, findings.of(b), y),
    rows: comparedRows(x, y),
  };
}
