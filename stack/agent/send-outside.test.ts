import { describe, expect, it } from 'vitest';
import { createAgentLab } from '../testing/agent-lab.ts';

/* Verified: requests that begin nothing, against a peer that says exactly what the test tells it, in exact virtual time. */

const lab = () => {
  const { clock, agent, peer } = createAgentLab();
  return { clock, ua: agent('10.0.0.1'), peer: peer('10.0.0.9') };
};

const expectNothingLeft = ({ clock, ua }: ReturnType<typeof lab>): void => {
  clock.runAll(200_000);
  expect(ua.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

describe('requests outside of a call (RFC 3261 §8.1)', () => {
  it('give their outcome as data', async () => {
    const it_ = lab();
    const { ua, peer, clock } = it_;
    const asked = ua.request({ method: 'OPTIONS', target: 'sip:10.0.0.9' });
    clock.advance(30);
    peer.respond(peer.last, '200 Fine', [], 'p1');
    expect(await asked).toMatchObject({ kind: 'response', status: 200, reason: 'Fine', elapsedMs: 30 });
    expectNothingLeft(it_);
  });

  it('are given up after the time the caller allows', async () => {
    const it_ = lab();
    const asked = it_.ua.request({
      method: 'MESSAGE',
      target: 'sip:10.0.0.9',
      body: 'x',
      contentType: 'text/plain',
      timeoutMs: 700,
    });
    it_.clock.advance(700);
    expect(await asked).toEqual({ kind: 'timeout', elapsedMs: 700 });
    expect(it_.peer.last.first('Contact')).toBeUndefined();
    expectNothingLeft(it_);
  });

  it('carry the headers of the caller in place of their own', async () => {
    const it_ = lab();
    const asked = it_.ua.request({
      method: 'OPTIONS',
      target: 'sip:bob@192.0.2.7',
      nextHop: 'sip:10.0.0.9',
      headers: [
        ['i', 'mine'],
        ['Max-Forwards', '0'],
        ['X-Lab', '1'],
      ],
    });
    it_.clock.advance(0);
    const { last } = it_.peer;
    expect(last.startLine).toMatchObject({ uri: 'sip:bob@192.0.2.7' });
    expect(last.all('Max-Forwards')).toEqual(['0']);
    expect(last.all('Call-ID')).toEqual(['mine']);
    it_.peer.respond(last, '404 Not Found', [], 'p1');
    expect(await asked).toMatchObject({ kind: 'response', status: 404 });
    expectNothingLeft(it_);
  });
});
