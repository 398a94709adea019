import { parseMessage } from '../../../stack/message/parse.ts';
import type { Inspection } from '../../contract/traffic.ts';
import { findingsOf, treeOf } from './details.ts';
import type { StoredMessage } from './store/records.ts';
import type { Findings } from './findings.ts';
import { messageSummary } from './summaries.ts';

/** Everything about one message: octets, the tree of its parts, what is wrong with it. */
export function inspect(message: StoredMessage, findings: Findings): Inspection {
  const parsed = parseMessage(message.bytes);
  const found = findings.of(message);
  return {
    message: messageSummary(message, found, parsed),
    base64: message.bytes.toString('base64'),
    tree: treeOf(parsed),
    findings: findingsOf(parsed, found),
  };
}
