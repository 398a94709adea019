import type { DialogRecord, StoredMessage } from '../store/records.ts';
import { inputOfStatus, type DialogInput, type Transitions } from './inputs.ts';

/** A new attempt under the same Call-ID: with credentials, to another target, or simply again. */
const again = { request: 'setup' } as const;

const trying = {
  request: 'setup',
  ringing: 'ringing',
  answered: 'in-call',
  diverted: 'diverted',
  challenged: 'challenged',
  busy: 'busy',
  'timed-out': 'timed-out',
  cancelled: 'cancelled',
  rejected: 'rejected',
  failed: 'failed',
  cancel: 'cancelled',
  bye: 'completed',
} as const;

/** A call: INVITE to BYE. */
export const CALL: Transitions = {
  setup: { ...trying, provisional: 'setup' },
  ringing: { ...trying, provisional: 'ringing' },
  'in-call': { bye: 'completed' },
  completed: again,
  // CANCEL loses when the 200 was under way already (RFC 3261 §9.1).
  cancelled: {
    answered: 'in-call',
    cancelled: 'cancelled',
    failed: 'cancelled',
    rejected: 'cancelled',
    busy: 'cancelled',
    'timed-out': 'cancelled',
    request: 'setup',
  },
  rejected: again,
  busy: again,
  diverted: again,
  failed: again,
  'timed-out': again,
  challenged: again,
};

/** What `message` means to a call: re-INVITEs, requests inside the dialog and their responses mean nothing to its state. */
export function callInput(dialog: DialogRecord, message: StoredMessage): DialogInput | undefined {
  if (message.kind === 'request') {
    if (message.method === 'INVITE') return message.hasToTag ? undefined : 'request';
    if (message.method === 'CANCEL') return 'cancel';
    return message.method === 'BYE' ? 'bye' : undefined;
  }
  const { attempt } = dialog;
  const isDecisive = message.method === 'INVITE' && message.cseq === attempt?.cseq;
  return isDecisive ? inputOfStatus(message.status) : undefined;
}
