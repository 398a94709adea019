import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../../stack/transport/capture.ts';
import { DIALOG_STATES } from '../../../contract/traffic.ts';
import { encodeBatch } from '../capture-batch.ts';
import { CaptureStore } from '../capture-store.ts';
import type { DialogRecord } from '../store/records.ts';
import {
  aCall,
  captured,
  requestBytes,
  responseBytes,
  SDP,
  type MessageOptions,
} from '../testing/messages.ts';
import { CALL } from './call.ts';
import { DIALOG_INPUTS, inputOfStatus } from './inputs.ts';
import { OTHER } from './other.ts';

/** The dialogs after all messages, oldest first. */
function dialogsOf(messages: readonly CapturedMessage[]): DialogRecord[] {
  const store = new CaptureStore();
  store.ingest(encodeBatch(messages), 's1');
  return [...store.dialogs.values()];
}

/** A step of a conversation: `> INVITE` comes in, `< 180 Ringing` goes out, with the milliseconds since the start before it. */
type Step = string | readonly [string, MessageOptions];

function play(...steps: readonly Step[]): CapturedMessage[] {
  return steps.map((step) => {
    const [text, options] = typeof step === 'string' ? [step, {}] : step;
    const [, at, arrow, rest = ''] = /^(\d+) ([<>]) (.*)$/.exec(text) ?? [];
    const bytes = /^\d/.test(rest) ? responseBytes(rest, options) : requestBytes(rest, options);
    return captured(arrow === '>' ? 'in' : 'out', bytes, { atMs: Number(at) });
  });
}

function only(messages: readonly CapturedMessage[]): DialogRecord {
  const [dialog, ...others] = dialogsOf(messages);
  if (!dialog || others.length > 0) throw new Error(`expected one dialog, got ${others.length + 1}`);
  return dialog;
}

const inDialog = { toTag: 'b' };
const bye = { ...inDialog, cseq: 2 };

