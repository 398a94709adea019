import type { DialogState } from '../../../contract/traffic.ts';

/** What a message can mean to the state of its dialog. */
export const DIALOG_INPUTS = [
  'request',
  'provisional',
  'ringing',
  'answered',
  'diverted',
  'challenged',
  'busy',
  'timed-out',
  'cancelled',
  'rejected',
  'failed',
  'cancel',
  'bye',
] as const;
export type DialogInput = (typeof DIALOG_INPUTS)[number];

/** The state after an input, by the state before; a missing cell means: it stays as it is. */
export type Transitions = Partial<Record<DialogState, Partial<Record<DialogInput, DialogState>>>>;

/** Final responses with a meaning of their own; any other of its class is the entry of `CLASSES`. */
const STATUSES: Readonly<Record<number, DialogInput>> = {
  401: 'challenged',
  403: 'rejected',
  407: 'challenged',
  408: 'timed-out',
  480: 'rejected',
  486: 'busy',
  487: 'cancelled',
  600: 'busy',
  603: 'rejected',
  607: 'rejected',
  608: 'rejected',
};
const CLASSES: readonly DialogInput[] = ['provisional', 'answered', 'diverted', 'failed', 'failed', 'failed'];

/** What a status means; undefined when it is none. @rfc 3261 §21 @rfc 8197 @rfc 8688 */
export function inputOfStatus(status: number): DialogInput | undefined {
  if (status >= 180 && status < 190) return 'ringing';
  return STATUSES[status] ?? CLASSES[Math.floor(status / 100) - 1];
}
