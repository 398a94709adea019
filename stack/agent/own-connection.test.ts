import { describe, expect, it } from 'vitest';
import { parseMessage } from '../message/parse.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { OUR_SDP, PEER_SDP } from '../testing/call-lab.ts';
import type { CallOptions } from './call-options.ts';
import type { Handler } from './handler.ts';

/* Verified: which messages of a call go over a connection of its own, and when that connection ends. */

const lab = (status = 200) => {
  const { clock, network, agent } = createAgentLab();
  const answering: Handler = {
    name: 'answering',
    methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO'],
    explain: () => 'Answers.',
    handle: (request) => {
      request.respond(status, request.method === 'INVITE' && status === 200 ? { body: PEER_SDP } : {});
    },
  };
  const [ua, callee] = [agent('10.0.0.1'), agent('10.0.0.9', answering)];
  const here = network.bind('tcp', { host: '10.0.0.1', port: 5060 });
  const there = network.bind('tcp', { host: '10.0.0.9', port: 5060 });
  ua.addTransport(here);
  callee.addTransport(there);
  /** `INVITE over 49152`: what the callee heard, and from which port. */
  const heard: string[] = [];
  there.onReceived(({ bytes, from }) => {
    const { startLine } = parseMessage(bytes);
    heard.push(`${startLine.kind === 'request' ? startLine.method : 'response'} over ${from.port}`);
  });
  const call = async (options: Partial<CallOptions> = {}) => {
    const made = ua.call({ target: 'sip:us@10.0.0.9;transport=tcp', sdp: OUR_SDP, ...options });
    await clock.advanceAsync(10);
    return made;
  };
  const end = async (): Promise<void> => {
    for (const { context } of [ua, callee])
      for (const transport of context.listeners.transports) await transport.close();
    ua.dispose();
    callee.dispose();
    await clock.advanceAsync(60_000);
    expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
  };
  return { clock, network, ua, callee, heard, call, end };
};

describe('a call with a connection of its own (RFC 3261 §18.1.1)', () => {
  it('uses it for everything of its dialog, and closes it when the call is over', async () => {
    const { clock, network, heard, call, end } = lab();
    const shared = await call();
    const first = await call({ connection: 'own' });
    const second = await call({ connection: 'own' });
    expect(network.openConnections).toBe(6);
    void first.request('INFO');
    await clock.advanceAsync(10);
    first.hangUp();
    await clock.advanceAsync(2000);
    expect(network.openConnections).toBe(4);
    expect(heard).toEqual([
      ...['INVITE over 49152', 'ACK over 49152'],
      ...['INVITE over 49153', 'ACK over 49153'],
      ...['INVITE over 49154', 'ACK over 49154'],
      ...['INFO over 49153', 'BYE over 49153'],
    ]);
    second.hangUp();
    shared.hangUp();
    await clock.advanceAsync(2000);
    expect([network.openConnections, heard.slice(-2)]).toEqual([2, ['BYE over 49154', 'BYE over 49152']]);
    await end();
  });

  it('answers the BYE of the peer over it before it closes it', async () => {
    const { clock, network, callee, call, end } = lab();
    const made = await call({ connection: 'own' });
    const bye = callee.sessions[0]?.request('BYE');
    await clock.advanceAsync(2000);
    expect([await bye, made.state, network.openConnections]).toMatchObject([{ status: 200 }, 'ended', 0]);
    await end();
  });

  it('closes it when the call is refused, after the ACK', async () => {
    const { clock, network, heard, call, end } = lab(486);
    const made = await call({ connection: 'own' });
    await clock.advanceAsync(2000);
    expect([made.state, network.openConnections]).toEqual(['failed', 0]);
    expect(heard).toEqual(['INVITE over 49152', 'ACK over 49152']);
    await end();
  });

  it('opens another one of its own when the peer closes it in the middle of the call', async () => {
    const { clock, network, heard, call, end } = lab();
    const made = await call({ connection: 'own' });
    network.failNext('closed');
    const lost = made.request('INFO');
    await clock.advanceAsync(10);
    expect([await lost, network.openConnections]).toMatchObject([{ kind: 'transport-failure' }, 0]);
    void made.request('INFO');
    await clock.advanceAsync(10);
    expect([heard.at(-1), network.openConnections]).toEqual(['INFO over 49153', 2]);
    made.hangUp();
    await clock.advanceAsync(2000);
    expect([heard.at(-1), network.openConnections]).toEqual(['BYE over 49153', 0]);
    await end();
  });

  it('keeps it when the INVITE is too large for UDP', async () => {
    const { clock, network, heard, call, end } = lab();
    const headers = [['Subject', 'x'.repeat(1300)]] as const;
    const made = await call({ target: 'sip:us@10.0.0.9', connection: 'own', headers });
    made.hangUp();
    await clock.advanceAsync(2000);
    expect(heard).toEqual(['INVITE over 49152', 'ACK over 49152', 'BYE over 49152']);
    expect(network.openConnections).toBe(0);
    await end();
  });
});

describe('a request with a connection of its own (RFC 3261 §18.1.1)', () => {
  it('closes it when it is answered', async () => {
    const { clock, network, ua, heard, end } = lab();
    const target = 'sip:us@10.0.0.9;transport=tcp';
    const done = ua.request({ method: 'OPTIONS', target, connection: 'own' });
    const other = ua.request({ method: 'OPTIONS', target });
    await clock.advanceAsync(2000);
    expect([await done, await other]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect([network.openConnections, heard]).toEqual([2, ['OPTIONS over 49152', 'OPTIONS over 49153']]);
    await end();
  });
});