describe('a call', () => {
  it('goes from setup over ringing and in call to completed', () => {
    const call = aCall();
    const states = call.map((_, i) => only(call.slice(0, i + 1)).state);
    expect(states).toEqual(['setup', 'setup', 'ringing', 'in-call', 'in-call', 'completed', 'completed']);
    const { method, fromUser, toUser, setupMs, durationMs, result, retransmissions } = only(call);
    expect({ method, fromUser, toUser, setupMs, durationMs, result, retransmissions }).toEqual({
      method: 'INVITE',
      fromUser: 'alice',
      toUser: 'bob',
      setupMs: 20,
      durationMs: 2000,
      result: { status: 200, reason: 'OK' },
      retransmissions: 0,
    });
  });

  it.each([
    ['486 Busy Here', 'busy'],
    ['600 Busy Everywhere', 'busy'],
    ['408 Request Timeout', 'timed-out'],
    ['603 Decline', 'rejected'],
    ['403 Forbidden', 'rejected'],
    ['480 Temporarily Unavailable', 'rejected'],
    ['404 Not Found', 'failed'],
    ['503 Service Unavailable', 'failed'],
    ['302 Moved Temporarily', 'diverted'],
    ['407 Proxy Authentication Required', 'challenged'],
    ['401 Unauthorized', 'challenged'],
  ])('that gets %s is %s', (status, state) => {
    const dialog = only(play('0 > INVITE', '1 < 100 Trying', `30 < ${status}`, '31 > ACK'));
    expect([dialog.state, dialog.setupMs, dialog.durationMs]).toEqual([state, 30, undefined]);
    expect(dialog.result?.status).toBe(Number(status.slice(0, 3)));
  });

  it('that is cancelled ends with 487', () => {
    const messages = play('0 > INVITE', '5 < 180 Ringing', '900 > CANCEL', [
      '901 < 200 OK',
      { cseqMethod: 'CANCEL' },
    ]);
    expect(only(messages).state).toBe('cancelled');
    const dialog = only([...messages, ...play('902 < 487 Request Terminated', '903 > ACK')]);
    expect([dialog.state, dialog.result?.status, dialog.setupMs]).toEqual(['cancelled', 487, 5]);
  });

  it('is in call when CANCEL and 200 cross (RFC 3261 §9.1)', () => {
    const dialog = only(play('0 > INVITE', '5 < 180 Ringing', '900 > CANCEL', '901 < 200 OK'));
    expect([dialog.state, dialog.result?.status]).toEqual(['in-call', 200]);
  });

  it('with credentials counts from its first INVITE', () => {
    const again = { cseq: 2, headers: ['Proxy-Authorization: Digest username="alice"'] };
    const messages = play('0 > INVITE', '2 < 407 Proxy Authentication Required', '3 > ACK', [
      '4 > INVITE',
      again,
    ]);
    expect(only(messages)).toMatchObject({ state: 'setup', setupMs: 2 });
    const dialog = only([
      ...messages,
      ...play(['800 < 180 Ringing', { cseq: 2 }], ['2000 < 200 OK', { cseq: 2 }]),
    ]);
    expect(dialog).toMatchObject({ state: 'in-call', setupMs: 800, result: { status: 200 } });
  });

  it('is not changed by a re-INVITE, answered or refused, nor by other requests inside', () => {
    const dialog = only([
      ...play('0 > INVITE', '9 < 200 OK', ['10 > ACK', inDialog], ['50 > INVITE', { ...bye, body: SDP }]),
      ...play(['51 < 488 Not Acceptable Here', { cseq: 2 }], ['52 > ACK', bye]),
      // The other side counts its own requests: its re-INVITE may have the number of the first one.
      ...play(
        ['60 < INVITE', { ...inDialog, cseq: 1 }],
        ['61 > 200 OK', { cseq: 1 }],
        ['62 < ACK', inDialog],
      ),
      ...play(
        ['70 > INFO', { ...bye, cseq: 3 }],
        ['71 < 415 Unsupported Media Type', { cseq: 3, cseqMethod: 'INFO' }],
      ),
    ]);
    expect([dialog.state, dialog.result?.status, dialog.durationMs]).toEqual(['in-call', 200, undefined]);
  });

  it('ends once, however often BYE comes', () => {
    const dialog = only(
      play(
        '0 > INVITE',
        '10 < 200 OK',
        ['1010 > BYE', bye],
        ['1010 < BYE', { ...bye, branch: 'z9hG4bKother' }],
        ['1510 > BYE', bye],
      ),
    );
    expect([dialog.state, dialog.durationMs, dialog.retransmissions]).toEqual(['completed', 1000, 1]);
  });

  it('keeps its result when a late 180 or a second hop comes', () => {
    const dialog = only(
      play('0 > INVITE', ['0 < INVITE', { branch: 'z9hG4bKhop' }], '9 < 486 Busy Here', '10 < 180 Ringing'),
    );
    expect([dialog.state, dialog.result?.status]).toEqual(['busy', 486]);
  });

  it('may follow another one under the same Call-ID', () => {
    const second = { cseq: 5, fromTag: 'a2' };
    const dialog = only([
      ...aCall(),
      ...play(
        ['9000 > INVITE', second],
        ['9100 < 183 Session Progress', { cseq: 5 }],
        ['9500 < 200 OK', { cseq: 5 }],
      ),
    ]);
    expect(dialog).toMatchObject({ state: 'in-call', setupMs: 100, durationMs: undefined });
  });
});

