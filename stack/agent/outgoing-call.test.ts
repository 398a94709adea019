import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader } from '../message/headers/name-addr.ts';
import { topVia } from '../message/headers/via.ts';
import { callId } from '../message/headers/simple.ts';
import { octetText } from '../message/octets.ts';
import type { SipMessage } from '../message/message.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { scriptedResolver } from '../testing/scripted-resolver.ts';
import type { Handler } from './handler.ts';
import type { CallOptions } from './call-options.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { describeResult } from './result.ts';

/*
 * Verified: the caller's side against a peer that says exactly what the test tells it, in exact virtual time.
 * Not here: two of our agents talking (simulation.test.ts), the callee's side (session.test.ts).
 */

const OFFER = 'v=0\r\no=us 1 1 IN IP4 10.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 5000 RTP/AVP 0\r\n';
const ANSWER = 'v=0\r\no=peer 1 1 IN IP4 10.0.0.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';
const CONTACT = 'Contact: <sip:peer@10.0.0.9:5060>';
const SDP = [CONTACT, 'Content-Type: application/sdp', ANSWER];

const serving: Handler = {
  name: 'serving',
  methods: ['INFO', 'INVITE', 'ACK', 'CANCEL', 'BYE'],
  explain: () => 'Answers 200.',
  handle: (request) => {
    request.respond(200);
  },
};

