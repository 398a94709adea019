import { describe, expect, it } from 'vitest';
import { createAgentLab } from '../testing/agent-lab.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import { hopTo, scriptedResolver } from '../testing/scripted-resolver.ts';
import { describeResult } from './result.ts';

/* Verified: an INVITE that was heard stays where it is: a second hop would make a second phone ring. */

const lab = (protocol: 'udp' | 'tcp') => {
  const { clock, network, agent } = createAgentLab('heard');
  const hosts = ['10.0.0.8', '10.0.0.9'];
  const hops = hosts.map((host) => hopTo(host, 'sip.example', protocol));
  const ua = agent('10.0.0.1', undefined, { resolver: scriptedResolver({ 'sip.example': hops }) });
  const own = network.bind('tcp', { host: '10.0.0.1', port: 5060 });
  ua.addTransport(own);
  const [first, second] = hosts.map((host) => {
    const transport = network.bind(protocol, { host, port: 5060 });
    return new RawPeer(clock, transport, { host: '10.0.0.1', port: 5060 });
  }) as [RawPeer, RawPeer];
  const call = ua.call({ target: 'sip:sip.example' });
  const events: string[] = [];
  call.onFailed((result) => events.push(`${clock.now()} ${describeResult(result)}`));
  const end = async (): Promise<void> => {
    ua.dispose();
    for (const transport of [...ua.context.listeners.transports, first.transport, second.transport])
      await transport.close();
    await clock.advanceAsync(60_000);
    expect([clock.pending, network.openConnections]).toEqual([0, 0]);
  };
  return { clock, network, ua, own, first, second, call, events, end };
};

describe('an INVITE that somebody has heard (RFC 3263 §4.3, RFC 3261 §16.7)', () => {
  it.each(['100 Trying', '180 Ringing'])(
    'is not sent to the next hop when the first is silent after %s',
    async (status) => {
      const { clock, first, second, call, events, end } = lab('udp');
      await clock.advanceAsync(1);
      first.respond(first.last, status, ['Contact: <sip:x@10.0.0.8>'], 'p');
      await clock.advanceAsync(600_000);
      expect([second.take(), events]).toEqual([[], []]);
      call.cancel();
      await clock.advanceAsync(40_000);
      expect([[...new Set(first.take())], second.take(), events.length]).toEqual([
        ['INVITE', 'CANCEL'],
        [],
        1,
      ]);
      await end();
    },
  );

  it.each([
    [true, ['INVITE'], []],
    [false, ['INVITE'], ['INVITE']],
  ])(
    'whose connection dies (heard: %s) fails, or goes on when nobody has heard it',
    async (isHeard, atFirst, atSecond) => {
      const { clock, network, own, first, second, events, end } = lab('tcp');
      await clock.advanceAsync(10);
      if (isHeard) first.respond(first.last, '180 Ringing', ['Contact: <sip:x@10.0.0.8>'], 'p');
      await clock.advanceAsync(10);
      network.failNext('closed');
      own.send(new Uint8Array([65]), { address: first.transport.local });
      await clock.advanceAsync(10);
      expect([first.take(), second.take(), events.length]).toEqual([atFirst, atSecond, isHeard ? 1 : 0]);
      await end();
    },
  );
});