describe('retransmissions', () => {
  it('are the same octets between the same ends in the same direction', () => {
    const dialog = only([
      ...play('0 > INVITE', '500 > INVITE', '1500 > INVITE', ['1501 > INVITE', { branch: 'z9hG4bKnew' }]),
      captured('in', requestBytes('INVITE'), { atMs: 1600, remote: { host: '127.0.0.1', port: 9 } }),
      captured('out', requestBytes('INVITE'), { atMs: 1601 }),
    ]);
    expect(dialog.messages.map((m) => m.retransmissionOf)).toEqual([
      undefined,
      1,
      1,
      undefined,
      undefined,
      undefined,
    ]);
    expect(dialog.retransmissions).toBe(2);
  });

  it('do not begin, answer or end anything again', () => {
    const dialog = only([...aCall(), ...aCall({ atMs: 4000 })]);
    expect(dialog).toMatchObject({ state: 'completed', retransmissions: 7, setupMs: 20, durationMs: 2000 });
  });
});

describe('other dialogs', () => {
  const register = { cseqMethod: 'REGISTER' };

  it('are decided by the final response of the latest request outside a dialog', () => {
    const messages = play('0 > REGISTER', ['3 < 401 Unauthorized', register], ['10 > REGISTER', { cseq: 2 }]);
    expect(only(messages)).toMatchObject({ state: 'setup', setupMs: 3 });
    const dialog = only([...messages, ...play(['14 < 200 OK', { ...register, cseq: 2 }])]);
    expect(dialog).toMatchObject({
      state: 'completed',
      setupMs: 4,
      result: { status: 200 },
      durationMs: undefined,
    });
  });

  it('are not changed by what belongs to the dialog they began', () => {
    const dialog = only(
      play(
        '0 > SUBSCRIBE',
        ['3 < 202 Accepted', { cseqMethod: 'SUBSCRIBE' }],
        ['5 < NOTIFY', { toTag: 'a', cseq: 7 }],
        ['6 > 481 Subscription Does Not Exist', { cseqMethod: 'NOTIFY', cseq: 7 }],
      ),
    );
    expect([dialog.method, dialog.state, dialog.result?.status]).toEqual(['SUBSCRIBE', 'completed', 202]);
  });

  it('may begin with a request inside a dialog nobody saw', () => {
    const dialog = only(
      play(['0 > BYE', bye], ['1 < 481 Call/Transaction Does Not Exist', { cseqMethod: 'BYE', cseq: 2 }]),
    );
    expect([dialog.method, dialog.state, dialog.result?.status]).toEqual(['BYE', 'failed', 481]);
  });
});

describe('octets outside any dialog', () => {
  it('stay visible: junk by its sender, responses by their Call-ID', () => {
    const dialogs = dialogsOf([
      captured('in', '\u0000\u0001junk'),
      captured('in', 'INVITE sip:x SIP/2.0\r\nVia: none\r\n\r\n'),
      captured('in', 'more', { remote: { host: '10.0.0.1', port: 1 } }),
      ...play('1 > 200 OK', '2 > 200 OK'),
    ]);
    expect(dialogs.map((d) => [d.kind, d.state, d.method, d.messages.length])).toEqual([
      ['junk', 'out-of-dialog', '', 2],
      ['junk', 'out-of-dialog', '', 1],
      ['stray', 'out-of-dialog', '', 2],
    ]);
  });

  it('become a dialog when its request turns up after its response', () => {
    const dialog = only(play('0 < 180 Ringing', '1 > INVITE', '2 < 200 OK'));
    expect([dialog.kind, dialog.state]).toEqual(['call', 'in-call']);
  });
});

describe('the tables', () => {
  it.each([
    ['call', CALL],
    ['other', OTHER],
  ])('of %s dialogs lead to known states by known inputs, and never back out of a dialog', (_, table) => {
    for (const [state, row] of Object.entries(table)) {
      expect(DIALOG_STATES).toContain(state);
      for (const [input, next] of Object.entries(row)) {
        expect(DIALOG_INPUTS).toContain(input);
        expect(DIALOG_STATES).toContain(next);
        expect(next).not.toBe('out-of-dialog');
      }
    }
  });

  it('know every status of RFC 3261 §21', () => {
    for (let status = 100; status < 700; status += 1) expect(DIALOG_INPUTS).toContain(inputOfStatus(status));
    expect([inputOfStatus(0), inputOfStatus(99), inputOfStatus(700)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
