import { describe, expect, it } from 'vitest';
import { request, response } from '../testing/sip-messages.ts';
import { DialogStore } from './dialog-store.ts';
import { Dialog } from './dialog.ts';

const invite = request('INVITE');
const ALICE = '<sip:alice@example.com>;tag=a1';
const BOB = '<sip:bob@example.com>;tag=b1';

function callee(tag = 'b1'): Dialog {
  return Dialog.fromRequest(invite, tag, { protocol: 'udp' }, 1);
}

describe('DialogStore (RFC 3261 §12)', () => {
  it('finds a dialog by Call-ID and both tags, seen from either side', () => {
    const atBob = new DialogStore<string>();
    const atAlice = new DialogStore<string>();
    atBob.set(callee(), 'callee');
    atAlice.set(Dialog.fromResponse(invite, response(invite, 200)), 'caller');
    expect(atBob.ofRequest(request('BYE', { from: ALICE, to: BOB }))).toBe('callee');
    expect(atAlice.ofRequest(request('BYE', { from: BOB, to: ALICE }))).toBe('caller');
    expect(atAlice.ofResponse(response(request('BYE', { from: ALICE, to: BOB }), 200))).toBe('caller');
    expect(atBob.ofRequest(request('BYE', { from: BOB, to: ALICE }))).toBeUndefined();
  });

  it.each([
    { callId: 'other' },
    { from: '<sip:alice@example.com>;tag=other' },
    { to: '<sip:bob@example.com>;tag=other' },
    { to: '<sip:bob@example.com>' },
  ])('finds nothing for %j', (difference) => {
    const store = new DialogStore<string>();
    store.set(callee(), 'callee');
    expect(store.ofRequest(request('BYE', { from: ALICE, to: BOB, ...difference }))).toBeUndefined();
  });

  it('keeps the dialogs of one forked INVITE apart (§12.1, §13.2.2.4)', () => {
    const store = new DialogStore<string>();
    const forks = ['b1', 'b2'].map((toTag) => Dialog.fromResponse(invite, response(invite, 180, { toTag })));
    for (const fork of forks) store.set(fork, fork.remoteTag ?? '');
    expect(store.ofResponse(response(invite, 200, { toTag: 'b2' }))).toBe('b2');
    expect([...store.values()]).toEqual(['b1', 'b2']);
  });

  it('finds a peer of RFC 2543 that has no tag (§12.1.1)', () => {
    const from = '<sip:alice@example.com>';
    const store = new DialogStore<string>();
    store.set(Dialog.fromRequest(request('INVITE', { from }), 'b1', { protocol: 'udp' }, 1), 'old');
    expect(store.ofRequest(request('BYE', { from, to: BOB }))).toBe('old');
  });

  it('forgets what is deleted and replaces what is set again', () => {
    const store = new DialogStore<string>();
    const dialog = callee();
    store.set(dialog, 'one');
    store.set(dialog, 'two');
    expect([store.size, store.get(dialog)]).toEqual([1, 'two']);
    store.delete(dialog);
    expect([store.size, store.get(dialog)]).toEqual([0, undefined]);
  });
});
