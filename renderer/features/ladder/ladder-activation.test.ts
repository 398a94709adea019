import { describe, expect, test } from 'vitest';
import type { MessageSummary } from '../../../app/contract/traffic.ts';
import { buildActivations } from './ladder-activation.ts';
import { buildRows, completeLanes, type MessageRow } from './ladder-rows.ts';
import { aCall, aMessage, aRequest, aResponse } from './testing/builders.ts';

/** Bars as text: `lane kind first-last`, an open one ends in …; rows count from 0. */
function bars(messages: readonly MessageSummary[]): readonly string[] {
  const lanes = completeLanes([], messages);
  const rows = buildRows(messages, lanes, { gapMs: 1000, unfolded: new Set() });
  return buildActivations(rows.filter((row): row is MessageRow => row.kind === 'message'))
    .map(
      (bar) => `${String(bar.lane)} ${bar.kind} ${String(bar.first)}-${bar.isOpen ? '…' : String(bar.last)}`,
    )
    .sort();
}

const invite = aRequest(1, 'INVITE');
const bye = { branch: 'z9hG4bK3', cseq: 2 };

describe('activation bars', () => {
  test('a call: transaction, early, confirmed until BYE', () => {
    expect(bars(aCall())).toEqual([
      '0 confirmed 3-5',
      '0 early 2-3',
      '0 transaction 0-2',
      '1 confirmed 3-5',
      '1 early 2-3',
      '1 transaction 0-2',
    ]);
  });

  test('a call that goes on stays open', () => {
    expect(bars(aCall().slice(0, 5))).toContain('0 confirmed 3-…');
    expect(bars(aCall().slice(0, 4))).toContain('0 confirmed 3-…');
    expect(bars(aCall().slice(0, 3))).toEqual([
      '0 early 2-…',
      '0 transaction 0-2',
      '1 early 2-…',
      '1 transaction 0-2',
    ]);
    expect(bars([invite])).toEqual(['0 transaction 0-…', '1 transaction 0-…']);
  });

  test('a refused call is red until its ACK, of the same branch (RFC 3261 17.1.1.3)', () => {
    expect(bars([invite, aResponse(2, 486, 'Busy Here'), aRequest(3, 'ACK')])).toEqual([
      '0 failed 0-2',
      '1 failed 0-2',
    ]);
  });

  test('refused while ringing: early up to the refusal', () => {
    const messages = [invite, aResponse(2, 180, 'Ringing'), aResponse(3, 603, 'Decline'), aRequest(4, 'ACK')];
    expect(bars(messages).filter((bar) => bar.startsWith('0'))).toEqual([
      '0 early 1-2',
      '0 failed 2-3',
      '0 transaction 0-1',
    ]);
  });

  test('cancelled: CANCEL has no bar of its own', () => {
    const messages = [
      invite,
      aRequest(2, 'CANCEL'),
      aResponse(3, 200, 'OK', { method: 'CANCEL' }),
      aResponse(4, 487, 'Request Terminated'),
      aRequest(5, 'ACK'),
    ];
    expect(bars(messages)).toEqual(['0 failed 0-4', '1 failed 0-4']);
  });

  test('hold begins with an accepted re-INVITE that is not sendrecv, and ends with one that is', () => {
    const again = (id: number, branch: string, cseq: number, direction: 'sendonly' | 'sendrecv') => [
      aRequest(id, 'INVITE', {
        branch,
        cseq,
        hasToTag: true,
        sdp: { codecs: 'PCMU', direction },
      }),
      aResponse(id + 1, 200, 'OK', { branch, cseq }),
    ];
    const messages = [
      ...aCall().slice(0, 5),
      ...again(10, 'z9hG4bK8', 2, 'sendonly'),
      ...again(12, 'z9hG4bK9', 3, 'sendrecv'),
      aRequest(14, 'BYE', { branch: 'z9hG4bKa', cseq: 4 }),
    ];
    expect(bars(messages).filter((bar) => bar.startsWith('1'))).toEqual([
      '1 confirmed 3-5',
      '1 confirmed 7-9',
      '1 early 2-3',
      '1 hold 5-7',
      '1 transaction 0-2',
    ]);
  });

  test('a refused re-INVITE changes nothing', () => {
    const messages = [
      ...aCall().slice(0, 5),
      aRequest(10, 'INVITE', {
        branch: 'z9hG4bK8',
        cseq: 2,
        hasToTag: true,
        sdp: { codecs: 'PCMU', direction: 'inactive' },
      }),
      aResponse(11, 488, 'Not Acceptable Here', { branch: 'z9hG4bK8', cseq: 2 }),
    ];
    expect(bars(messages).filter((bar) => bar.startsWith('0'))).toEqual([
      '0 confirmed 3-…',
      '0 early 2-3',
      '0 transaction 0-2',
    ]);
  });

  test('requests outside a dialog have a bar until their final response', () => {
    expect(bars([aRequest(1, 'OPTIONS'), aResponse(2, 200, 'OK', { method: 'OPTIONS' })])).toEqual([
      '0 transaction 0-1',
      '1 transaction 0-1',
    ]);
    expect(bars([aRequest(1, 'MESSAGE'), aResponse(2, 415, 'No', { method: 'MESSAGE' })])).toEqual([
      '0 failed 0-1',
      '1 failed 0-1',
    ]);
  });

  test('requests inside a dialog have none', () => {
    const info = { branch: 'z9hG4bK7', cseq: 2, method: 'INFO' };
    const messages = [...aCall().slice(0, 5), aRequest(6, 'INFO', info), aResponse(7, 200, 'OK', info)];
    expect(bars(messages).filter((bar) => bar.includes('transaction'))).toHaveLength(2);
  });

  test('a proxy is busy with the transaction only; the dialog is at the ends', () => {
    const hop = { source: '127.0.0.1:5060', destination: '127.0.0.1:5072', branch: 'z9hG4bKp' };
    const back = { source: '127.0.0.1:5072', destination: '127.0.0.1:5060', branch: 'z9hG4bKp' };
    const messages = [
      invite,
      aRequest(2, 'INVITE', hop),
      aResponse(3, 200, 'OK', back),
      aResponse(4, 200, 'OK'),
    ];
    expect(bars(messages)).toEqual([
      '0 confirmed 3-…',
      '0 transaction 0-3',
      '1 transaction 0-3',
      '1 transaction 1-2',
      '2 confirmed 2-…',
      '2 transaction 1-2',
    ]);
  });

  test('a challenged call has a failed transaction, then a good one', () => {
    const messages = [
      invite,
      aResponse(2, 407, 'Proxy Authentication Required'),
      aRequest(3, 'ACK'),
      aRequest(4, 'INVITE', { cseq: 2, branch: 'z9hG4bK4' }),
      aResponse(5, 200, 'OK', { cseq: 2, branch: 'z9hG4bK4' }),
      aRequest(6, 'BYE', { ...bye, cseq: 3 }),
    ];
    expect(bars(messages).filter((bar) => bar.startsWith('0'))).toEqual([
      '0 confirmed 4-5',
      '0 failed 0-2',
      '0 transaction 3-4',
    ]);
  });

  test('junk, a lone response and a loopback to itself do no harm', () => {
    expect(bars([aMessage({ id: 1, kind: 'invalid', method: '' }), aResponse(2, 200, 'OK')])).toEqual([]);
    expect(bars([aMessage({ id: 1, source: 'x', destination: 'x' })])).toEqual(['0 transaction 0-…']);
  });
});
