import { afterEach, describe, expect, it } from 'vitest';
import { asPhone, RING_MS } from '../../../stack/testing/phone-lab.ts';
import { call } from '../../../stack/server/handlers/call.ts';
import {
  closeOperatorLabs,
  dial,
  dialAgain,
  operatorLab,
  sent,
  type OperatorLab,
  type Placed,
} from '../testing/operator-lab.ts';

/* Verified: what an operator does with an answered call: hold, resume, transfer, with peers that can and peers that cannot; in virtual time. */

afterEach(closeOperatorLabs);

/** A call of a whole phone at 10.0.0.2, answered by the operator. */
const talking = async ({ lab, decide }: OperatorLab): Promise<Placed> => {
  const phone = lab.phone('10.0.0.2');
  asPhone(phone, { sdpProfile: 'audio-only' });
  const placed = await dialAgain(lab, phone);
  await decide({ kind: 'answer' });
  return placed;
};

const told = async ({ theItem }: OperatorLab): Promise<readonly string[]> =>
  (await theItem()).sent.map(({ text }) => text);

describe('an answered call of the operator', () => {
  it('is held by re-INVITE with sendonly, and the other side answers recvonly (RFC 3264 §8.4)', async () => {
    const desk = operatorLab();
    const { call: alice } = await talking(desk);
    await desk.decide({ kind: 'hold' });
    expect(await desk.theItem()).toMatchObject({ state: 'held', choices: ['resume', 'transfer', 'hang-up'] });
    expect(sent(desk.lab, 'INVITE')).toContain('\r\na=sendonly\r\n');
    expect(alice.session?.offers.remoteSdp).toContain('\r\na=sendonly\r\n');
    expect(alice.session?.offers.localSdp).toContain('\r\na=recvonly\r\n');
    expect(await told(desk)).toEqual(['200 OK', 'INVITE (hold)', expect.stringMatching(/^hold: 200 OK/)]);
  });

  it('is resumed with sendrecv after a hold, as often as wanted', async () => {
    const desk = operatorLab();
    const { call: alice, heard } = await talking(desk);
    for (let round = 0; round < 2; round++) {
      await desk.decide({ kind: 'hold' });
      expect((await desk.theItem()).state).toBe('held');
      await desk.decide({ kind: 'resume' });
      expect(await desk.theItem()).toMatchObject({
        state: 'answered',
        choices: ['hold', 'transfer', 'hang-up'],
      });
      expect(alice.session?.offers.remoteSdp).toContain('\r\na=sendrecv\r\n');
      expect(alice.session?.offers.localSdp).toContain('\r\na=sendrecv\r\n');
    }
    await desk.decide({ kind: 'hang-up' });
    expect(heard).toEqual(['answered', 'ended by remote']);
    expect(await desk.list()).toEqual([]);
  });

  it('stays as it was when the other side refuses the hold, and can be hung up meanwhile', async () => {
    const desk = operatorLab();
    const phone = desk.lab.phone('10.0.0.2');
    phone.serve(call({ isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' }));
    await dialAgain(desk.lab, phone);
    await desk.decide({ kind: 'answer' });
    phone.serve({
      name: 'refusal',
      methods: ['INVITE'],
      explain: () => 'INVITE: 488 after a second.',
      handle: (request) => {
        request.clock.after(1000, () => {
          request.respond(488);
        });
      },
    });
    await desk.decide({ kind: 'hold' });
    expect(await desk.theItem()).toMatchObject({ state: 'answered', choices: ['hang-up'] });
    await desk.lab.clock.advanceAsync(1000);
    expect(await desk.theItem()).toMatchObject({
      state: 'answered',
      choices: ['hold', 'transfer', 'hang-up'],
    });
    expect((await told(desk)).at(-1)).toMatch(/^hold: 488/);
  });

  it('is over when the caller hangs up', async () => {
    const { lab, decide, list } = operatorLab();
    const { call: alice } = await dial(lab);
    await decide({ kind: 'answer' });
    alice.hangUp();
    await lab.clock.advanceAsync(10);
    expect(await list()).toEqual([]);
  });
});

describe('a transfer by the operator', () => {
  it('succeeds: the caller calls the target, tells so, and our call ends (RFC 5589 §6.1)', async () => {
    const desk = operatorLab();
    const { heard } = await talking(desk);
    const carol = desk.lab.phone('10.0.0.3');
    asPhone(carol, { sdpProfile: 'audio-only' });
    await desk.decide({ kind: 'transfer', target: 'sip:carol@10.0.0.3' });
    expect(sent(desk.lab, 'REFER')).toContain('\r\nRefer-To: <sip:carol@10.0.0.3>\r\n');
    expect(await told(desk)).toEqual([
      '200 OK',
      'REFER to sip:carol@10.0.0.3',
      'transfer: 100 Trying',
      'transfer: 180 Ringing',
    ]);
    await desk.lab.clock.advanceAsync(RING_MS + 100);
    expect(carol.sessions).toHaveLength(1);
    expect(heard).toEqual(['answered', 'ended by remote']);
    expect(await desk.list()).toEqual([]);
  });

  it('fails when the target is busy: it is told, and our call goes on', async () => {
    const desk = operatorLab();
    const { heard } = await talking(desk);
    const carol = desk.lab.phone('10.0.0.3');
    carol.serve({
      name: 'busy',
      methods: ['INVITE'],
      explain: () => 'INVITE: 486.',
      handle: (request) => {
        request.respond(486);
      },
    });
    await desk.decide({ kind: 'transfer', target: 'sip:carol@10.0.0.3' });
    await desk.lab.clock.advanceAsync(100);
    expect((await told(desk)).at(-1)).toBe('transfer: 486 Busy Here');
    expect(await desk.theItem()).toMatchObject({
      state: 'answered',
      choices: ['hold', 'transfer', 'hang-up'],
    });
    expect(heard).toEqual(['answered']);
  });

  it('is told when the other side takes no REFER (RFC 3515 §2.4.2)', async () => {
    const desk = operatorLab();
    await dial(desk.lab);
    await desk.decide({ kind: 'answer' });
    await desk.decide({ kind: 'transfer', target: 'sip:carol@10.0.0.3' });
    expect((await told(desk)).at(-1)).toMatch(/^transfer: .*405/);
  });
});
