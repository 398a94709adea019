import { compile, type Table } from './fsm.ts';

const STATES = ['idle', 'trying', 'proceeding', 'completed', 'terminated'] as const;
const INPUTS = [
  'start',
  'recv-1xx',
  'recv-2xx-6xx',
  'timer-e',
  'timer-f',
  'timer-k',
  'transport-error',
  'connection-lost',
] as const;

type State = (typeof STATES)[number];
type Input = (typeof INPUTS)[number];
export type NonInviteClientAction =
  | 'send-request'
  | 'start-timer-e'
  | 'restart-timer-e'
  | 'restart-timer-e-at-t2'
  | 'stop-timer-e'
  | 'start-timer-f'
  | 'stop-timer-f'
  | 'start-timer-k'
  | 'report-response'
  | 'report-timeout'
  | 'report-transport-error';

/** RFC 3261 figure 6. */
const TABLE: Table<State, Input, NonInviteClientAction> = {
  idle: {
    start: {
      next: 'trying',
      actions: ['start-timer-e', 'start-timer-f', 'send-request'],
      rfc: 'RFC 3261 §17.1.2.2',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.4' },
  },
  trying: {
    'timer-e': { next: 'trying', actions: ['restart-timer-e', 'send-request'], rfc: 'RFC 3261 §17.1.2.2' },
    'timer-f': { next: 'terminated', actions: ['report-timeout'], rfc: 'RFC 3261 §17.1.2.2' },
    'recv-1xx': { next: 'proceeding', actions: ['report-response'], rfc: 'RFC 3261 §17.1.2.2' },
    'recv-2xx-6xx': {
      next: 'completed',
      actions: ['stop-timer-e', 'stop-timer-f', 'start-timer-k', 'report-response'],
      rfc: 'RFC 3261 §17.1.2.2',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.4' },
    'connection-lost': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §18.4' },
  },
  proceeding: {
    'timer-e': {
      next: 'proceeding',
      actions: ['restart-timer-e-at-t2', 'send-request'],
      rfc: 'RFC 3261 §17.1.2.2',
    },
    'timer-f': { next: 'terminated', actions: ['report-timeout'], rfc: 'RFC 3261 §17.1.2.2' },
    'recv-1xx': { next: 'proceeding', actions: ['report-response'], rfc: 'RFC 3261 §17.1.2.2' },
    'recv-2xx-6xx': {
      next: 'completed',
      actions: ['stop-timer-e', 'stop-timer-f', 'start-timer-k', 'report-response'],
      rfc: 'RFC 3261 §17.1.2.2',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.4' },
    'connection-lost': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §18.4' },
  },
  completed: {
    // The server sends its final response again for every retransmitted request; the user has heard it once.
    'recv-2xx-6xx': { next: 'completed', actions: [], rfc: 'RFC 3261 §17.1.2.2' },
    'timer-k': { next: 'terminated', actions: [], rfc: 'RFC 3261 §17.1.2.2' },
  },
  terminated: {},
};

/** Client transaction of every method but INVITE and ACK. @rfc 3261 §17.1.2 */
export const NON_INVITE_CLIENT = compile('non-INVITE client', STATES, INPUTS, TABLE);
