import { compile, type Table } from './fsm.ts';

const STATES = ['idle', 'calling', 'proceeding', 'accepted', 'completed', 'terminated'] as const;
const INPUTS = [
  'start',
  'recv-1xx',
  'recv-2xx',
  'recv-3xx-6xx',
  'cancel-sent',
  'timer-a',
  'timer-b',
  'timer-d',
  'timer-m',
  'transport-error',
  'connection-lost',
] as const;

type State = (typeof STATES)[number];
type Input = (typeof INPUTS)[number];
export type InviteClientAction =
  | 'send-request'
  | 'send-ack'
  | 'start-timer-a'
  | 'restart-timer-a'
  | 'stop-timer-a'
  | 'start-timer-b'
  | 'stop-timer-b'
  | 'start-timer-d'
  | 'start-timer-m'
  | 'report-response'
  | 'report-stray-response'
  | 'report-timeout'
  | 'report-transport-error';

/** RFC 3261 figure 5 as amended by RFC 6026. */
const TABLE: Table<State, Input, InviteClientAction> = {
  idle: {
    start: {
      next: 'calling',
      actions: ['start-timer-a', 'start-timer-b', 'send-request'],
      rfc: 'RFC 3261 §17.1.1.2',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.4' },
  },
  calling: {
    'timer-a': { next: 'calling', actions: ['restart-timer-a', 'send-request'], rfc: 'RFC 3261 §17.1.1.2' },
    'timer-b': { next: 'terminated', actions: ['report-timeout'], rfc: 'RFC 3261 §17.1.1.2' },
    'recv-1xx': {
      next: 'proceeding',
      actions: ['stop-timer-a', 'stop-timer-b', 'report-response'],
      rfc: 'RFC 3261 §17.1.1.2',
    },
    'recv-2xx': {
      next: 'accepted',
      actions: ['stop-timer-a', 'stop-timer-b', 'start-timer-m', 'report-response'],
      rfc: 'RFC 6026 §8.4',
    },
    'recv-3xx-6xx': {
      next: 'completed',
      actions: ['stop-timer-a', 'stop-timer-b', 'send-ack', 'start-timer-d', 'report-response'],
      rfc: 'RFC 6026 §8.4',
    },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.4' },
    'connection-lost': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §18.4' },
  },
  proceeding: {
    'recv-1xx': { next: 'proceeding', actions: ['report-response'], rfc: 'RFC 3261 §17.1.1.2' },
    'recv-2xx': {
      next: 'accepted',
      actions: ['stop-timer-b', 'start-timer-m', 'report-response'],
      rfc: 'RFC 6026 §8.4',
    },
    'recv-3xx-6xx': {
      next: 'completed',
      actions: ['stop-timer-b', 'send-ack', 'start-timer-d', 'report-response'],
      rfc: 'RFC 6026 §8.4',
    },
    // A peer that never answers a cancelled INVITE is given up after another 64*T1, which is timer B's time.
    'cancel-sent': { next: 'proceeding', actions: ['start-timer-b'], rfc: 'RFC 3261 §9.1' },
    'timer-b': { next: 'terminated', actions: ['report-timeout'], rfc: 'RFC 3261 §9.1' },
    // No timer would end the wait for a final response that has no way to come.
    'connection-lost': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §18.4' },
  },
  accepted: {
    'recv-2xx': { next: 'accepted', actions: ['report-stray-response'], rfc: 'RFC 6026 §8.4' },
    'timer-m': { next: 'terminated', actions: [], rfc: 'RFC 6026 §8.4' },
  },
  completed: {
    'recv-3xx-6xx': { next: 'completed', actions: ['send-ack'], rfc: 'RFC 3261 §17.1.1.2' },
    'timer-d': { next: 'terminated', actions: [], rfc: 'RFC 3261 §17.1.1.2' },
    'transport-error': { next: 'terminated', actions: ['report-transport-error'], rfc: 'RFC 3261 §17.1.1.2' },
  },
  terminated: {},
};

/** INVITE client transaction. @rfc 3261 §17.1.1, RFC 6026 */
export const INVITE_CLIENT = compile('INVITE client', STATES, INPUTS, TABLE);
