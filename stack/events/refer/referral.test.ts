import { describe, expect, it } from 'vitest';
import { cseq } from '../../message/headers/cseq.ts';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { expectNothingLeft, phoneLab } from '../../testing/phone-lab.ts';
import { refer, type ReferOptions } from './referral.ts';

/*
 * Verified: the transferor against a peer that says exactly what the test tells it, in exact virtual time.
 */

describe('a transferor (RFC 3515 §2.4.1)', () => {
  const setUp = (options: Partial<ReferOptions> = {}) => {
    const it_ = phoneLab();
    const transferee = it_.peer('10.0.0.9');
    it_.watch(refer(it_.ua, { target: 'sip:peer@10.0.0.9', to: 'sip:c@10.0.0.8', ...options }));
    it_.clock.advance(0);
    const request = transferee.last;
    const notify = (state: string, body: string, number = 1, id = ''): void => {
      transferee.send({
        method: 'NOTIFY',
        callId: request.first('Call-ID') ?? '',
        fromTag: 'n1',
        toTag: fromHeader(request)?.tag,
        cseq: number,
        branch: `z9hG4bK-n${number}`,
        lines: [`Event: refer${id}`, `Subscription-State: ${state}`, 'Content-Type: message/sipfrag'],
        body,
      });
    };
    return { ...it_, transferee, request, notify };
  };

  it('says where, by whom, and where it can be reached', () => {
    const { clock, ua, request, transferee } = setUp({ referredBy: 'sip:boss@example.com' });
    expect(request.first('Refer-To')).toBe('<sip:c@10.0.0.8>');
    expect(request.first('Referred-By')).toBe('<sip:boss@example.com>');
    expect(request.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    transferee.respond(request, '603 Decline', [], 'x');
    expectNothingLeft(clock, ua);
  });

  it('E1, mistake 30: takes NOTIFYs before the 202, and every id that may be meant', () => {
    const { clock, ua, request, transferee, notify, events } = setUp();
    const id = `;id=${cseq(request)?.number}`;
    notify('active;expires=60', 'SIP/2.0 100 Trying', 1, id);
    transferee.respond(request, '202 Accepted', [], 'n1');
    notify('active;expires=60', 'SIP/2.0 180 Ringing', 2);
    notify('active;expires=60', 'SIP/2.0 180 Ringing', 3, ';id=77');
    expect(transferee.take()).toEqual(['REFER', '200 OK', '200 OK', '481 Call/Transaction Does Not Exist']);
    notify('terminated;reason=noresource', 'SIP/2.0 200 OK\r\n', 4, id);
    expect(events).toEqual(['0 100', '0 180', '0 200', '0 succeeded: 200']);
    notify('terminated;reason=noresource', 'SIP/2.0 503 Again\r\n', 5, id);
    expect(transferee.take()).toEqual(['200 OK', '481 Call/Transaction Does Not Exist']);
    expectNothingLeft(clock, ua);
  });

  it.each([
    ['603 Decline', '0 refused: 603 Decline'],
    ['405 Method Not Allowed', '0 refused: 405 Method Not Allowed'],
  ])('is told that it was refused with %s', (status, end) => {
    const { clock, ua, request, transferee, events } = setUp();
    transferee.respond(request, status, [], 'x');
    expect(events).toEqual([end]);
    expectNothingLeft(clock, ua);
  });

  it('RFC 6665 §4.1.2.4: waits for the first NOTIFY until Timer N, and for the last until the subscription expires', () => {
    const silent = setUp();
    silent.transferee.respond(silent.request, '202 Accepted', [], 'n1');
    silent.clock.advance(32_000);
    expect(silent.events).toEqual(['32000 unknown: no-notify']);
    expectNothingLeft(silent.clock, silent.ua);
    const slow = setUp();
    slow.transferee.respond(slow.request, '202 Accepted', [], 'n1');
    slow.notify('active;expires=60', 'SIP/2.0 100 Trying');
    slow.clock.advance(60_000);
    expect(slow.events).toEqual(['0 100', '60000 unknown: timeout']);
    expectNothingLeft(slow.clock, slow.ua);
  });

  it('RFC 3515 §2.4.4, §2.4.6: refreshes the subscription when the call takes longer, under the id that it has', () => {
    const { clock, ua, request, transferee, notify, events } = setUp();
    transferee.respond(request, '202 Accepted', [], 'n1');
    const id = `;id=${cseq(request)?.number}`;
    notify('active;expires=60', 'SIP/2.0 180 Ringing', 1, id);
    transferee.take();
    clock.advance(30_000);
    const refresh = transferee.last;
    expect([transferee.take(), refresh.first('Event'), refresh.first('Expires')]).toEqual([
      ['SUBSCRIBE'],
      `refer${id}`,
      '60',
    ]);
    expect(cseq(refresh)?.number).toBe((cseq(request)?.number ?? 0) + 1);
    transferee.respond(refresh, '200 OK', ['Expires: 90']);
    clock.advance(44_000);
    notify('terminated;reason=noresource', 'SIP/2.0 200 OK', 2, id);
    expect(events.slice(1)).toEqual(['74000 200', '74000 succeeded: 200']);
    expectNothingLeft(clock, ua);
  });

  it.each([
    ['481 Gone', '30000 unknown: lost'],
    ['405 Method Not Allowed', '60000 unknown: timeout'],
  ])('RFC 6665 §4.1.2.2: a refresh that is answered %s', (status, end) => {
    const { clock, ua, request, transferee, notify, events } = setUp();
    transferee.respond(request, '202 Accepted', [], 'n1');
    notify('active;expires=60', 'SIP/2.0 100 Trying');
    clock.advance(30_000);
    transferee.respond(transferee.last, status);
    clock.advance(30_000);
    expect(events).toEqual(['0 100', end]);
    expectNothingLeft(clock, ua);
  });

  it('takes a NOTIFY without a readable sipfrag for no progress, and one without Subscription-State for a mistake', () => {
    const { clock, ua, transferee, request, notify, events } = setUp();
    transferee.respond(request, '202 Accepted', [], 'n1');
    notify('active;expires=60', 'nonsense');
    expect(transferee.take()).toEqual(['REFER', '200 OK']);
    notify(' ', 'SIP/2.0 200 OK', 2);
    expect(transferee.take()).toEqual(['400 Missing Subscription-State']);
    notify('terminated;reason=noresource', '', 3);
    expect(events).toEqual(['0 unknown: noresource']);
    expectNothingLeft(clock, ua);
  });
});
