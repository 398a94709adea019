import { afterEach, describe, expect, it } from 'vitest';
import {
  closeOperatorLabs,
  dial,
  dialAgain,
  OFFER,
  operatorLab,
  sent,
  TIMEOUT_MS,
} from '../testing/operator-lab.ts';

/* Verified: every decision about a call that waits and every race, in virtual time. Calls that are answered: answered-call.test.ts; over real sockets with sipp: e2e/interop. */

afterEach(closeOperatorLabs);

describe('a call that waits for the operator', () => {
  it('is shown with who calls, what is offered and what can be done', async () => {
    const { lab, theItem } = operatorLab();
    await dial(lab);
    const item = await theItem();
    expect(item).toMatchObject({
      kind: 'call',
      state: 'waiting',
      method: 'INVITE',
      from: 'sip:alice@10.0.0.2',
      source: '10.0.0.2:5060',
      protocol: 'udp',
      hops: 0,
      summary: 'audio: PCMU, PCMA sendrecv at 10.0.0.2',
      choices: ['ring', 'early', 'answer', 'reject', 'redirect'],
    });
    expect(item.deadlineAtMs).toBe(item.arrivedAtMs + TIMEOUT_MS);
    expect(item.sdp).toMatch(/^v=0\r\n/);
    expect(item.supports).toContain('100rel');
  });

  it('rings, sends early media, is answered and hung up (RFC 3261 §13.3.1)', async () => {
    const { lab, theItem, decide, list } = operatorLab();
    const { heard } = await dial(lab);
    await decide({ kind: 'ring' });
    expect((await theItem()).state).toBe('ringing');
    await decide({ kind: 'early' });
    expect((await theItem()).state).toBe('early');
    await decide({ kind: 'answer' });
    const answered = await theItem();
    expect(answered).toMatchObject({ state: 'answered', choices: ['hold', 'transfer', 'hang-up'] });
    expect(answered.deadlineAtMs).toBeUndefined();
    expect(answered.sent.map(({ text }) => text)).toEqual(['180 Ringing', '183 Session Progress', '200 OK']);
    await decide({ kind: 'hang-up' });
    expect(heard).toEqual(['180', '183 with description', 'answered', 'ended by remote']);
    expect(await list()).toEqual([]);
  });

  it('is answered with the description the operator has written', async () => {
    const { lab, theItem, decide } = operatorLab();
    await dial(lab);
    const { sdp = '' } = await theItem();
    await decide({ kind: 'answer', sdp: sdp.replace(/s=.*\r\n/, 's=by hand\r\n') });
    expect(sent(lab, 'SIP/2.0 200')).toContain('\r\ns=by hand\r\n');
  });

  it('is rejected with code, reason and header fields', async () => {
    const { lab, decide, list } = operatorLab();
    const { heard } = await dial(lab);
    await decide({ kind: 'reject', status: 404, reason: 'Nobody', headers: [['X-Lab', 'one']] });
    expect(heard).toEqual(['404 Nobody']);
    expect(sent(lab, 'SIP/2.0 404')).toContain('\r\nX-Lab: one\r\n');
    expect(await list()).toEqual([]);
  });

  it('is redirected with 302 and a Contact (RFC 3261 §21.3.3)', async () => {
    const { lab, decide, theItem, refusalOf } = operatorLab();
    const { heard } = await dial(lab);
    const { id } = await theItem();
    expect(await refusalOf({ kind: 'redirect', target: 'bob' }, id)).toBe('bad-params');
    expect(await refusalOf({ kind: 'redirect', target: 'sip:c@x', status: 404 }, id)).toBe('bad-params');
    await decide({ kind: 'redirect', target: 'sip:carol@10.0.0.3' });
    expect(heard).toEqual(['302 Moved Temporarily']);
    expect(sent(lab, 'SIP/2.0 302')).toContain('\r\nContact: <sip:carol@10.0.0.3>\r\n');
  });

  it('gets 480 when nobody decides, also while it rings', async () => {
    const { lab, decide, list } = operatorLab();
    const { heard } = await dial(lab);
    await decide({ kind: 'ring' });
    await lab.clock.advanceAsync(TIMEOUT_MS);
    expect(heard).toEqual(['180', '480 Temporarily Unavailable']);
    expect(await list()).toEqual([]);
  });

  it('is gone when the caller cancels, and a decision then comes too late (RFC 3261 §9.2)', async () => {
    const { lab, theItem, list, refusalOf } = operatorLab();
    const { call } = await dial(lab);
    const { id } = await theItem();
    call.cancel();
    await lab.clock.advanceAsync(10);
    expect(await list()).toEqual([]);
    expect(await refusalOf({ kind: 'answer' }, id)).toBe('gone');
  });

  it('takes the first of two decisions, whoever makes the other', async () => {
    const { lab, theItem, decide, refusalOf } = operatorLab();
    const { heard } = await dial(lab);
    const { id } = await theItem();
    await decide({ kind: 'answer' }, id);
    expect(await refusalOf({ kind: 'reject' }, id)).toBe('gone');
    expect(await refusalOf({ kind: 'answer' }, id)).toBe('gone');
    expect(await refusalOf({ kind: 'resume' }, id)).toBe('bad-params');
    expect(heard).toEqual(['answered']);
  });

  it('gets 503 when the server stops, and nothing is left of it', async () => {
    const { lab, list } = operatorLab();
    const { heard } = await dial(lab);
    const stopped = lab.serving.agent.stop(1000);
    await lab.clock.advanceAsync(1000);
    await stopped;
    expect(heard).toEqual(['503 Service Unavailable']);
    expect(await list()).toEqual([]);
  });

  it('gets 488 for an offer with nothing for us, whatever the operator says (RFC 3264 §6)', async () => {
    const { lab, decide } = operatorLab();
    const phone = lab.phone('10.0.0.2');
    const failures: unknown[] = [];
    const call = phone.call({ target: 'sip:bob@10.0.0.1', sdp: OFFER.replace('RTP/AVP 0 8', 'RTP/AVP 99') });
    call.onFailed((result) => failures.push(result.kind === 'response' && result.status));
    await lab.clock.advanceAsync(10);
    await decide({ kind: 'answer' });
    expect(failures).toEqual([488]);
  });
});

