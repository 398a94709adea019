import { afterEach, describe, expect, it } from 'vitest';
import type { RawPeer } from '../../../stack/testing/raw-peer.ts';
import type { SipMessage } from '../../../stack/message/message.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';

/*
 * Verified: what proxy and B2BUA do as configured: where requests go, what stays in their path, what a turned dial changes; in virtual time.
 * The cores have tests of their own in stack/proxy and stack/b2bua.
 */

const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const SDP =
  'v=0\r\no=- 1 1 IN IP4 10.0.0.2\r\ns=-\r\nc=IN IP4 10.0.0.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n';

interface World {
  readonly lab: ServingLab;
  /** Calls `uri`; the requests that came to a peer are read there. */
  readonly send: (method: string, uri: string, lines?: readonly string[]) => Promise<void>;
  readonly caller: RawPeer;
  /** A peer that is registered as a user of 10.0.0.1. */
  readonly phone: (host: string, user: string, q?: number) => Promise<RawPeer>;
}

const serve = (input: ServerConfigInput): World => {
  const lab = servingLab(input);
  labs.push(lab);
  const caller = lab.peer('10.0.0.2');
  let number = 0;
  return {
    lab,
    caller,
    send: async (method, uri, lines = []) => {
      number++;
      const isCall = method === 'INVITE';
      caller.send({
        method,
        uri,
        callId: `call-${number}`,
        branch: `z9hG4bK-${number}`,
        lines: [...lines, ...(isCall ? ['Content-Type: application/sdp'] : ['Content-Type: text/plain'])],
        body: isCall ? SDP : 'hello',
      });
      await lab.clock.advanceAsync(10);
    },
    phone: async (host, user, q = 1) => {
      const peer = lab.peer(host);
      peer.sendText(
        peer
          .write({
            method: 'REGISTER',
            uri: 'sip:10.0.0.1',
            callId: `register-${host}`,
            branch: `z9hG4bK-register-${host}`,
            lines: [`Contact: <sip:${user}@${host}:5060>;q=${q}`, 'Expires: 600'],
            contact: false,
          })
          .replace(`From: <sip:peer@${host}>`, `From: <sip:${user}@10.0.0.1>`)
          .replace('To: <sip:us@10.0.0.1>', `To: <sip:${user}@10.0.0.1>`),
      );
      await lab.clock.advanceAsync(10);
      expect(peer.take()).toEqual(['200 OK']);
      return peer;
    },
  };
};

const invites = (peer: RawPeer): readonly SipMessage[] =>
  peer.received.filter(({ startLine }) => startLine.kind === 'request' && startLine.method === 'INVITE');
const finals = (peer: RawPeer): readonly number[] =>
  peer.received.flatMap(({ startLine }) =>
    startLine.kind === 'response' && startLine.status >= 200 ? [startLine.status] : [],
  );

