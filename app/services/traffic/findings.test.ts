import { describe, expect, it } from 'vitest';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { encodeBatch } from './capture-batch.ts';
import { CaptureStore } from './capture-store.ts';
import { Findings } from './findings.ts';
import type { DialogRecord } from './store/records.ts';
import { LOCAL, PEER, aCall, captured, requestBytes, responseBytes, START_MS } from './testing/messages.ts';

/* Dialogs are judged when somebody looks, once for each state of the recording; each server's messages for themselves. */

function recording(...messages: CapturedMessage[]) {
  const store = new CaptureStore();
  let untilMs = START_MS;
  const findings = new Findings(
    (capture) => store.fromTagsOf(capture),
    () => untilMs,
  );
  store.ingest(encodeBatch(messages), 's1');
  const dialog = (id = 1): DialogRecord => {
    const found = store.dialogs.get(id);
    if (found === undefined) throw new Error(`no dialog ${id}`);
    return found;
  };
  return {
    store,
    findings,
    dialog,
    wait: (ms: number) => {
      untilMs = START_MS + ms;
    },
    rules: (id = 1) =>
      [...findings.ofDialog(dialog(id))].flatMap(([n, list]) => list.map((f) => `${n} ${f.ruleId}`)),
  };
}

const invite = { headers: ['Contact: <sip:alice@127.0.0.1:5071>'] };

describe('findings of dialogs', () => {
  it('names the message and the rule, and keeps the answer until something changes', () => {
    const it_ = recording(
      captured('in', requestBytes('INVITE', invite)),
      captured('out', responseBytes('200 OK', { headers: ['Contact: <sip:bob@127.0.0.1:5060>'] }), {
        atMs: 5,
      }),
      captured('in', requestBytes('ACK', { toTag: 'b' }), { atMs: 9 }),
      captured('in', requestBytes('BYE', { toTag: 'b' }), { atMs: 50 }),
    );
    expect(it_.rules()).toEqual(['4 D2']);
    const before = it_.findings.ofDialog(it_.dialog());
    expect(it_.findings.ofDialog(it_.dialog())).toBe(before);
    it_.store.ingest(
      encodeBatch([captured('out', responseBytes('200 OK', { cseqMethod: 'BYE' }), { atMs: 60 })]),
      's1',
    );
    expect(it_.findings.ofDialog(it_.dialog())).not.toBe(before);
  });

  it('finds what did not come in time, when the time is over', () => {
    const it_ = recording(captured('in', requestBytes('OPTIONS')));
    expect(it_.rules()).toEqual([]);
    it_.wait(1000);
    expect(it_.rules()).toEqual([]);
    it_.wait(34_000);
    expect(it_.rules()).toEqual(['1 T9']);
  });

  it('is not judged for a row of the list while it goes on, only when it is over or was looked at', () => {
    const it_ = recording(
      captured('in', requestBytes('INVITE', invite)),
      captured('out', responseBytes('180 Ringing'), { atMs: 3 }),
    );
    expect(it_.findings.ofRow(it_.dialog()).size).toBe(0);
    expect(it_.rules()).toEqual(['2 D9']);
    expect(it_.findings.ofRow(it_.dialog()).size).toBe(1);
    const ended = recording(...aCall());
    expect(ended.findings.ofRow(ended.dialog()).size).toBeGreaterThan(0);
  });

  it('knows a From tag of another dialog, in the order the messages came', () => {
    const it_ = recording(
      captured('in', requestBytes('OPTIONS', { callId: 'one' })),
      captured('in', requestBytes('OPTIONS', { callId: 'two' }), { atMs: 5 }),
    );
    expect([it_.rules(2), it_.rules(1)]).toEqual([['2 D6'], []]);
  });

  it('compares a Contact with the listeners of the server that sent it', () => {
    const it_ = recording(
      captured('in', requestBytes('INVITE', invite)),
      captured('out', responseBytes('200 OK', { headers: ['Contact: <sip:bob@127.0.0.1:5099>'] }), {
        atMs: 5,
      }),
    );
    const listener = { protocol: 'udp', host: '127.0.0.1', port: 5060 } as const;
    expect(it_.rules()).toEqual([]);
    it_.findings.setServers([{ id: 's1', name: 'uas', listeners: [listener] }]);
    expect(it_.rules()).toEqual(['2 A1']);
    it_.findings.setServers([{ id: 's1', name: 'uas', listeners: [{ ...listener, port: 5099 }, listener] }]);
    expect(it_.rules()).toEqual([]);
  });

  it('judges what two servers saw each for itself: a request and its arrival are no repetition', () => {
    const it_ = recording(captured('out', requestBytes('OPTIONS'), { local: PEER, remote: LOCAL }));
    it_.store.ingest(encodeBatch([captured('in', requestBytes('OPTIONS'), { atMs: 1 })]), 's2');
    expect(it_.rules()).toEqual([]);
    const mixed = recording(
      captured('in', requestBytes('OPTIONS')),
      captured('in', requestBytes('OPTIONS'), { atMs: 100 }),
    );
    expect(mixed.rules()).toEqual(['2 T7']);
  });

  it('has nothing to say about octets that are no SIP', () => {
    const it_ = recording(captured('in', 'junk'));
    expect(it_.rules()).toEqual([]);
  });
});
