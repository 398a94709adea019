import { describe, expect, it } from 'vitest';
import { createForkLab, requestOf, upstream, type ForkLab } from '../testing/fork-lab.ts';

/* Verified: a proxy that stops finishes what it has begun, for as long as it is given, and takes nothing new. */

const GRACE_MS = 5000;

/** Stops the node of a proxy. */
const stopping = (it_: ForkLab): { readonly isStopped: boolean } => {
  const state = { isStopped: false };
  void it_.agent.stop(GRACE_MS).then(() => (state.isStopped = true));
  return state;
};

describe('a proxy that stops (RFC 3261 §21.5.4)', () => {
  it('stops at once when nothing is open', async () => {
    const it_ = createForkLab([1]);
    const state = stopping(it_);
    await it_.settle();
    expect(state.isStopped).toBe(true);
  });

  it('passes the answer of a request that is open, refuses new ones with 503, and stops then', async () => {
    const it_ = createForkLab([1]);
    await it_.request('MESSAGE');
    const state = stopping(it_);
    await it_.pass(1000);
    await it_.request('MESSAGE', 2);
    expect(upstream(it_)).toEqual(['503 Service Unavailable']);
    expect(it_.alice.last.first('Retry-After')).toBe('5');
    expect(state.isStopped).toBe(false);
    await it_.answer(0, '200 OK');
    expect([upstream(it_), state.isStopped]).toEqual([['200 OK'], true]);
  });

  it('passes the ACK of a call that is answered meanwhile', async () => {
    const it_ = createForkLab([1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    const state = stopping(it_);
    await it_.answer(0, '200 OK', ['Contact: <sip:bob@10.0.0.11>']);
    expect([upstream(it_), state.isStopped]).toEqual([['180 Ringing', '200 OK'], false]);
    it_.bob(0).take();
    it_.alice.send({
      method: 'ACK',
      uri: 'sip:bob@10.0.0.11',
      toTag: 'b0',
      branch: 'z9hG4bK-ack',
      lines: ['Route: <sip:10.0.0.1;lr>'],
    });
    await it_.settle();
    expect([it_.bob(0).take(), state.isStopped]).toEqual([['ACK'], true]);
  });

  it('gives up what still rings after that time: CANCEL to the callee, 503 to the caller', async () => {
    const it_ = createForkLab([1, 1]);
    await it_.request();
    await it_.answer(0, '180 Ringing');
    const state = stopping(it_);
    await it_.pass(GRACE_MS - 100);
    expect([upstream(it_), state.isStopped]).toEqual([['180 Ringing'], false]);
    await it_.pass(200);
    expect([upstream(it_), state.isStopped]).toEqual([['503 Service Unavailable'], true]);
    expect(it_.heard()[0]).toEqual(['INVITE', 'CANCEL']);
    expect(requestOf(it_.bob(1)).startLine).toMatchObject({ method: 'INVITE' });
    expect(it_.clock.pending).toBe(0);
  });
});
