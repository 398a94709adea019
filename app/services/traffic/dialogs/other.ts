import type { DialogRecord, StoredMessage } from '../store/records.ts';
import { inputOfStatus, type DialogInput, type Transitions } from './inputs.ts';

const again = { request: 'setup' } as const;

/** Anything but a call: each request outside a dialog is a new attempt, its final response decides. */
export const OTHER: Transitions = {
  setup: {
    request: 'setup',
    provisional: 'setup',
    ringing: 'setup',
    answered: 'completed',
    diverted: 'diverted',
    challenged: 'challenged',
    busy: 'busy',
    'timed-out': 'timed-out',
    cancelled: 'cancelled',
    rejected: 'rejected',
    failed: 'failed',
  },
  completed: again,
  cancelled: again,
  rejected: again,
  busy: again,
  diverted: again,
  failed: again,
  'timed-out': again,
  challenged: again,
};

/** NOTIFY and the like, which belong to a dialog that SUBSCRIBE began, mean nothing to its state; alone they are attempts. */
export function otherInput(dialog: DialogRecord, message: StoredMessage): DialogInput | undefined {
  const { attempt } = dialog;
  if (message.kind === 'request') {
    if (message.method === 'ACK' || message.method === 'CANCEL') return undefined;
    const isInside = message.hasToTag && attempt !== undefined && attempt.method !== message.method;
    return isInside ? undefined : 'request';
  }
  const isDecisive = message.method === attempt?.method && message.cseq === attempt.cseq;
  return isDecisive ? inputOfStatus(message.status) : undefined;
}
