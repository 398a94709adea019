import { describe, expect, it } from 'vitest';
import { ALICE, BOB, Trace, sdpOf } from '../testing/trace.ts';

/*
 * Each test has a trace that breaks the rule, with what is said about which octets, and a near miss that does not.
 * Alice calls bob; the traffic is bob's unless said otherwise.
 */

const RECORDED = ['Record-Route: <sip:p2@10.0.0.8;lr>', 'Record-Route: <sip:p1@10.0.0.9;lr>'];
const ROUTE = ['Route: <sip:p1@10.0.0.9;lr>', 'Route: <sip:p2@10.0.0.8;lr>'];

/** An answered call, up to its ACK. */
const call = (vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage).alice('INVITE').bob('100 Trying').bob('180 Ringing').bob('200 OK').alice('ACK');

const routedCall = (vantage: 'alice' | 'bob' = 'bob'): Trace =>
  new Trace(vantage)
    .alice('INVITE', { lines: RECORDED })
    .bob('180 Ringing')
    .bob('200 OK')
    .alice('ACK', { lines: ROUTE });

describe('lint of dialogs', () => {
  it('D1: a request inside a dialog without its route set, or with another order, is found (RFC 3261 §12.2.1.1)', () => {
    const bare = routedCall().alice('BYE');
    expect(bare.remarks('D1')).toEqual([
      'remote error: The BYE lacks the route set of its dialog, which has 2 routes. <BYE sip:bob@10.0.0.2:5060 SIP/2.0>',
    ]);
    const permuted = routedCall().alice('BYE', { lines: [...ROUTE].reverse() });
    expect(permuted.remarks('D1')).toEqual([
      'remote error: The BYE carries the route set of its dialog in another order. <<sip:p2@10.0.0.8;lr>\r\nRoute: <sip:p1@10.0.0.9;lr>>',
    ]);
    const partly = routedCall().bob('BYE', { lines: [RECORDED[0]?.replace('Record-', '') ?? ''] });
    expect(partly.remarks('D1')).toEqual([
      'local error: The Route of the BYE is not the route set of its dialog, which has 2 routes. <<sip:p2@10.0.0.8;lr>>',
    ]);
    expect(routedCall().alice('BYE', { lines: ROUTE }).remarks('D1')).toEqual([]);
    // What reaches bob has passed the proxies, which took their routes off.
    const arrived = routedCall().alice('BYE', {
      edit: (t) => t.replace('Via:', 'Via: SIP/2.0/UDP 10.0.0.8;branch=z9hG4bKp2\r\nVia:'),
    });
    expect(arrived.remarks('D1')).toEqual([]);
  });

  it('D1: a strict router stands in the Request-URI and the target at the end of Route (RFC 3261 §12.2.1.1)', () => {
    const strict = (): Trace =>
      new Trace().alice('INVITE', { lines: ['Record-Route: <sip:old@10.0.0.9>'] }).bob('200 OK');
    const right = { uri: 'sip:old@10.0.0.9', lines: ['Route: <sip:bob@10.0.0.2:5060>'] };
    expect([
      ...strict().alice('ACK', right).remarks('D1'),
      ...strict().alice('ACK', right).remarks('D10'),
    ]).toEqual([]);
    expect(
      strict()
        .alice('ACK', { lines: ['Route: <sip:old@10.0.0.9>'] })
        .remarks('D1'),
    ).toHaveLength(1);
  });

  it('D2: a CSeq number that repeats or falls is found, each direction for itself (RFC 3261 §12.2.1.1)', () => {
    expect(call().wait(300).alice('INFO', { cseq: 1 }).remarks('D2')).toEqual([
      'remote error: The INFO repeats the CSeq number 1 of the INVITE before it. <1 INFO>',
    ]);
    expect(call().alice('INFO', { cseq: 9 }).wait(300).alice('BYE', { cseq: 8 }).remarks('D2')).toEqual([
      'remote error: The BYE has CSeq number 8 after the 9 of a INFO. <8 BYE>',
    ]);
    // Bob counts for himself, gaps are no mistake, and UDP lets requests overtake each other.
    expect(
      call().bob('INFO', { cseq: 1 }).alice('INFO', { cseq: 2 }).alice('BYE', { cseq: 9 }).remarks('D2'),
    ).toEqual([]);
    expect(
      call().alice('INFO', { cseq: 9 }).alice('INFO', { cseq: 8, branch: 'z9hG4bK-x' }).remarks('D2'),
    ).toEqual([]);
  });

  it('D2: a REGISTER that refreshes with a used CSeq number is found (RFC 3261 §10.2)', () => {
    const again = new Trace()
      .alice('REGISTER')
      .bob('200 OK')
      .wait(300)
      .alice('REGISTER', { cseq: 1, branch: 'z9hG4bK-2', toTag: '' });
    expect(again.remarks('D2')).toEqual([
      'remote error: The REGISTER repeats the CSeq number 1 of the REGISTER before it. <1 REGISTER>',
    ]);
  });

  it('D3: a refresh and a request of the user that share a CSeq number are found (RFC 3261 §12.2.1.1)', () => {
    const timer = { lines: ['Session-Expires: 90;refresher=uac'] };
    expect(call().alice('UPDATE', timer).bob('200 OK').alice('BYE', { cseq: 2 }).remarks('D3')).toEqual([
      'remote error: The BYE and the UPDATE share the CSeq number 2; one of them is a refresh. <2 BYE>',
    ]);
    expect(call().alice('UPDATE', timer).bob('200 OK').alice('BYE').remarks('D3')).toEqual([]);
    const twoOfTheUser = call().alice('INFO', { cseq: 2 }).alice('BYE', { cseq: 2 });
    expect([twoOfTheUser.remarks('D3').length, twoOfTheUser.remarks('D2').length]).toEqual([0, 1]);
  });

  it('D4: a route set taken from a later message is found (RFC 3261 §12.2)', () => {
    const changed = 'Record-Route: <sip:new@10.0.0.7;lr>';
    const reinvited = (): Trace =>
      routedCall('alice')
        .alice('INVITE', { lines: ROUTE })
        .bob('200 OK', { lines: [changed] })
        .alice('ACK', { lines: ROUTE });
    const after = reinvited().alice('BYE', { lines: [changed.replace('Record-', '')] });
    expect(after.remarks('D4')).toEqual([
      'local error: The BYE follows the Record-Route of a later message instead of the route set of its dialog. <<sip:new@10.0.0.7;lr>>',
    ]);
    expect(after.remarks('D1')).toEqual([]);
    expect(reinvited().alice('BYE', { lines: ROUTE }).remarks('D4')).toEqual([]);
  });

  it('D5: a response that makes a dialog without the Record-Route of its request is found (RFC 3261 §12.1.1)', () => {
    const strip = (text: string): string => text.replace(/Record-Route: .*\r\n/g, '');
    const lost = new Trace()
      .alice('INVITE', { lines: RECORDED })
      .bob('180 Ringing', { edit: strip })
      .bob('200 OK');
    expect(lost.remarks('D5')).toEqual([
      'local error: The 180 lacks the Record-Route of the INVITE. <SIP/2.0 180 Ringing>',
    ]);
    const swapped = new Trace().alice('INVITE', { lines: RECORDED }).bob('200 OK', {
      edit: (t) => strip(t).replace('Contact', [...RECORDED].reverse().join('\r\n') + '\r\nContact'),
    });
    expect(swapped.remarks('D5')).toHaveLength(1);
    // A refusal makes no dialog, and a proxy behind bob would stand in front.
    expect(
      new Trace().alice('INVITE', { lines: RECORDED }).bob('486 Busy Here', { edit: strip }).remarks('D5'),
    ).toEqual([]);
    const further = new Trace('alice').alice('INVITE', { lines: RECORDED }).bob('200 OK', {
      edit: (t) => t.replace('Record-Route', 'Record-Route: <sip:p3@10.0.0.7;lr>\r\nRecord-Route'),
    });
    expect(further.remarks('D5')).toEqual([]);
  });

  it('D6: a From tag used for two calls is found (RFC 3261 §19.3)', () => {
    const twice = call().alice('INVITE', {
      callId: 'another',
      toTag: '',
      fromTag: 'tag-a',
      branch: 'z9hG4bK-2',
    });
    expect(twice.remarks('D6')).toEqual([
      'remote warning: The From tag tag-a was used with another Call-ID before. <<sip:alice@example.com>;tag=tag-a>',
    ]);
    const fresh = call().alice('INVITE', {
      callId: 'another',
      toTag: '',
      fromTag: 'tag-c',
      branch: 'z9hG4bK-2',
    });
    expect(fresh.remarks('D6')).toEqual([]);
    const retried = new Trace()
      .alice('INVITE')
      .bob('401 Unauthorized')
      .alice('ACK', { branch: 'z9hG4bK-alice-INVITE-1' })
      .alice('INVITE');
    expect(retried.remarks('D6')).toEqual([]);
  });

  it('D7: a local URI that changes inside a dialog is found (RFC 3261 §12.2.1.1)', () => {
    expect(call().bob('BYE', { from: 'sip:bob@10.0.0.2' }).remarks('D7')).toEqual([
      'local warning: From of the BYE is sip:bob@10.0.0.2; the dialog began with sip:bob@example.com. <<sip:bob@10.0.0.2>;tag=tag-b>',
    ]);
    expect(call().alice('BYE', { to: 'sip:bob@10.0.0.2' }).remarks('D7')).toEqual([
      'remote warning: To of the BYE is sip:bob@10.0.0.2; the dialog began with sip:bob@example.com. <<sip:bob@10.0.0.2>;tag=tag-b>',
    ]);
    expect(call().bob('BYE', { from: 'sip:bob@EXAMPLE.com' }).remarks('D7')).toEqual([]);
    expect(
      call()
        .bob('UPDATE', { from: 'sip:carol@example.com', lines: ['Supported: from-change'] })
        .remarks('D7'),
    ).toEqual([]);
  });

  it('D8: a response above 100 without To tag is found (RFC 3261 §8.2.6.2)', () => {
    expect(new Trace().alice('OPTIONS').bob('404 Not Found', { toTag: '' }).remarks('D8')).toEqual([
      'local error: The 404 has no To tag. <<sip:bob@example.com>>',
    ]);
    expect(new Trace().alice('INVITE').bob('100 Trying').bob('180 Ringing').remarks('D8')).toEqual([]);
  });

  it('D9: a response that makes a dialog without Contact is found (RFC 3261 §12.1.1)', () => {
    expect(
      new Trace().alice('INVITE').bob('180 Ringing').bob('200 OK', { contact: false }).remarks('D9'),
    ).toEqual(['local error: The 200 to INVITE has no Contact. <SIP/2.0 200 OK>']);
    expect(new Trace().alice('INVITE').bob('180 Ringing', { contact: false }).remarks('D9')).toEqual([
      'local warning: The 180 to INVITE has no Contact. <SIP/2.0 180 Ringing>',
    ]);
    expect(call().alice('BYE').bob('200 OK').remarks('D9')).toEqual([]);
    expect(
      new Trace().alice('INVITE').bob('180 Ringing', { contact: false, toTag: '' }).remarks('D9'),
    ).toEqual([]);
  });

  it('D10: a request to a Contact that was replaced is found (RFC 3261 §12.2.1.2, §12.2.2)', () => {
    const moved = (vantage: 'alice' | 'bob'): Trace =>
      call(vantage).bob('UPDATE', { contact: 'sip:bob@10.0.0.22' }).alice('200 OK');
    expect(moved('alice').alice('BYE').remarks('D10')).toEqual([
      'local error: The BYE goes to a Contact that was replaced by sip:bob@10.0.0.22. <sip:bob@10.0.0.2:5060>',
    ]);
    expect(call('alice').alice('BYE', { uri: 'sip:bob@elsewhere.example' }).remarks('D10')).toEqual([
      'local error: The BYE does not go to the Contact of its peer, sip:bob@10.0.0.2:5060. <sip:bob@elsewhere.example>',
    ]);
    expect(moved('alice').alice('BYE', { uri: 'sip:bob@10.0.0.22' }).remarks('D10')).toEqual([]);
    // Refused, the new Contact counts for nothing; and alice may not know it yet.
    const refused = call('alice').bob('UPDATE', { contact: 'sip:bob@10.0.0.22' }).alice('500 No');
    expect(refused.alice('BYE').remarks('D10')).toEqual([]);
    expect(moved('bob').alice('BYE').remarks('D10')).toEqual([]);
    // A reliable provisional response moves its sender at once. (RFC 6141 §4.7)
    const reliable = { contact: 'sip:bob@10.0.0.22', lines: ['Require: 100rel', 'RSeq: 1'] };
    const asked = call('alice').alice('INVITE').bob('183 Session Progress', reliable);
    expect(asked.alice('PRACK', { uri: 'sip:bob@10.0.0.22' }).remarks('D10')).toEqual([]);
  });

  it('D11: a BYE of the callee before the ACK to its 2xx is found (RFC 3261 §15)', () => {
    const answered = (): Trace => new Trace().alice('INVITE').bob('200 OK');
    expect(answered().bob('BYE').remarks('D11')).toEqual([
      'local error: The callee sends a BYE before its 2xx was acknowledged. <BYE sip:alice@10.0.0.1:5060 SIP/2.0>',
    ]);
    expect(new Trace().alice('INVITE').bob('180 Ringing').bob('BYE').remarks('D11')).toEqual([
      'local error: The callee sends a BYE before it has answered. <BYE sip:alice@10.0.0.1:5060 SIP/2.0>',
    ]);
    expect(answered().alice('ACK').bob('BYE').remarks('D11')).toEqual([]);
    expect(answered().wait(32_000).bob('BYE').remarks('D11')).toEqual([]);
    expect(new Trace().alice('INVITE').bob('180 Ringing').alice('BYE').remarks('D11')).toEqual([]);
  });

  it('D12: a BYE without To tag is found (RFC 3261 §15.1.1)', () => {
    expect(
      call().wait(20).raw('in', call().alice('BYE').lastText.replace(';tag=tag-b', ''), ALICE).remarks('D12'),
    ).toEqual(['remote error: The BYE has no To tag and so belongs to no dialog. <<sip:bob@example.com>>']);
    expect(call().alice('BYE').remarks('D12')).toEqual([]);
    // A caller of RFC 2543 has no tag.
    const old = { edit: (text: string) => text.replace(';tag=tag-a', '') };
    const answered = new Trace().alice('INVITE', old).bob('200 OK').alice('ACK', old);
    expect(answered.bob('BYE', old).remarks('D12')).toEqual([]);
  });

  it('finds nothing in calls that are all right, seen from either side', () => {
    for (const vantage of ['alice', 'bob'] as const) {
      const talk = new Trace(vantage)
        .alice('INVITE', { lines: RECORDED, sdp: sdpOf() })
        .bob('100 Trying')
        .bob('180 Ringing')
        .bob('200 OK', { sdp: sdpOf({ host: BOB.host }) })
        .alice('ACK', { lines: ROUTE })
        .bob('INVITE', {
          lines: [...ROUTE].reverse(),
          sdp: sdpOf({ host: BOB.host, version: 2, port: 4002 }),
        })
        .alice('200 OK', { sdp: sdpOf() })
        .bob('ACK', { lines: [...ROUTE].reverse() })
        .alice('BYE', { lines: ROUTE })
        .bob('200 OK')
        .wait(100_000);
      expect(talk.findings()).toEqual([]);
    }
  });
});
