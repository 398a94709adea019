import { describe, expect, it } from 'vitest';
import { fromHeader } from '../../message/headers/name-addr.ts';
import { refer } from '../../server/handlers/refer.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { expectNothingLeft, phoneLab, type PhoneOptions } from '../../testing/phone-lab.ts';
import { scriptedResolver } from '../../testing/scripted-resolver.ts';
import type { RawPeer } from '../../testing/raw-peer.ts';
import { bodyText } from '../body-text.ts';
import { Notifier } from '../notifier/notifier.ts';
import { referPackage } from '../packages/refer.ts';
import { Transferee, type TargetPolicy } from './transferee.ts';

/*
 * Verified: the transferee against a transferor and a target that say exactly what the test tells them, in exact virtual time.
 */

/** Answers every INVITE of the target with a status. */
const target = (peer: RawPeer, status: string): void => {
  const invites = peer.received.filter(
    ({ startLine }) => startLine.kind === 'request' && startLine.method === 'INVITE',
  );
  const invite = invites.at(-1);
  if (invite === undefined) throw new Error('no INVITE came');
  peer.respond(invite, status, ['Contact: <sip:target@10.0.0.8>'], 't1');
};

const referTo = (peer: RawPeer, uri: string, lines: readonly string[] = [], cseqNumber = 1): void => {
  peer.send({
    method: 'REFER',
    lines: [`Refer-To: <${uri}>`, ...lines],
    cseq: cseqNumber,
    branch: `z9hG4bK-refer-${cseqNumber}`,
  });
};

/** Answers each NOTIFY that came, and says what was in them. */
const notified = (peer: RawPeer): readonly string[] => {
  const told: string[] = [];
  for (const message of [...peer.received]) {
    if (message.startLine.kind !== 'request' || message.startLine.method !== 'NOTIFY') continue;
    told.push(`${message.first('Subscription-State')} ${bodyText(message).trimEnd()}`);
  }
  return told;
};

