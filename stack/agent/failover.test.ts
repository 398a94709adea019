import { describe, expect, it } from 'vitest';
import { cseq } from '../message/headers/cseq.ts';
import { callId } from '../message/headers/simple.ts';
import { topVia } from '../message/headers/via.ts';
import type { Resolver } from '../resolver/resolver.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { hopTo, scriptedResolver } from '../testing/scripted-resolver.ts';
import { capabilitiesOf } from './capabilities.ts';
import { Listeners } from './listeners.ts';
import { isNotSent, locate } from './locate.ts';
import { describeResult } from './result.ts';

/* Verified: the next hop after a failure, hops that are avoided, and what becomes of a resolver's answer. */

const HOSTS = { 'sip.example': ['10.0.0.8', '10.0.0.9'] };
const MESSAGE = { method: 'MESSAGE', target: 'sip:sip.example', body: 'x', contentType: 'text/plain' };

const lab = (resolver: Resolver = scriptedResolver(HOSTS)) => {
  const { clock, network, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1', undefined, { resolver });
  return { clock, network, ua, first: peer('10.0.0.8'), second: peer('10.0.0.9') };
};

describe('the next hop (RFC 3263 §4.3)', () => {
  it('gets the same request on a branch of its own when the first answers 503', async () => {
    const { clock, ua, first, second } = lab();
    const done = ua.request(MESSAGE);
    await clock.advanceAsync(1);
    first.respond(first.last, '503 Service Unavailable', [], 'p');
    await clock.advanceAsync(1);
    const [before, after] = [first.last, second.last];
    expect([callId(after), cseq(after)?.number]).toEqual([callId(before), cseq(before)?.number]);
    expect(topVia(after)?.branch).not.toBe(topVia(before)?.branch);
    second.respond(after, '200 OK', [], 'p');
    expect(await done).toMatchObject({ status: 200 });
    ua.dispose();
  });

  it('is tried when the first says nothing for 64*T1', async () => {
    const { clock, ua, second } = lab();
    void ua.request(MESSAGE);
    await clock.advanceAsync(31_999);
    expect(second.take()).toEqual([]);
    await clock.advanceAsync(2);
    expect(second.take()).toEqual(['MESSAGE']);
    ua.dispose();
  });

  it('is tried at once when nothing can be sent to the first', async () => {
    const { clock, network, ua, first, second } = lab();
    network.failNext('unreachable');
    void ua.request(MESSAGE);
    await clock.advanceAsync(1);
    expect([first.take(), second.take()]).toEqual([[], ['MESSAGE']]);
    ua.dispose();
  });

  it('gets an INVITE that the first has refused with 503, whatever it said before; its fork is forgotten', async () => {
    const { clock, ua, first, second } = lab();
    const call = ua.call({ target: 'sip:sip.example' });
    await clock.advanceAsync(1);
    first.respond(first.last, '180 Ringing', ['Contact: <sip:x@10.0.0.8>'], 'p');
    expect(ua.sessions).toHaveLength(1);
    first.respond(first.last, '503 Service Unavailable', [], 'p');
    await clock.advanceAsync(1);
    expect([first.take(), second.take()]).toEqual([['INVITE', 'ACK'], ['INVITE']]);
    expect(ua.sessions).toHaveLength(0);
    call.cancel();
    ua.dispose();
  });

  it('is not tried for other refusals, nor for a call that was given up', async () => {
    const { clock, ua, first, second } = lab();
    const done = ua.request(MESSAGE);
    await clock.advanceAsync(1);
    first.respond(first.last, '500 Oops', [], 'p');
    expect(await done).toMatchObject({ status: 500 });
    const call = ua.call({ target: 'sip:sip.example' });
    await clock.advanceAsync(1);
    first.respond(first.last, '100 Trying');
    call.cancel();
    await clock.advanceAsync(40_000);
    expect(second.take()).toEqual([]);
    ua.dispose();
  });

  it('there is none: the last failure is the result', async () => {
    const { clock, ua, first, second } = lab();
    const done = ua.request(MESSAGE);
    for (const peer of [first, second]) {
      await clock.advanceAsync(1);
      peer.respond(peer.last, '503 Service Unavailable', [], 'p');
    }
    expect(await done).toMatchObject({ kind: 'response', status: 503 });
    await clock.advanceAsync(40_000);
    expect(clock.pending).toBe(0);
    ua.dispose();
  });
});

describe('hops that failed', () => {
  const goesTo = async ({ clock, ua, first, second }: ReturnType<typeof lab>) => {
    first.take();
    second.take();
    void ua.request(MESSAGE);
    await clock.advanceAsync(1);
    for (const peer of [first, second]) if (peer.log.length > 0) peer.respond(peer.last, '200 OK', [], 'p');
    return [first.take().length, second.take().length];
  };

  it('are avoided for as long as Retry-After says (RFC 3261 §21.5.4)', async () => {
    const it_ = lab();
    void it_.ua.request(MESSAGE);
    await it_.clock.advanceAsync(1);
    it_.first.respond(it_.first.last, '503 Service Unavailable', ['Retry-After: 60'], 'p');
    await it_.clock.advanceAsync(1);
    it_.second.respond(it_.second.last, '200 OK', [], 'p');
    expect(await goesTo(it_)).toEqual([0, 1]);
    await it_.clock.advanceAsync(60_000);
    expect(await goesTo(it_)).toEqual([1, 0]);
    it_.ua.dispose();
  });

  it('are avoided for half a minute after a transport failure, and not at all after a 503 without Retry-After', async () => {
    const it_ = lab();
    it_.network.failNext('unreachable');
    void it_.ua.request(MESSAGE);
    await it_.clock.advanceAsync(1);
    it_.second.respond(it_.second.last, '503 Service Unavailable', [], 'p');
    expect(await goesTo(it_)).toEqual([0, 1]);
    await it_.clock.advanceAsync(30_000);
    expect(await goesTo(it_)).toEqual([1, 0]);
    it_.ua.dispose();
  });

  it('are tried all the same when there is no other', async () => {
    const it_ = lab(scriptedResolver({ 'sip.example': ['10.0.0.8'] }));
    it_.network.failNext('unreachable');
    const done = it_.ua.request(MESSAGE);
    await it_.clock.advanceAsync(1);
    expect((await done).kind).toBe('transport-failure');
    expect(await goesTo(it_)).toEqual([1, 0]);
    it_.ua.dispose();
  });
});

describe('the ways to a URI (RFC 3263 §4)', () => {
  const ways = async (
    uri: string,
    resolver: Resolver,
    protocols: readonly ('udp' | 'tls')[] = ['udp', 'tls'],
  ) => {
    const { network } = createAgentLab();
    const serving = { name: 'none', methods: [], explain: () => '', handle: () => undefined };
    const listeners = new Listeners({ product: '', contactUser: 'u' }, capabilitiesOf(serving));
    for (const protocol of protocols) listeners.add(network.bind(protocol, { host: '10.0.0.1', port: 5060 }));
    const found = await new Promise<Parameters<Parameters<typeof locate>[2]>[0]>((resolve) => {
      locate(uri, { listeners, resolver }, resolve);
    });
    if (isNotSent(found)) return describeResult(found);
    return found.map(({ transport, target }) => ({ protocol: transport.protocol, ...target }));
  };

  it('carry the name that the certificate must be for, never an address', async () => {
    const resolver = scriptedResolver({ 'tls.example': [hopTo('10.0.0.8', 'tls.example', 'tls', 5061)] });
    expect(await ways('sips:tls.example', resolver)).toEqual([
      { protocol: 'tls', address: { host: '10.0.0.8', port: 5061 }, serverName: 'tls.example' },
    ]);
    expect(await ways('sips:10.0.0.8', resolver)).toEqual([
      { protocol: 'tls', address: { host: '10.0.0.8', port: 5061 } },
    ]);
  });

  it('leave out what none of our listeners reaches', async () => {
    const resolver = scriptedResolver({
      'x.example': ['2001:db8::1', hopTo('10.0.0.8', 'x.example', 'tls'), '10.0.0.9'],
    });
    expect(await ways('sip:x.example', resolver, ['udp'])).toMatchObject([{ address: { host: '10.0.0.9' } }]);
    const unreachable = scriptedResolver({ 'x.example': ['2001:db8::1'] });
    expect(await ways('sip:x.example', unreachable)).toBe('no UDP listener of ours reaches 2001:db8::1');
  });

  it('ask the resolver for the transport that the caller wants, whatever the URI says', async () => {
    const asked: string[] = [];
    const resolver: Resolver = {
      resolve: (uri, protocols) => {
        asked.push(`${uri.text} ${protocols.join()}`);
        return Promise.resolve({ hops: [], steps: [], failure: 'no' });
      },
    };
    expect(await ways('sip:b@x.example:5070;transport=tls', resolver)).toBe('no');
    expect(await ways('sip:x.example', resolver)).toBe('no');
    expect(asked).toEqual(['sip:x.example:5070;transport=tls tls', 'sip:x.example udp,tls']);
  });

  it('go to maddr where the URI has one (RFC 3261 §19.1.1)', async () => {
    const asked: string[] = [];
    const resolver: Resolver = {
      resolve: ({ params }) => {
        asked.push(`${params.get('maddr') ?? ''} ${params.get('transport') ?? ''}`);
        return Promise.resolve({ hops: [], steps: [], failure: 'no' });
      },
    };
    await ways('sip:x.example;maddr=proxy.example;transport=tls', resolver);
    expect(asked).toEqual(['proxy.example tls']);
    expect(await ways('sip:x.example;maddr=10.0.0.7', scriptedResolver({}))).toMatchObject([
      { address: { host: '10.0.0.7', port: 5060 } },
    ]);
  });
});