describe('mode proxy (RFC 3261 §16)', () => {
  it('forwards to the contact of a user and stays in the path while Record-Route is on', async () => {
    const { lab, send, phone } = serve({ mode: 'proxy' });
    const bob = await phone('10.0.0.3', 'bob');
    await send('INVITE', 'sip:bob@10.0.0.1');
    expect(invites(bob)[0]?.first('Record-Route')).toContain('10.0.0.1');
    expect(invites(bob)[0]?.first('Call-ID')).toBe('call-1');
    lab.serving.reconfigure({ ...lab.serving.config, recordRoute: false });
    await send('INVITE', 'sip:bob@10.0.0.1');
    expect(invites(bob).at(-1)?.first('Call-ID')).toBe('call-2');
    expect(invites(bob).at(-1)?.first('Record-Route')).toBeUndefined();
  });

  it.each([
    ['parallel', [1, 1, 1], [1, 1, 1]],
    ['sequential', [1, 0, 0], [1, 1, 0]],
  ] as const)('calls three contacts: %s', async (fork, atOnce, later) => {
    const { lab, send, phone } = serve({ mode: 'proxy', fork, forkTimeMs: 5000 });
    const phones = [
      await phone('10.0.0.3', 'bob', 1),
      await phone('10.0.0.4', 'bob', 0.9),
      await phone('10.0.0.5', 'bob', 0.8),
    ];
    await send('INVITE', 'sip:bob@10.0.0.1');
    const called = (): readonly number[] => phones.map((peer) => Math.min(1, invites(peer).length));
    expect(called()).toEqual(atOnce);
    const [first] = phones;
    if (first === undefined) throw new Error('no phone');
    first.respond(invites(first)[0] as SipMessage, '180 Ringing', [], 'bob1');
    await lab.clock.advanceAsync(5500);
    // One after the other: the first is given up before the next is called. (16.7 step 10)
    if (fork === 'sequential') {
      expect(first.take()).toContain('CANCEL');
      first.respond(invites(first)[0] as SipMessage, '487 Request Terminated', [], 'bob1');
      await lab.clock.advanceAsync(10);
    }
    expect(called()).toEqual(later);
  });

  it('refuses a stranger, and sends him to the next hop where there is one', async () => {
    const alone = serve({ mode: 'proxy' });
    await alone.send('MESSAGE', 'sip:nobody@10.0.0.1');
    expect(finals(alone.caller)).toEqual([404]);
    const { lab, send, caller } = serve({ mode: 'proxy', nextHop: 'sip:10.0.0.9' });
    const next = lab.peer('10.0.0.9');
    await send('MESSAGE', 'sip:nobody@10.0.0.1');
    expect([finals(caller), next.take()]).toEqual([[], ['MESSAGE']]);
  });

  it('relays to other domains only when it is told to (RFC 3261 §16.5)', async () => {
    const closed = serve({ mode: 'proxy' });
    await closed.send('MESSAGE', 'sip:carol@10.0.0.9');
    expect(finals(closed.caller)).toEqual([403]);
    const open = serve({ mode: 'proxy', otherDomains: 'relay' });
    const other = open.lab.peer('10.0.0.9');
    await open.send('MESSAGE', 'sip:carol@10.0.0.9');
    expect(other.take()).toEqual(['MESSAGE']);
  });
});

describe('mode b2bua (RFC 7092)', () => {
  it('bridges a call: another dialog on the other side, and its answer back', async () => {
    const { lab, send, phone, caller } = serve({ mode: 'b2bua' });
    const bob = await phone('10.0.0.3', 'bob');
    await send('INVITE', 'sip:bob@10.0.0.1');
    const [invite] = invites(bob);
    if (invite === undefined) throw new Error('nothing came');
    expect(invite.first('Call-ID')).not.toBe('call-1');
    expect(invite.all('Via')).toHaveLength(1);
    bob.respond(
      invite,
      '200 OK',
      ['Contact: <sip:bob@10.0.0.3>', 'Content-Type: application/sdp', SDP],
      'bob1',
    );
    await lab.clock.advanceAsync(10);
    expect(finals(caller)).toEqual([200]);
  });

  it('sends messages on, and says who is not there', async () => {
    const { lab, send, phone, caller } = serve({ mode: 'b2bua' });
    const bob = await phone('10.0.0.3', 'bob');
    await send('MESSAGE', 'sip:bob@10.0.0.1');
    expect(bob.last.first('Call-ID')).not.toBe('call-1');
    expect(bob.lastBody).toBe('hello');
    bob.respond(bob.last, '202 Accepted', [], 'bob1');
    await lab.clock.advanceAsync(10);
    await send('MESSAGE', 'sip:nobody@10.0.0.1');
    await send('INVITE', 'sip:nobody@10.0.0.1');
    await send('MESSAGE', 'sip:carol@10.0.0.9');
    expect(finals(caller).slice(0, 4)).toEqual([202, 404, 404, 403]);
  });

  it('sends what is for nobody here to the next hop', async () => {
    const { lab, send } = serve({ mode: 'b2bua', nextHop: 'sip:10.0.0.9' });
    const next = lab.peer('10.0.0.9');
    await send('INVITE', 'sip:nobody@10.0.0.1');
    expect(invites(next)).toHaveLength(1);
    expect(invites(next)[0]?.startLine).toMatchObject({ uri: 'sip:nobody@10.0.0.1' });
  });

  it('refuses REFER when transfers are off', async () => {
    const { send, caller } = serve({ mode: 'b2bua', enableRefer: false });
    await send('REFER', 'sip:bob@10.0.0.1', ['Refer-To: <sip:carol@10.0.0.9>']);
    expect(finals(caller)).toEqual([403]);
  });
});
