import { compile, type Table } from './fsm.ts';

const STATES = ['idle', 'proceeding', 'accepted', 'completed', 'confirmed', 'terminated'] as const;
const INPUTS = [
  'recv-request',
  'recv-ack',
  'unanswered',
  'send-1xx',
  'send-2xx',
  'send-3xx-6xx',
  'timer-100',
  'timer-g',
  'timer-h',
  'timer-i',
  'timer-l',
  'transport-error',
] as const;

type State = (typeof STATES)[number];
type Input = (typeof INPUTS)[number];
export type InviteServerAction =
  | 'send-100'
  | 'send-response'
  | 'start-timer-100'
  | 'stop-timer-100'
  | 'start-timer-g'
  | 'restart-timer-g'
  | 'stop-timer-g'
  | 'start-timer-h'
  | 'stop-timer-h'
  | 'start-timer-i'
  | 'start-timer-l'
  | 'report-ack'
  | 'report-timeout'
  | 'report-transport-error';

/** A lost response does not end the transaction: the retransmissions of the request must still be absorbed. */
const stay = <S extends State>(next: S) =>
  ({ next, actions: ['report-transport-error'], rfc: 'RFC 6026 §8.8' }) as const;

/** RFC 3261 figure 7 as amended by RFC 6026. */
const TABLE: Table<State, Input, InviteServerAction> = {
  idle: {
    'recv-request': { next: 'proceeding', actions: [], rfc: 'RFC 3261 §17.2.1' },
  },
  proceeding: {
    // Asked when the user has returned from `onRequest` without a response.
    unanswered: { next: 'proceeding', actions: ['start-timer-100'], rfc: 'RFC 3261 §17.2.1' },
    'timer-100': { next: 'proceeding', actions: ['send-100'], rfc: 'RFC 3261 §17.2.1' },
    'recv-request': { next: 'proceeding', actions: ['send-response'], rfc: 'RFC 3261 §17.2.1' },
    'send-1xx': {
      next: 'proceeding',
      actions: ['stop-timer-100', 'send-response'],
      rfc: 'RFC 3261 §17.2.1',
    },
    'send-2xx': {
      next: 'accepted',
      actions: ['stop-timer-100', 'start-timer-l', 'send-response'],
      rfc: 'RFC 6026 §8.5',
    },
    'send-3xx-6xx': {
      next: 'completed',
      actions: ['stop-timer-100', 'start-timer-g', 'start-timer-h', 'send-response'],
      rfc: 'RFC 6026 §8.5',
    },
    'transport-error': stay('proceeding'),
  },
  accepted: {
    // The user retransmits its 2xx (13.3.1.4), so a retransmitted INVITE needs no answer.
    'recv-request': { next: 'accepted', actions: [], rfc: 'RFC 6026 §7.1' },
    'recv-ack': { next: 'accepted', actions: ['report-ack'], rfc: 'RFC 6026 §7.1' },
    'send-2xx': { next: 'accepted', actions: ['send-response'], rfc: 'RFC 6026 §7.1' },
    'timer-l': { next: 'terminated', actions: [], rfc: 'RFC 6026 §7.1' },
    'transport-error': stay('accepted'),
  },
  completed: {
    'recv-request': { next: 'completed', actions: ['send-response'], rfc: 'RFC 3261 §17.2.1' },
    'recv-ack': {
      next: 'confirmed',
      actions: ['stop-timer-g', 'stop-timer-h', 'start-timer-i'],
      rfc: 'RFC 3261 §17.2.1',
    },
    'timer-g': { next: 'completed', actions: ['restart-timer-g', 'send-response'], rfc: 'RFC 3261 §17.2.1' },
    'timer-h': { next: 'terminated', actions: ['report-timeout'], rfc: 'RFC 3261 §17.2.1' },
    'transport-error': stay('completed'),
  },
  confirmed: {
    'recv-ack': { next: 'confirmed', actions: [], rfc: 'RFC 3261 §17.2.1' },
    'timer-i': { next: 'terminated', actions: [], rfc: 'RFC 3261 §17.2.1' },
  },
  terminated: {},
};

/** INVITE server transaction. @rfc 3261 §17.2.1, RFC 6026 */
export const INVITE_SERVER = compile('INVITE server', STATES, INPUTS, TABLE);