const lab = () => {
  const { clock, network, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1', serving);
  const events: string[] = [];
  const watch = (call: OutgoingCall): OutgoingCall => {
    call.onProvisional(({ status }) => events.push(`${clock.now()} ${status}`));
    call.onAnswered(() => events.push(`${clock.now()} answered`));
    call.onFailed((result) => events.push(`${clock.now()} failed: ${describeResult(result)}`));
    call.onEnded(({ by, reason }) => events.push(`${clock.now()} ended: ${by}, ${reason}`));
    return call;
  };
  const dial = (options: Partial<CallOptions> = {}): OutgoingCall => {
    const call = watch(ua.call({ target: 'sip:peer@10.0.0.9', sdp: OFFER, ...options }));
    clock.advance(0);
    return call;
  };
  return { clock, network, ua, peer: peer('10.0.0.9'), events, watch, dial };
};

type Lab = ReturnType<typeof lab>;

const expectNothingLeft = ({ clock, ua }: Lab): void => {
  clock.runAll(200_000);
  expect(ua.stats).toMatchObject({ activeCalls: 0, serverTransactions: 0, clientTransactions: 0 });
  expect(clock.pending).toBe(0);
};

const established = (it_: Lab): OutgoingCall => {
  const call = it_.dial();
  it_.peer.respond(it_.peer.last, '200 OK', SDP, 'p1');
  it_.peer.take();
  it_.events.splice(0);
  return call;
};

const branchOf = (message: SipMessage | undefined): string => (message && topVia(message)?.branch) ?? '';

describe('making a call (RFC 3261 §13.2)', () => {
  it('sends INVITE, hears 1xx, acknowledges the 2xx with a branch of its own, and hangs up', () => {
    const it_ = lab();
    const { peer, events, clock } = it_;
    const call = it_.dial();
    const invite = peer.last;
    expect(invite.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(invite.first('Max-Forwards')).toBe('70');
    expect(invite.first('User-Agent')).toBe('Lab');
    peer.respond(invite, '100 Trying');
    clock.advance(100);
    peer.respond(invite, '180 Ringing', [CONTACT], 'p1');
    clock.advance(900);
    peer.respond(invite, '200 OK', SDP, 'p1');
    const ack = peer.last;
    expect(cseq(ack)).toEqual({ number: cseq(invite)?.number, method: 'ACK' });
    expect(branchOf(ack)).not.toBe(branchOf(invite));
    expect(call.session?.offers).toMatchObject({ state: 'stable', localSdp: OFFER, remoteSdp: ANSWER });
    call.hangUp();
    clock.advance(0);
    const bye = peer.last;
    expect(cseq(bye)).toEqual({ number: (cseq(invite)?.number ?? 0) + 1, method: 'BYE' });
    peer.respond(bye, '200 OK');
    expect(peer.take()).toEqual(['INVITE', 'ACK', 'BYE']);
    expect(events).toEqual(['0 100', '100 180', '1000 answered', '1000 ended: local, hung up here']);
    expectNothingLeft(it_);
  });

  it('sends in-dialog requests along the route set of the 2xx', () => {
    const it_ = lab();
    const { peer, clock } = it_;
    const call = it_.dial();
    const proxied = ['Record-Route: <sip:10.0.0.9:5060;lr;n=2>, <sip:10.0.0.9;lr;n=1>', ...SDP];
    peer.respond(peer.last, '200 OK', proxied, 'p1');
    expect(peer.last.all('Route')).toEqual(['<sip:10.0.0.9;lr;n=1>', '<sip:10.0.0.9:5060;lr;n=2>']);
    call.hangUp();
    clock.advance(0);
    expect(peer.last.startLine).toMatchObject({ method: 'BYE', uri: 'sip:peer@10.0.0.9:5060' });
    expect(peer.last.all('Route')).toEqual(['<sip:10.0.0.9;lr;n=1>', '<sip:10.0.0.9:5060;lr;n=2>']);
    peer.respond(peer.last, '200 OK');
    expectNothingLeft(it_);
  });

  it('repeats the same ACK for each repeated 2xx, also after the call', () => {
    const it_ = lab();
    const { peer, clock } = it_;
    const call = it_.dial();
    const invite = peer.last;
    peer.respond(invite, '200 OK', SDP, 'p1');
    const ack = peer.last;
    clock.advance(500);
    peer.respond(invite, '200 OK', SDP, 'p1');
    expect(octetText(peer.last.bytes)).toBe(octetText(ack.bytes));
    call.hangUp();
    clock.advance(0);
    peer.respond(peer.last, '200 OK');
    peer.respond(invite, '200 OK', SDP, 'p1');
    expect(peer.take()).toEqual(['INVITE', 'ACK', 'ACK', 'BYE', 'ACK']);
    expectNothingLeft(it_);
  });

  it('acknowledges and ends every further fork that answers', () => {
    const it_ = lab();
    const { peer, events } = it_;
    const call = it_.dial();
    const invite = peer.last;
    peer.respond(invite, '180 Ringing', [CONTACT], 'p1');
    peer.respond(invite, '180 Ringing', [CONTACT], 'p2');
    expect(it_.ua.stats.activeCalls).toBe(2);
    peer.respond(invite, '200 OK', SDP, 'p1');
    peer.respond(invite, '200 OK', SDP, 'p2');
    expect(peer.take()).toEqual(['INVITE', 'ACK', 'ACK', 'BYE']);
    peer.respond(peer.last, '200 OK');
    expect(call.session?.dialog.remoteTag).toBe('p1');
    expect(events).toEqual(['0 180', '0 180', '0 answered']);
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it('answers a late offer in the ACK', () => {
    const it_ = lab();
    const { peer, ua, watch } = it_;
    const call = watch(
      ua.call({ target: 'sip:peer@10.0.0.9', answer: (offer) => (offer === ANSWER ? OFFER : undefined) }),
    );
    it_.clock.advance(0);
    expect(peer.last.first('Content-Type')).toBeUndefined();
    peer.respond(peer.last, '200 OK', SDP, 'p1');
    expect(peer.last.startLine).toMatchObject({ method: 'ACK' });
    expect(peer.lastBody).toBe(OFFER);
    expect(call.session?.offers.state).toBe('stable');
    ua.dispose();
    expectNothingLeft(it_);
  });

  it.each([
    ['486 Busy Here', '0 failed: 486 Busy Here'],
    ['302 Moved Temporarily', '0 failed: 302 Moved Temporarily'],
    ['603 Decline', '0 failed: 603 Decline'],
  ])('fails with %s', (status, event) => {
    const it_ = lab();
    it_.dial();
    it_.peer.respond(it_.peer.last, status, [], 'p1');
    expect(it_.peer.take()).toEqual(['INVITE', 'ACK']);
    expect(it_.events).toEqual([event]);
    expectNothingLeft(it_);
  });

  it('fails when nobody answers within 64*T1', () => {
    const it_ = lab();
    it_.dial();
    it_.clock.advance(40_000);
    expect(it_.events).toEqual(['32000 failed: no final response within 32000 ms']);
    expectNothingLeft(it_);
  });

  it.each([
    ['mailto:a@b', 'mailto:a@b is not a SIP URI'],
    ['sip:a@example.com', 'example.com is not an IP address, and names are not resolved here'],
    ['sip:a@10.0.0.9;transport=tcp', 'no TCP listener of ours reaches 10.0.0.9'],
    ['sip:a@[2001:db8::9]', 'no UDP listener of ours reaches 2001:db8::9'],
    ['sip:a@10.0.0.9;transport=pigeon', 'pigeon is no transport known here'],
  ])('does not call %s, and says why', (target, reason) => {
    const it_ = lab();
    it_.dial({ target });
    expect(it_.events).toEqual([`0 failed: ${reason}`]);
    expect(it_.peer.take()).toEqual([]);
    expectNothingLeft(it_);
  });

  it('fails when the transport does', () => {
    const it_ = lab();
    it_.network.failNext('refused');
    it_.dial();
    it_.clock.advance(10);
    expect(it_.events).toHaveLength(1);
    expect(it_.events[0]).toContain('failed: ');
    expectNothingLeft(it_);
  });

  it('gives every call a tag and a Call-ID of its own', () => {
    const it_ = lab();
    it_.dial();
    it_.dial();
    const [one, two] = it_.peer.received;
    expect(one && fromHeader(one)?.tag).not.toBe(two && fromHeader(two)?.tag);
    expect(one && callId(one)).not.toBe(two && callId(two));
    it_.ua.dispose();
    expectNothingLeft(it_);
  });
});

describe('giving a call up (RFC 3261 §9.1, §15)', () => {
  it('sends CANCEL with the branch of the INVITE once it rings', () => {
    const it_ = lab();
    const { peer, clock, events } = it_;
    const call = it_.dial();
    const invite = peer.last;
    call.cancel();
    clock.advance(100);
    expect(peer.take()).toEqual(['INVITE']);
    peer.respond(invite, '180 Ringing', [CONTACT], 'p1');
    const cancel = peer.last;
    expect(peer.take()).toEqual(['CANCEL']);
    expect(branchOf(cancel)).toBe(branchOf(invite));
    expect(cseq(cancel)?.number).toBe(cseq(invite)?.number);
    peer.respond(cancel, '200 OK');
    peer.respond(invite, '487 Request Terminated', [], 'p1');
    expect(events).toEqual(['100 180', '100 failed: 487 Request Terminated']);
    expectNothingLeft(it_);
  });

  it('acknowledges a 2xx that crosses its CANCEL, then sends BYE', () => {
    const it_ = lab();
    const { peer, events, clock } = it_;
    const call = it_.dial();
    const invite = peer.last;
    peer.respond(invite, '180 Ringing', [CONTACT], 'p1');
    call.cancel();
    clock.advance(0);
    const cancel = peer.last;
    peer.respond(invite, '200 OK', SDP, 'p1');
    expect(peer.take()).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
    peer.respond(peer.last, '200 OK');
    peer.respond(cancel, '200 OK');
    expect(events).toEqual(['0 180', '0 answered', '0 ended: local, hung up here']);
    expectNothingLeft(it_);
  });

  it('gives up on a peer that answers the CANCEL and never the INVITE', () => {
    const it_ = lab();
    const { peer, events } = it_;
    const call = it_.dial();
    const invite = peer.last;
    peer.respond(invite, '180 Ringing', [CONTACT], 'p1');
    call.cancel();
    it_.clock.advance(0);
    peer.respond(peer.last, '200 OK');
    it_.clock.advance(40_000);
    expect(events).toEqual(['0 180', '32000 failed: no final response within 32000 ms']);
    expectNothingLeft(it_);
  });

  it('waits for the name lookup no longer', async () => {
    const { clock, agent } = createAgentLab();
    const ua = agent('10.0.0.1', serving, { resolver: scriptedResolver({ 'example.com': ['10.0.0.9'] }) });
    const failed: string[] = [];
    const call = ua.call({ target: 'sip:peer@example.com' });
    call.onFailed((result) => failed.push(describeResult(result)));
    call.cancel();
    await clock.advanceAsync(1);
    expect(failed).toEqual(['the request was given up before it was sent']);
    expect(clock.pending).toBe(0);
  });
});

describe('in the call', () => {
  it('serves requests of the peer and hears its BYE', () => {
    const it_ = lab();
    const call = established(it_);
    const { peer, events } = it_;
    const tags = { toTag: call.ids.fromTag, fromTag: 'p1', callId: call.ids.callId };
    peer.send({ method: 'INFO', cseq: 10, ...tags });
    peer.send({ method: 'BYE', cseq: 11, ...tags });
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(events).toEqual(['0 ended: remote, hung up by the peer']);
    expectNothingLeft(it_);
  });

  it('sends a new offer, acknowledges its answer and follows the new target', async () => {
    const it_ = lab();
    const call = established(it_);
    const { peer, clock } = it_;
    const changed = `${OFFER.replace('us 1 1', 'us 1 2')}a=sendonly\r\n`;
    const result = call.request('INVITE', { body: changed });
    clock.advance(0);
    peer.respond(peer.last, '200 OK', ['Contact: <sip:new@10.0.0.9>', ...SDP.slice(1)]);
    expect(await result).toMatchObject({ kind: 'response', status: 200 });
    expect(peer.last.startLine).toMatchObject({ method: 'ACK', uri: 'sip:new@10.0.0.9' });
    expect(call.session?.offers.localSdp).toBe(changed);
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it('tries a re-INVITE that met 491 again after 2.1 to 4 s (§14.1)', () => {
    const it_ = lab();
    const call = established(it_);
    const { peer, clock } = it_;
    const results: string[] = [];
    call.session?.send('INVITE', { body: OFFER }, { onResult: (r) => results.push(describeResult(r)) });
    clock.advance(0);
    peer.respond(peer.last, '491 Request Pending');
    peer.take();
    clock.advance(2099);
    expect(peer.take()).toEqual([]);
    while (peer.log.length === 0) clock.advance(10);
    expect(clock.now()).toBeLessThanOrEqual(4010);
    peer.respond(peer.last, '200 OK', SDP);
    expect(results).toEqual(['200 OK']);
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it('does not send a second offer while one is open', async () => {
    const it_ = lab();
    const call = established(it_);
    call.session?.send('INVITE', { body: OFFER }, { onResult: () => undefined });
    expect(await call.request('UPDATE', { body: OFFER })).toMatchObject({
      kind: 'not-sent',
      code: 'pending',
    });
    expect(await call.request('INVITE')).toMatchObject({ kind: 'not-sent', code: 'pending' });
    it_.ua.dispose();
    expectNothingLeft(it_);
  });

  it('ends the call when the peer knows it no more (481)', () => {
    const it_ = lab();
    const call = established(it_);
    const { peer, clock, events } = it_;
    call.session?.send('INFO', {}, { onResult: () => undefined });
    clock.advance(0);
    peer.respond(peer.last, '481 Call/Transaction Does Not Exist');
    expect(peer.take()).toEqual(['INFO', 'BYE']);
    peer.respond(peer.last, '481 Call/Transaction Does Not Exist');
    expect(events).toEqual(['0 ended: failure, INFO was answered 481']);
    expectNothingLeft(it_);
  });

  it('is over when the BYE gets no answer', () => {
    const it_ = lab();
    established(it_).hangUp();
    it_.clock.advance(32_000);
    expect(it_.events).toEqual(['32000 ended: local, hung up here']);
    expectNothingLeft(it_);
  });
});
