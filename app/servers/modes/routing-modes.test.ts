import { afterEach, describe, expect, it } from 'vitest';
import { RawPeer } from '../../../stack/testing/raw-peer.ts';
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
  readonly phone: (host: string, user: string, q?: number, lines?: readonly string[]) => Promise<RawPeer>;
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
    phone: async (host, user, q = 1, lines = []) => {
      const peer = lab.peer(host);
      peer.sendText(
        peer
          .write({
            method: 'REGISTER',
            uri: 'sip:10.0.0.1',
            callId: `register-${host}`,
            branch: `z9hG4bK-register-${host}`,
            lines: [`Contact: <sip:${user}@${host}:5060>;q=${q}`, 'Expires: 600', ...lines],
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

describe('mode proxy without state', () => {
  it('answers overrides, and forwards what they leave alone', async () => {
    const { send, phone, caller } = serve({ mode: 'proxy', stateless: true, override: ['MESSAGE=486*1'] });
    const bob = await phone('10.0.0.3', 'bob');
    await send('MESSAGE', 'sip:bob@10.0.0.1');
    expect([finals(caller), bob.take()]).toEqual([[486], []]);
    await send('MESSAGE', 'sip:bob@10.0.0.1');
    expect(bob.take()).toEqual(['MESSAGE']);
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

  it('calls a phone over the connection it has registered on, and at its contact once that is gone (RFC 5923 §3)', async () => {
    const { lab, send } = serve({ mode: 'b2bua' });
    const at = (port: number): RawPeer =>
      new RawPeer(lab.clock, lab.network.bind('tcp', { host: '10.0.0.3', port }), {
        host: '10.0.0.1',
        port: 5060,
      });
    const bob = at(40_000);
    bob.sendText(
      bob
        .write({
          method: 'REGISTER',
          uri: 'sip:10.0.0.1',
          lines: ['Contact: <sip:bob@10.0.0.3;transport=tcp>'],
          contact: false,
        })
        .replace(/From: <[^>]*>/, 'From: <sip:bob@10.0.0.1>')
        .replace(/To: <[^>]*>/, 'To: <sip:bob@10.0.0.1>'),
    );
    await lab.clock.advanceAsync(10);
    expect(bob.take()).toEqual(['200 OK']);
    await send('INVITE', 'sip:bob@10.0.0.1');
    await send('MESSAGE', 'sip:bob@10.0.0.1');
    expect(bob.take()).toEqual(['INVITE', 'MESSAGE']);
    void bob.transport.close();
    await lab.clock.advanceAsync(10);
    const listening = at(5060);
    await send('INVITE', 'sip:bob@10.0.0.1');
    expect(listening.take()).toEqual(['INVITE']);
  });

  it.each([
    ['', 'udp'],
    [';transport=tcp', 'tcp'],
  ] as const)(
    'calls a phone by way of the proxies it has registered through, %s (RFC 3327 §5.3)',
    async (params, protocol) => {
      const { lab, send, phone } = serve({ mode: 'b2bua' });
      const edge = new RawPeer(lab.clock, lab.network.bind(protocol, { host: '10.0.0.8', port: 5060 }), {
        host: '10.0.0.1',
        port: 5060,
      });
      const path = [`<sip:10.0.0.8;lr${params}>`, '<sip:10.0.0.7;lr>'];
      const bob = await phone('10.0.0.3', 'bob', 1, [`Path: ${path.join(', ')}`, 'Supported: path']);
      await send('INVITE', 'sip:bob@10.0.0.1');
      await send('MESSAGE', 'sip:bob@10.0.0.1');
      expect([edge.take(), bob.take()]).toEqual([['INVITE', 'MESSAGE'], []]);
      expect(edge.last.all('Route')).toEqual(path);
      expect(edge.last.startLine).toMatchObject({ uri: 'sip:bob@10.0.0.3:5060' });
    },
  );

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

  it('knows no reliable responses while they are off (RFC 3262 §3)', async () => {
    const { lab, send, phone, caller } = serve({ mode: 'b2bua', enablePrack: false });
    const bob = await phone('10.0.0.3', 'bob');
    await send('INVITE', 'sip:bob@10.0.0.1', ['Require: 100rel']);
    expect(finals(caller)).toEqual([420]);
    expect(caller.last.first('Unsupported')).toBe('100rel');
    await send('INVITE', 'sip:bob@10.0.0.1', ['Supported: 100rel']);
    const [invite] = invites(bob);
    expect(invite?.first('Supported')).not.toContain('100rel');
    expect(invite?.first('Allow')).not.toContain('PRACK');
    bob.respond(bob.last, '180 Ringing', [], 'bob1');
    await lab.clock.advanceAsync(10);
    expect([caller.take().at(-1), caller.last.first('RSeq')]).toEqual(['180 Ringing', undefined]);
    lab.serving.reconfigure({ ...lab.serving.config, enablePrack: true });
    await send('INVITE', 'sip:bob@10.0.0.1', ['Require: 100rel']);
    expect(invites(bob).at(-1)?.first('Supported')).toContain('100rel');
  });

  it('takes a telephone number for the user of that name (RFC 3966)', async () => {
    const { send, phone, caller } = serve({ mode: 'b2bua' });
    const bob = await phone('10.0.0.3', '+12015550123');
    await send('INVITE', 'tel:+1-201-555-0123');
    await send('MESSAGE', 'tel:+1-201-555-0123');
    expect(bob.take()).toEqual(['INVITE', 'MESSAGE']);
    await send('INVITE', 'tel:+442079460000');
    expect(finals(caller)).toEqual([404]);
  });

  it('sends a telephone number that nobody has to the next hop', async () => {
    const { lab, send } = serve({ mode: 'b2bua', nextHop: 'sip:10.0.0.9' });
    const next = lab.peer('10.0.0.9');
    await send('INVITE', 'tel:+442079460000');
    expect(invites(next)[0]?.startLine).toMatchObject({ uri: 'tel:+442079460000' });
  });

  it('refuses REFER when transfers are off', async () => {
    const { send, caller } = serve({ mode: 'b2bua', enableRefer: false });
    await send('REFER', 'sip:bob@10.0.0.1', ['Refer-To: <sip:carol@10.0.0.9>']);
    expect(finals(caller)).toEqual([403]);
  });
});