describe('a transferee (RFC 3515 §2.4.2)', () => {
  const setUp = (options: PhoneOptions = {}) => {
    const it_ = phoneLab(options);
    return { ...it_, transferor: it_.peer('10.0.0.9'), target: it_.peer('10.0.0.8') };
  };

  it('mistake 30, RFC 3515 §2.4.4: answers 202 first, then the NOTIFY that says 100, with Referred-By handed on', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    referTo(transferor, 'sip:target@10.0.0.8', ['Referred-By: <sip:boss@10.0.0.9>']);
    expect(transferor.take()).toEqual(['202 Accepted', 'NOTIFY']);
    expect(transferor.received[0]?.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(transferor.last.first('Event')).toBe('refer;id=1');
    expect(transferor.last.first('Content-Type')).toBe('message/sipfrag;version=2.0');
    expect(transferor.last.first('Subscription-State')).toBe('active;expires=300');
    expect(bodyText(transferor.last)).toBe('SIP/2.0 100 Trying\r\n');
    expect(callee.last.startLine).toMatchObject({ method: 'INVITE', uri: 'sip:target@10.0.0.8' });
    expect(callee.last.first('Referred-By')).toBe('<sip:boss@10.0.0.9>');
    expect(fromHeader(callee.last)?.uri).toBe('sip:us@10.0.0.1');
    transferor.respond(transferor.last, '200 OK');
    target(callee, '486 Busy Here');
    transferor.respond(transferor.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('E4, RFC 3515 §2.4.5: sends exactly one final NOTIFY, which ends the subscription', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    referTo(transferor, 'sip:target@10.0.0.8');
    transferor.respond(transferor.last, '200 OK');
    target(callee, '180 Ringing');
    transferor.respond(transferor.last, '200 OK');
    target(callee, '486 Busy Here');
    transferor.respond(transferor.last, '200 OK');
    expect(notified(transferor)).toEqual([
      'active;expires=300 SIP/2.0 100 Trying',
      'active;expires=300 SIP/2.0 180 Ringing',
      'terminated;reason=noresource SIP/2.0 486 Busy Here',
    ]);
    expectNothingLeft(clock, ua);
    expect(notified(transferor)).toHaveLength(3);
  });

  it('RFC 3515 §2.4.5: a final result that comes while a NOTIFY is out is told by the last one, in its place', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    referTo(transferor, 'sip:target@10.0.0.8');
    const first = transferor.last;
    target(callee, '180 Ringing');
    target(callee, '603 Decline');
    transferor.respond(first, '200 OK');
    transferor.respond(transferor.last, '200 OK');
    expect(notified(transferor)).toEqual([
      'active;expires=300 SIP/2.0 100 Trying',
      'terminated;reason=noresource SIP/2.0 603 Decline',
    ]);
    expectNothingLeft(clock, ua);
  });

  it('RFC 3515 §2.4.5: a target that does not answer is told as 408', () => {
    const { clock, ua, transferor } = setUp();
    referTo(transferor, 'sip:target@10.0.0.7');
    transferor.respond(transferor.last, '200 OK');
    clock.advance(32_000);
    transferor.respond(transferor.last, '200 OK');
    expect(notified(transferor).at(-1)).toBe('terminated;reason=noresource SIP/2.0 408 Request Timeout');
    expectNothingLeft(clock, ua);
  });

  it('RFC 3515 §2.4.4: the call goes on when the transferor unsubscribes; SUBSCRIBE alone makes no such subscription', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    referTo(transferor, 'sip:target@10.0.0.8');
    const toTag = fromHeader(transferor.last)?.tag;
    transferor.respond(transferor.last, '200 OK');
    transferor.take();
    transferor.send({ method: 'SUBSCRIBE', toTag, cseq: 2, lines: ['Event: refer;id=1', 'Expires: 0'] });
    expect(transferor.take()).toEqual(['200 OK', 'NOTIFY']);
    expect(transferor.last.first('Subscription-State')).toBe('terminated;reason=timeout');
    transferor.respond(transferor.last, '200 OK');
    target(callee, '200 OK');
    expect(transferor.take()).toEqual([]);
    expect(ua.sessions).toHaveLength(1);
    transferor.send({ method: 'SUBSCRIBE', callId: 'new', lines: ['Event: refer'] });
    expect(transferor.take()).toEqual(['403 Forbidden']);
    ua.sessions[0]?.hangUp();
    clock.advance(0);
    callee.respond(callee.last, '200 OK');
    expectNothingLeft(clock, ua);
  });

  it('RFC 4488 §4: answers Refer-Sub: false with the same, and notifies nobody', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    referTo(transferor, 'sip:target@10.0.0.8', ['Refer-Sub: false', 'Require: norefersub']);
    expect(transferor.take()).toEqual(['202 Accepted']);
    expect(transferor.last.first('Refer-Sub')).toBe('false');
    target(callee, '486 Busy Here');
    expectNothingLeft(clock, ua);
    expect(transferor.take()).toEqual([]);
  });

  it.each([
    ['no Refer-To', [], '400 Bad Request'],
    ['two of them', ['Refer-To: <sip:a@10.0.0.8>', 'Refer-To: <sip:b@10.0.0.8>'], '400 Bad Request'],
    ['a scheme that is not SIP', ['Refer-To: <http://10.0.0.8/>'], '416 Unsupported URI Scheme'],
    ['another method than INVITE', ['Refer-To: <sip:a@10.0.0.8;method=BYE>'], '603 Decline'],
  ])('RFC 3515 §2.4.2: refuses %s', (_what, lines, status) => {
    const { clock, ua, transferor, target: callee } = setUp();
    transferor.send({ method: 'REFER', lines });
    expect(transferor.take()).toEqual([status]);
    expect(callee.take()).toEqual([]);
    expectNothingLeft(clock, ua);
  });

  it('RFC 3261 §19.1.5: of the headers in Refer-To only a well-formed Replaces reaches the INVITE', () => {
    const { clock, ua, transferor, target: callee } = setUp();
    const forged =
      'Route=%3Csip:10.0.0.7%3E&From=evil&Replaces=c%40x%3Bto-tag%3D1%3Bfrom-tag%3D2%0D%0AX-Evil:%20yes';
    referTo(transferor, `sip:target@10.0.0.8?${forged}`);
    expect(callee.last.all('Route')).toEqual([]);
    expect(callee.last.first('Replaces')).toBeUndefined();
    expect(callee.last.headers.map(({ name }) => name)).not.toContain('X-Evil');
    expect(bodyText(callee.last)).toBe('');
    target(callee, '486 Busy Here');
    transferor.respond(transferor.received[1] ?? transferor.last, '200 OK');
    transferor.respond(transferor.last, '200 OK');
    referTo(transferor, 'sip:target@10.0.0.8?Replaces=c%40x%3Bto-tag%3D1%3Bfrom-tag%3D2%3Bearly-only', [], 2);
    expect(callee.last.first('Replaces')).toBe('c@x;to-tag=1;from-tag=2;early-only');
    expect(callee.last.first('Require')).toBe('replaces');
    target(callee, '481 Gone');
    expectNothingLeft(clock, ua);
  });

  it('refuses more subscriptions than it may have with 503, and does not call', () => {
    const { clock, ua, transferor, target: callee } = setUp({ notifier: { maxSubscriptions: 0 } });
    referTo(transferor, 'sip:target@10.0.0.8');
    expect(transferor.take()).toEqual(['503 Service Unavailable']);
    expect(callee.take()).toEqual([]);
    expectNothingLeft(clock, ua);
  });

  it.each<[string, string, readonly string[], string]>([
    ['a private address', 'sip:target@10.0.0.8', [], '403 Forbidden'],
    ['a public address with a private maddr', 'sip:target@8.8.8.8;maddr=10.0.0.8', [], '403 Forbidden'],
    ['a public name of a private address', 'sip:target@sip.test', ['10.0.0.8'], '403 Forbidden'],
    ['a name with one private address', 'sip:target@sip.test', ['8.8.8.8', '10.0.0.8'], '403 Forbidden'],
    ['a public name of public addresses', 'sip:target@sip.test', ['8.8.8.8', '8.8.4.4'], '202 Accepted'],
    ['a name without an address', 'sip:target@other.test', [], '202 Accepted'],
  ])('RFC 3515 §5.1: by default %s is judged by where it leads', async (_, uri, hosts, status) => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1', undefined, { resolver: scriptedResolver({ 'sip.test': hosts }) });
    const progress = referPackage();
    const notifier = new Notifier(ua.context, [progress]);
    ua.serve(refer(new Transferee({ agent: ua, notifier, progress })));
    const transferor = peer('10.0.0.9');
    referTo(transferor, uri);
    await clock.advanceAsync(0);
    expect(transferor.take()[0]).toBe(status);
    await clock.advanceAsync(100_000);
    expectNothingLeft(clock, ua);
  });

  it('RFC 3515 §5.1: a policy is asked with the addresses, and never for a request that is answered already', async () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1', undefined, { resolver: scriptedResolver({ 'sip.test': ['10.0.0.8'] }) });
    const progress = referPackage();
    const notifier = new Notifier(ua.context, [progress]);
    const asked: (readonly string[])[] = [];
    const allows: TargetPolicy = (_target, _request, hosts) => {
      asked.push(hosts);
      return false;
    };
    ua.serve(refer(new Transferee({ agent: ua, notifier, progress, allows })));
    const transferor = peer('10.0.0.9');
    referTo(transferor, 'sip:target@sip.test');
    await clock.advanceAsync(0);
    referTo(transferor, 'sip:target@sip.test', [], 2);
    const stopped = ua.stop(0);
    await clock.advanceAsync(0);
    await stopped;
    expect(transferor.take()).toEqual(['403 Forbidden', '503 Service Unavailable']);
    expect(asked).toEqual([['10.0.0.8']]);
    clock.runAll(100_000);
    expect(clock.pending).toBe(0);
  });

  it('RFC 3515 §5.1: by default nobody can make it call into a private network', () => {
    const { clock, network, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const progress = referPackage();
    const notifier = new Notifier(ua.context, [progress]);
    ua.serve(refer(new Transferee({ agent: ua, notifier, progress })));
    const transferor = peer('10.0.0.9');
    referTo(transferor, 'sip:target@10.0.0.8');
    expect(transferor.take()).toEqual(['403 Forbidden']);
    expect(network.stats.sent).toBe(2);
    expectNothingLeft(clock, ua);
  });
});
