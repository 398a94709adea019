import { compile, type Table } from './fsm.ts';

const STATES = ['idle', 'trying', 'proceeding', 'completed', 'terminated'] as const;
const INPUTS = [
  'recv-request',
  'unanswered',
  'send-100',
  'send-early-100',
  'send-101-199',
  'send-408',
  'send-final',
  'timer-late-100',
  'timer-j',
  'transport-error',
] as const;

type State = (typeof STATES)[number];
type Input = (typeof INPUTS)[number];
export type NonInviteServerAction =
  | 'send-100'
  | 'send-response'
  | 'start-timer-late-100'
  | 'stop-timer-late-100'
  | 'start-timer-j'
  | 'forget-response'
  | 'report-transport-error';

/**
 * RFC 3261 figure 8 as amended by RFC 4320: no provisional response but 100, none before the client's timer E has reached T2 except on
 * reliable transports (`send-early-100` is the refused one), a 100 of our own at that time, and never a 408.
 */
const TABLE: Table<State, Input, NonInviteServerAction> = {
  idle: {
    'recv-request': { next: 'trying', actions: [], rfc: 'RFC 3261 §17.2.2' },
  },
  trying: {
    // Asked when the user has returned from `onRequest` without a response.
    unanswered: { next: 'trying', actions: ['start-timer-late-100'], rfc: 'RFC 4320 §4.1' },
    'recv-request': { next: 'trying', actions: [], rfc: 'RFC 3261 §17.2.2' },
    'timer-late-100': { next: 'proceeding', actions: ['send-100'], rfc: 'RFC 4320 §4.1' },
    'send-100': {
      next: 'proceeding',
      actions: ['stop-timer-late-100', 'send-response'],
      rfc: 'RFC 3261 §17.2.2',
    },
    // The client times out by itself; the transaction stays to absorb its retransmissions.
    'send-408': {
      next: 'completed',
      actions: ['stop-timer-late-100', 'start-timer-j', 'forget-response'],
      rfc: 'RFC 4320 §4.2',
    },
    'send-final': {
      next: 'completed',
      actions: ['stop-timer-late-100', 'start-timer-j', 'send-response'],
      rfc: 'RFC 3261 §17.2.2',
    },
  },
  proceeding: {
    'recv-request': { next: 'proceeding', actions: ['send-response'], rfc: 'RFC 3261 §17.2.2' },
    'send-100': { next: 'proceeding', actions: ['send-response'], rfc: 'RFC 3261 §17.2.2' },
    'send-408': { next: 'completed', actions: ['start-timer-j', 'forget-response'], rfc: 'RFC 4320 §4.2' },
    'send-final': {
      next: 'completed',
      actions: ['start-timer-j', 'send-response'],
      rfc: 'RFC 3261 §17.2.2',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.2.4' },
  },
  completed: {
    'recv-request': { next: 'completed', actions: ['send-response'], rfc: 'RFC 3261 §17.2.2' },
    'timer-j': { next: 'terminated', actions: [], rfc: 'RFC 3261 §17.2.2' },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.2.4' },
  },
  terminated: {},
};

/** Server transaction of every method but INVITE and ACK. @rfc 3261 §17.2.2, RFC 4320 */
export const NON_INVITE_SERVER = compile('non-INVITE server', STATES, INPUTS, TABLE);
