interface TimerWords {
  readonly purpose: string;
  readonly rfc: string;
}

/** What each timer is for. @rfc 3261 table 4, RFC 6026 §7, RFC 4320 §4.1 */
const TIMERS: Readonly<Record<string, TimerWords>> = {
  A: { purpose: 'sends the INVITE again', rfc: 'RFC 3261 §17.1.1.2' },
  B: { purpose: 'gives up waiting for a response, then 408', rfc: 'RFC 3261 §17.1.1.2' },
  D: { purpose: 'absorbs responses that come again', rfc: 'RFC 3261 §17.1.1.2' },
  E: { purpose: 'sends the request again', rfc: 'RFC 3261 §17.1.2.2' },
  F: { purpose: 'gives up waiting for a response, then 408', rfc: 'RFC 3261 §17.1.2.2' },
  G: { purpose: 'sends the final response again', rfc: 'RFC 3261 §17.2.1' },
  H: { purpose: 'gives up waiting for the ACK', rfc: 'RFC 3261 §17.2.1' },
  I: { purpose: 'absorbs ACKs that come again', rfc: 'RFC 3261 §17.2.1' },
  J: { purpose: 'absorbs requests that come again', rfc: 'RFC 3261 §17.2.2' },
  K: { purpose: 'absorbs responses that come again', rfc: 'RFC 3261 §17.1.2.2' },
  L: { purpose: 'absorbs INVITEs that come again after the 2xx', rfc: 'RFC 6026 §7.1' },
  M: { purpose: 'takes 2xx of other forks, and those that come again', rfc: 'RFC 6026 §7.2' },
  '100': { purpose: 'sends 100 Trying unless there is an answer first', rfc: 'RFC 3261 §17.2.1' },
  'late-100': { purpose: 'sends 100 Trying unless there is an answer first', rfc: 'RFC 4320 §4.1' },
};

export const timerPurpose = (name: string): string => TIMERS[name]?.purpose ?? 'runs';
export const timerRfc = (name: string): string | undefined => TIMERS[name]?.rfc;

const INPUTS: Readonly<Record<string, string>> = {
  start: 'request sent',
  'recv-request': 'request received',
  'recv-ack': 'ACK received',
  'timer-a': 'timer A fired, sent again',
  'timer-e': 'timer E fired, sent again',
  'timer-g': 'timer G fired, sent again',
  'timer-100': '100 Trying sent, no answer came in time',
  'timer-late-100': '100 Trying sent, no answer came in time',
  unanswered: 'no answer at once',
  'cancel-sent': 'CANCEL sent',
  'transport-error': 'transport failed',
  'connection-lost': 'connection lost',
};

/** An input of a state machine as people say it: `timer A fired`, `2xx received`, `180 sent`. */
export function inputWords(input: string): string {
  const known = INPUTS[input];
  if (known !== undefined) return known;
  const [, kind, rest = ''] = /^(timer|recv|send)-(?:early-)?(.+)$/.exec(input) ?? [];
  const what = rest.replaceAll('-', ' to ');
  switch (kind) {
    case 'timer':
      return `timer ${rest.toUpperCase()} fired`;
    case 'recv':
      return `${what} received`;
    case 'send':
      return `${what === 'final' ? 'final response' : what} sent`;
    default:
      return input.replaceAll('-', ' ');
  }
}
