import { afterEach, describe, expect, it } from 'vitest';
import type { Session } from '../../../stack/agent/session.ts';
import type { UserAgent } from '../../../stack/agent/user-agent.ts';
import { refer } from '../../../stack/events/refer/referral.ts';
import { makeOffer } from '../../../stack/sdp/offer-answer.ts';
import { compose } from '../../../stack/server/handler.ts';
import { call } from '../../../stack/server/handlers/call.ts';
import { update } from '../../../stack/server/handlers/update.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';

/*
 * Verified: what becomes of a call in mode b2bua over time, in virtual time: one of hours, changes that meet, transfers. Phones are agents of
 * ours that are registered at the server. The bridge has tests of its own in stack/b2bua.
 */

const MINUTE_MS = 60_000;
const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const offer = (version: number, direction = 'sendrecv'): string =>
  makeOffer({ host: '10.0.0.2', port: 4000, sessionId: '1', version }).replace(
    'a=sendrecv',
    `a=${direction}`,
  );

const serve = (input: ServerConfigInput) => {
  const lab = servingLab({ mode: 'b2bua', ...input });
  labs.push(lab);
  /** A phone that answers at once, registered under a name. It knows no REFER. */
  const phone = async (host: string, user: string): Promise<UserAgent> => {
    const made = lab.phone(host);
    const sdpProfile = 'audio-only';
    made.serve(compose([call({ isAccepting: true, ringMs: 0, sdpProfile }), update({ sdpProfile })]));
    const uri = `sip:${user}@10.0.0.1`;
    const asked = made.request({
      method: 'REGISTER',
      target: 'sip:10.0.0.1',
      from: uri,
      to: uri,
      headers: [['Expires', '86400']],
    });
    await lab.clock.advanceAsync(10);
    expect(await asked).toMatchObject({ status: 200 });
    return made;
  };
  /** Both sides of a call, as their phones see it. */
  const talk = async (from: UserAgent, to: UserAgent, user: string): Promise<readonly [Session, Session]> => {
    const made = from.call({ target: `sip:${user}@10.0.0.1`, sdp: offer(1) });
    await lab.clock.advanceAsync(100);
    const [callee] = to.sessions;
    if (made.session === undefined || callee === undefined) throw new Error('nobody answered');
    return [made.session, callee];
  };
  return { lab, phone, talk };
};

/** Statuses of a re-INVITE, as its sender hears of it in the end. */
const changed = (session: Session, body: string): Promise<unknown> =>
  session
    .request('INVITE', { body })
    .then((result) => (result.kind === 'response' ? result.status : result.kind));

describe('a bridged call in time (RFC 3261 §12, RFC 4028)', () => {
  it.each([
    ['without session timers', {}, 0],
    ['refreshed by session timers', { enableSessionTimers: true, sessionExpires: 90 }, 10],
  ] as const)('stands for two hours %s, and can be held and ended then', async (_how, input, refreshes) => {
    const { lab, phone, talk } = serve(input);
    const [alice, bob] = [await phone('10.0.0.2', 'alice'), await phone('10.0.0.3', 'bob')];
    const [caller, callee] = await talk(alice, bob, 'bob');
    const before = lab.crossed.length;
    await lab.clock.advanceAsync(120 * MINUTE_MS);
    expect([caller.state, callee.state]).toEqual(['confirmed', 'confirmed']);
    expect(lab.crossed.length - before).toBeGreaterThanOrEqual(refreshes);
    const held = changed(caller, offer(2, 'sendonly'));
    await lab.clock.advanceAsync(1000);
    expect([await held, callee.offers.remoteSdp]).toEqual([200, offer(2, 'sendonly')]);
    callee.hangUp();
    await lab.clock.advanceAsync(100);
    expect([caller.state, lab.serving.mode.bridge?.calls]).toEqual(['ended', []]);
  });

  it('changes that both sides ask for at once: each hears 491, and in the end both are made (RFC 3261 §14.1)', async () => {
    const { lab, phone, talk } = serve({});
    const [alice, bob] = [await phone('10.0.0.2', 'alice'), await phone('10.0.0.3', 'bob')];
    const [caller, callee] = await talk(alice, bob, 'bob');
    const before = lab.crossed.length;
    const next = (callee.offers.localSdp ?? '').replace(/^(o=\S+ \S+) \d+/m, '$1 2');
    const both = [changed(caller, offer(2)), changed(callee, next)];
    await lab.clock.advanceAsync(20_000);
    expect(await Promise.all(both)).toEqual([200, 200]);
    const sent = lab.crossed.slice(before).map(({ bytes }) => new TextDecoder().decode(bytes.slice(0, 20)));
    expect(sent.filter((line) => line.startsWith('SIP/2.0 491')).length).toBeGreaterThanOrEqual(2);
    expect([caller.state, callee.state]).toEqual(['confirmed', 'confirmed']);
    expect([callee.offers.remoteSdp, caller.offers.remoteSdp]).toEqual([
      caller.offers.localSdp,
      callee.offers.localSdp,
    ]);
  });
});

describe('a transfer to one who knows no REFER (RFC 3515, RFC 5589)', () => {
  const transferred = async (input: ServerConfigInput, to: string) => {
    const { lab, phone, talk } = serve(input);
    const [alice, bob, carol] = [
      await phone('10.0.0.2', 'alice'),
      await phone('10.0.0.3', 'bob'),
      await phone('10.0.0.4', 'carol'),
    ];
    const [caller] = await talk(alice, bob, 'bob');
    const ends: unknown[] = [];
    refer(alice, { call: caller, to }).onEnded((end) => ends.push(end.kind));
    await lab.clock.advanceAsync(10_000);
    return { ends, left: [alice, bob, carol].map(({ sessions }) => sessions.length) };
  };

  it('is carried out by the server: the one who stays and the one who is called are connected', async () => {
    expect(await transferred({}, 'sip:carol@10.0.0.1')).toEqual({ ends: ['succeeded'], left: [0, 1, 1] });
  });

  it('does not lead to private addresses unless that is allowed (RFC 3515 §5.1)', async () => {
    const elsewhere = 'sip:carol@10.0.0.4';
    expect(await transferred({}, elsewhere)).toEqual({ ends: ['refused'], left: [1, 1, 0] });
    expect(await transferred({ allowPrivateReferTargets: true, otherDomains: 'relay' }, elsewhere)).toEqual({
      ends: ['succeeded'],
      left: [0, 1, 1],
    });
  });
});