describe('a remembered decision', () => {
  it('is taken again for the same sender and method, and for nobody else', async () => {
    const { lab, decide, list, theItem } = operatorLab();
    const phone = lab.phone('10.0.0.2');
    const first = await dialAgain(lab, phone);
    await decide({ kind: 'reject', status: 486, isRemembered: true });
    const again = await dialAgain(lab, phone);
    expect([first.heard, again.heard]).toEqual([['486 Busy Here'], ['486 Busy Here']]);
    expect(await list()).toEqual([]);
    await dial(lab, 'sip:dave@10.0.0.5', '10.0.0.5');
    expect((await theItem()).from).toBe('sip:dave@10.0.0.5');
  });
});

describe('the list of what waits', () => {
  it('is told as a whole, changes of one moment at once', async () => {
    const { lab } = operatorLab();
    const told: number[] = [];
    lab.serving.mode.desk?.onChanged((items) => told.push(items.length));
    const phone = lab.phone('10.0.0.2');
    await dialAgain(lab, phone);
    await dialAgain(lab, phone, 'sip:eve@10.0.0.2');
    await lab.clock.advanceAsync(100);
    expect(told).toEqual([2]);
  });

  it('is empty at a server of another mode, where there is nothing to decide', async () => {
    const { lab, list, refusalOf } = operatorLab({ mode: 'full-uas' });
    await dial(lab);
    expect(await list()).toEqual([]);
    expect(await refusalOf({ kind: 'answer' }, 'x')).toBe('gone');
  });
});
