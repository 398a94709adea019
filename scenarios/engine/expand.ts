import type { StepKind, StepValue } from '../schema/steps.ts';

/** A step in the form it has in a file. */
export type RawStep = Readonly<Record<string, unknown>>;

type Expansion<K extends StepKind> = (value: StepValue<K>) => readonly RawStep[];

const reInvite = (direction: string, headers: object | undefined): readonly RawStep[] => [
  { send: { method: 'INVITE', sdp: direction, ...(headers && { headers }) } },
  { expect: { status: '2xx', method: 'INVITE' } },
];

/** What the call-level verbs stand for: each is a few plain steps. */
const VERBS: { readonly [K in StepKind]?: Expansion<K> } = {
  invite: ({ to, sdp = true, headers }) => [
    { send: { method: 'INVITE', ...(to !== undefined && { uri: to }), sdp, ...(headers && { headers }) } },
    { expect: { status: '2xx', method: 'INVITE' } },
  ],
  ring: ({ sdp, headers }) => [
    { expect: 'INVITE' },
    { send: { status: 180, ...(sdp !== undefined && { sdp }), ...(headers && { headers }) } },
  ],
  answer: ({ sdp = true, headers }) => [
    { send: { status: 200, method: 'INVITE', sdp, ...(headers && { headers }) } },
    { expect: 'ACK' },
  ],
  bye: ({ headers }) => [
    { send: { method: 'BYE', ...(headers && { headers }) } },
    { expect: { status: 200, method: 'BYE' } },
  ],
  hold: ({ headers }) => reInvite('sendonly', headers),
  resume: ({ headers }) => reInvite('sendrecv', headers),
  cancel: () => [
    { send: 'CANCEL' },
    {
      allOf: [
        { status: 200, method: 'CANCEL' },
        { status: 487, method: 'INVITE' },
      ],
    },
  ],
  transfer: ({ to, headers }) => [
    { send: { method: 'REFER', headers: { 'Refer-To': `<${to}>`, ...headers } } },
    { expect: { status: '2xx', method: 'REFER' } },
    { label: '#told' },
    { expect: { method: 'NOTIFY', body: { matches: 'SIP/2\\.0 (?<transferStatus>\\d{3})' } } },
    { send: { status: 200, method: 'NOTIFY' } },
    { if: 'int(transferStatus) < 200', then: [{ goto: '#told' }] },
    { check: 'int(transferStatus) < 300' },
  ],
  register: ({ expires = 3600, contact, headers }) => [
    {
      send: {
        method: 'REGISTER',
        headers: { Expires: expires, ...(contact !== undefined && { Contact: contact }), ...headers },
      },
    },
    { expect: { status: 200, method: 'REGISTER' } },
  ],
  message: ({ text, to, headers }) => [
    {
      send: {
        method: 'MESSAGE',
        ...(to !== undefined && { uri: to }),
        headers: { 'Content-Type': 'text/plain', ...headers },
        body: text,
      },
    },
    { expect: { status: '2xx', method: 'MESSAGE' } },
  ],
  subscribe: ({ event, to, expires = 3600, accept }) => [
    {
      send: {
        method: 'SUBSCRIBE',
        ...(to !== undefined && { uri: to }),
        headers: { Event: event, Expires: expires, ...(accept !== undefined && { Accept: accept }) },
      },
    },
    { allOf: [{ status: '2xx', method: 'SUBSCRIBE' }, { method: 'NOTIFY' }] },
    { send: { status: 200, method: 'NOTIFY' } },
  ],
  publish: ({ event, body, type, expires = 3600 }) => [
    {
      send: {
        method: 'PUBLISH',
        headers: { Event: event, Expires: expires, 'Content-Type': type },
        body,
      },
    },
    { expect: { status: 200, method: 'PUBLISH', capture: { entityTag: 'SIP-ETag' } } },
  ],
  dtmf: ({ digits }) =>
    [...digits].flatMap((digit) => [
      {
        send: {
          method: 'INFO',
          headers: { 'Content-Type': 'application/dtmf-relay' },
          body: `Signal=${digit}\r\nDuration=160\r\n`,
        },
      },
      { expect: { status: 200, method: 'INFO' } },
    ]),
};

/** The plain steps of a call-level verb; undefined for a step that is plain itself. */
export function expand(kind: StepKind, value: unknown): readonly RawStep[] | undefined {
  const expansion = VERBS[kind] as ((value: unknown) => readonly RawStep[]) | undefined;
  return expansion?.(value);
}
