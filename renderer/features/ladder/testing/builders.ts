import type { DialogSummary, Ladder, Lane, MessageSummary } from '../../../../app/contract/traffic.ts';

const ALICE = '127.0.0.1:5071';
const BOB = '127.0.0.1:5060';

/** When the sample calls begin; local noon, so that no test crosses midnight. */
export const STARTED_AT_MS = new Date(2026, 10, 21, 12, 0, 0, 0).getTime();

export const LANES: readonly Lane[] = [
  { address: ALICE, name: 'alice', kind: 'peer' },
  { address: BOB, name: 'bob-uas', kind: 'server', serverId: 's1' },
];

/** A message; `at` is milliseconds since the start of the call, `from` and `to` are addresses. */
export function aMessage(
  overrides: Partial<MessageSummary> & { readonly id: number; readonly at?: number },
): MessageSummary {
  const { at = overrides.id, ...rest } = overrides;
  return {
    dialogId: 1,
    direction: 'in',
    protocol: 'udp',
    source: ALICE,
    destination: BOB,
    atMs: STARTED_AT_MS + at,
    sizeBytes: 400,
    kind: 'request',
    method: 'INVITE',
    cseq: 1,
    branch: 'z9hG4bK1',
    hasToTag: false,
    findings: 0,
    ...rest,
  };
}

const SDP = { codecs: 'PCMU, PCMA', direction: 'sendrecv' } as const;

/** A request of the caller. */
export function aRequest(
  id: number,
  method: string,
  overrides: Partial<MessageSummary> & { readonly at?: number } = {},
): MessageSummary {
  return aMessage({ id, method, hasToTag: method !== 'INVITE', ...overrides });
}

/** A response of the callee to the caller. */
export function aResponse(
  id: number,
  status: number,
  reason: string,
  overrides: Partial<MessageSummary> & { readonly at?: number } = {},
): MessageSummary {
  return aMessage({
    id,
    kind: 'response',
    status,
    reason,
    source: BOB,
    destination: ALICE,
    direction: 'out',
    hasToTag: status > 100,
    ...overrides,
  });
}

/** INVITE 100 180 200 ACK BYE 200: setup 700 ms, 12 s long. */
export function aCall(): readonly MessageSummary[] {
  return [
    aRequest(1, 'INVITE', { at: 0, sdp: SDP }),
    aResponse(2, 100, 'Trying', { at: 1 }),
    aResponse(3, 180, 'Ringing', { at: 2 }),
    aResponse(4, 200, 'OK', { at: 700, sdp: SDP }),
    aRequest(5, 'ACK', { at: 702, branch: 'z9hG4bK2' }),
    aRequest(6, 'BYE', { at: 12_702, branch: 'z9hG4bK3', cseq: 2 }),
    aResponse(7, 200, 'OK', { at: 12_703, branch: 'z9hG4bK3', cseq: 2, method: 'BYE' }),
  ];
}

/** The row of the list for {@link aCall}. */
export function aDialog(overrides: Partial<DialogSummary> = {}): DialogSummary {
  return {
    id: 1,
    callId: 'call-1@127.0.0.1',
    state: 'completed',
    method: 'INVITE',
    fromUser: 'alice',
    toUser: 'bob',
    fromUri: 'sip:alice@lab.test',
    toUri: 'sip:bob@lab.test',
    source: ALICE,
    destination: BOB,
    protocol: 'udp',
    startedAtMs: STARTED_AT_MS,
    lastAtMs: STARTED_AT_MS + 12_703,
    messages: 7,
    retransmissions: 0,
    setupMs: 2,
    durationMs: 12_000,
    result: { status: 200, reason: 'OK' },
    findings: 0,
    ...overrides,
  };
}

/** A ladder as the backend answers it. */
export function aLadder(messages: readonly MessageSummary[] = aCall(), lanes = LANES): Ladder {
  return { dialogs: [aDialog()], lanes: [...lanes], messages: [...messages], isCut: false };
}
