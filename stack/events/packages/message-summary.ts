import { formatMessageSummary, MESSAGE_SUMMARY_TYPE } from '../../message/bodies/message-summary.ts';
import type { MessageSummary } from '../../message/bodies/message-summary.ts';
import type { EventPackage } from '../event-package.ts';
import type { ResourceStates } from './state-table.ts';

/** Mailboxes as somebody fills them. @rfc 3842 §3 */
export function messageSummaryPackage(
  mailboxes: ResourceStates<MessageSummary>,
): EventPackage<MessageSummary> {
  return {
    name: 'message-summary',
    contentTypes: [MESSAGE_SUMMARY_TYPE],
    defaultExpiresSec: 3600,
    snapshot: (resource) => mailboxes.get(resource),
    format: (summary, { resource }) => formatMessageSummary({ account: resource, ...summary }),
    onChanged: (listener) => mailboxes.onChanged(listener),
  };
}
