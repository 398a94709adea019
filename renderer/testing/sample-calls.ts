import type { DialogState } from '../../app/contract/traffic.ts';
import { ALICE, BOB, CAROL, SampleCall, type SampleMessage, SERVER } from './sample-sip.ts';

/** One Call-ID and how the workbench sums it up. */
export interface Sample {
  readonly callId: string;
  readonly state: DialogState;
  readonly startedAfterMs: number;
  readonly setupMs?: number;
  readonly durationMs?: number;
  readonly messages: readonly SampleMessage[];
}

const call = (callId: string, from = ALICE, to = SERVER): SampleCall => new SampleCall({ callId, from, to });

const completed = call('3c26a7f0-84de-4b1f@127.0.0.1')
  .request(0, 'INVITE', 1, { sdp: 'sendrecv' })
  .response(1, '100 Trying', 'INVITE', 1)
  .response(712, '180 Ringing', 'INVITE', 1)
  .response(2640, '200 OK', 'INVITE', 1, {
    sdp: 'sendrecv',
    headers: ['Contact: <sip:siphon@127.0.0.1:5060>'],
  })
  .request(2644, 'ACK', 1)
  .request(9120, 'INVITE', 2, { sdp: 'sendonly', toTag: true })
  .response(9121, '200 OK', 'INVITE', 2, { sdp: 'recvonly' })
  .request(9124, 'ACK', 2)
  .request(22_410, 'BYE', 3)
  .response(22_412, '200 OK', 'BYE', 3);

const retransmitted = call('9a11c0de-1111-4c2e@127.0.0.1', BOB)
  .request(0, 'INVITE', 7, { sdp: 'sendrecv' })
  .request(500, 'INVITE', 7, { sdp: 'sendrecv' })
  .request(1500, 'INVITE', 7, { sdp: 'sendrecv' })
  .response(1502, '180 Ringing', 'INVITE', 7)
  .response(1503, '200 OK', 'INVITE', 7, { sdp: 'sendrecv' })
  .request(1509, 'ACK', 7);

const cancelled = call('51c0ffee-77aa-49d0@127.0.0.1', BOB, SERVER)
  .request(0, 'INVITE', 1, { sdp: 'sendrecv' })
  .response(2, '180 Ringing', 'INVITE', 1)
  .request(4210, 'CANCEL', 1)
  .response(4211, '200 OK', 'CANCEL', 1)
  .response(4212, '487 Request Terminated', 'INVITE', 1)
  .request(4215, 'ACK', 1);

const busy = call('b05e77e1-0c1a-4a60@127.0.0.1', CAROL)
  .request(0, 'INVITE', 1, { sdp: 'sendrecv' })
  .response(3, '486 Busy Here', 'INVITE', 1)
  .request(6, 'ACK', 1);

const failed = call('deadc0de-9bfe-4f0c@127.0.0.1', CAROL)
  .request(0, 'INVITE', 1, { headers: ['Require: 100rel'], sdp: 'sendrecv' })
  .response(2, '420 Bad Extension', 'INVITE', 1, { headers: ['Unsupported: 100rel'] })
  .request(4, 'ACK', 1);

const ringing = call('0f1e2d3c-4b5a-4687@127.0.0.1', CAROL)
  .request(0, 'INVITE', 1, { sdp: 'sendrecv' })
  .response(1, '100 Trying', 'INVITE', 1)
  .response(14, '180 Ringing', 'INVITE', 1);

const options = call('ping-000417@127.0.0.1', BOB)
  .request(0, 'OPTIONS', 417)
  .response(1, '200 OK', 'OPTIONS', 417, { headers: ['Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO'] });

const message = call('msg-77c1@127.0.0.1')
  .request(0, 'MESSAGE', 1, { body: 'Watson, come here. \u202egpj.exe' })
  .response(1, '200 OK', 'MESSAGE', 1);

const register = call('reg-51aa09@127.0.0.1', CAROL)
  .request(0, 'REGISTER', 1, { headers: ['Expires: 3600'] })
  .response(1, '501 Not Implemented', 'REGISTER', 1);

const junk = call('broken@127.0.0.1', BOB).junk(
  0,
  'INVITE sip:x SIP/2.0\r\nVia: SIP/2.0/UDP\r\n\x00\tgarbage\n\r\n',
);

/** Ten Call-IDs: one of every kind a person meets in the first minutes. */
export const SAMPLES: readonly Sample[] = [
  { callId: 'ping-000417@127.0.0.1', state: 'out-of-dialog', startedAfterMs: 0, messages: options.messages },
  { callId: 'reg-51aa09@127.0.0.1', state: 'failed', startedAfterMs: 4100, messages: register.messages },
  { callId: 'broken@127.0.0.1', state: 'failed', startedAfterMs: 8300, messages: junk.messages },
  {
    callId: 'b05e77e1-0c1a-4a60@127.0.0.1',
    state: 'busy',
    startedAfterMs: 12_000,
    setupMs: 3,
    messages: busy.messages,
  },
  {
    callId: '51c0ffee-77aa-49d0@127.0.0.1',
    state: 'cancelled',
    startedAfterMs: 15_800,
    setupMs: 2,
    messages: cancelled.messages,
  },
  {
    callId: 'deadc0de-9bfe-4f0c@127.0.0.1',
    state: 'rejected',
    startedAfterMs: 21_400,
    setupMs: 2,
    messages: failed.messages,
  },
  {
    callId: 'msg-77c1@127.0.0.1',
    state: 'out-of-dialog',
    startedAfterMs: 30_050,
    messages: message.messages,
  },
  {
    callId: '3c26a7f0-84de-4b1f@127.0.0.1',
    state: 'completed',
    startedAfterMs: 36_000,
    setupMs: 712,
    durationMs: 19_770,
    messages: completed.messages,
  },
  {
    callId: '9a11c0de-1111-4c2e@127.0.0.1',
    state: 'in-call',
    startedAfterMs: 48_600,
    setupMs: 1502,
    messages: retransmitted.messages,
  },
  {
    callId: '0f1e2d3c-4b5a-4687@127.0.0.1',
    state: 'ringing',
    startedAfterMs: 56_900,
    setupMs: 14,
    messages: ringing.messages,
  },
];
