import { describe, expect, it } from 'vitest';
import { refer } from '../events/refer/referral.ts';
import { parseUri } from '../message/uri.ts';
import { createBridgeLab, CALLER_SDP, SDP_LINE } from '../testing/bridge-lab.ts';
import { asPhone, describeEnd, RING_MS } from '../testing/phone-lab.ts';

/* Verified: transfers between phones that know of each other only what the bridge tells them. */

const HOSTS: Readonly<Record<string, string>> = { alice: '10.0.0.9', bob: '10.0.0.2', carol: '10.0.0.3' };

/** Three phones; the bridge calls them by their names. */
const threePhones = () => {
  const lab = createBridgeLab({
    route: ({ message }) => {
      const { startLine } = message;
      const user = startLine.kind === 'request' ? parseUri(startLine.uri).user : undefined;
      const host = HOSTS[user ?? ''];
      return host === undefined ? { status: 404 } : { targets: [{ uri: `sip:${user}@${host}` }] };
    },
  });
  const [alice, bob, carol] = ['10.0.0.9', '10.0.0.2', '10.0.0.3'].map((host) => lab.agent(host));
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three phones');
  for (const phone of [alice, bob, carol]) asPhone(phone);
  const talk = (to: string) => {
    const call = alice.call({ target: `sip:${to}@10.0.0.1` });
    lab.clock.advance(RING_MS);
    if (call.session === undefined) throw new Error(`${to} did not answer`);
    return call.session;
  };
  return { ...lab, alice, bob, carol, talk };
};

describe('transfers through the bridge (RFC 3515, RFC 5589, RFC 3891)', () => {
  it('RFC 5589 §6: a blind transfer goes to the other leg, whose phone calls, and its progress comes back', () => {
    const { clock, alice, bob, carol, talk, expectNothingLeft } = threePhones();
    const call = talk('bob');
    const told: string[] = [];
    const referral = refer(alice, { call, to: 'sip:carol@10.0.0.1' });
    referral.onProgress(({ status }) => told.push(String(status)));
    referral.onEnded((end) => told.push(describeEnd(end)));
    clock.advance(RING_MS + 100);
    expect(told.at(-1)).toBe('succeeded: 200');
    expect(carol.sessions).toHaveLength(1);
    call.hangUp();
    clock.advance(0);
    expect(bob.sessions).toHaveLength(1);
    for (const session of carol.sessions) session.hangUp();
    expectNothingLeft(alice, bob, carol);
  });

  it('RFC 5589 §7: an attended transfer connects the two others, and both calls of the one who transfers end', () => {
    const { clock, bridge, alice, bob, carol, talk, expectNothingLeft } = threePhones();
    const first = talk('bob');
    const second = talk('carol');
    const old = carol.sessions[0];
    const told: string[] = [];
    refer(alice, { call: first, to: second }).onEnded((end) => told.push(describeEnd(end)));
    clock.advance(RING_MS + 100);
    expect(told).toEqual(['succeeded: 200']);
    expect(old?.state).toBe('ended');
    expect(second.state).toBe('ended');
    first.hangUp();
    clock.advance(0);
    expect(alice.sessions).toEqual([]);
    expect(bob.sessions).toHaveLength(1);
    expect(carol.sessions).toHaveLength(1);
    expect(bridge.calls).toHaveLength(1);
    for (const session of carol.sessions) session.hangUp();
    expectNothingLeft(alice, bob, carol);
  });

  it('RFC 3891 §3: who may not take a leg over hears 403', () => {
    const lab = createBridgeLab({ allowsTakeover: () => false });
    const caller = lab.rawCaller();
    caller.send({
      method: 'INVITE',
      lines: ['Replaces: call;to-tag=a;from-tag=b', SDP_LINE],
      body: CALLER_SDP,
    });
    expect(caller.take().join()).toMatch(/^403 /);
  });

  it('RFC 3891 §3: an INVITE that replaces a call the bridge does not know is a 481, two Replaces are a 400', () => {
    const lab = createBridgeLab();
    const caller = lab.rawCaller();
    const one = 'Replaces: nobody;to-tag=a;from-tag=b';
    const ask = (callId: string, lines: readonly string[]): string => {
      caller.send({
        method: 'INVITE',
        callId,
        branch: `z9hG4bK-${callId}`,
        lines: [...lines, SDP_LINE],
        body: CALLER_SDP,
      });
      return caller.take().join();
    };
    expect(ask('one', [one])).toMatch(/^481 /);
    expect(ask('two', [one, one])).toMatch(/^400 /);
    expect(lab.bridge.calls).toEqual([]);
  });
});
