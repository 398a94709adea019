import { describe, expect, it } from 'vitest';
import { toHeader } from '../../message/headers/name-addr.ts';
import { parseSdp } from '../../sdp/sdp.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { compose, type Handler } from '../handler.ts';
import { call, type CallOptions } from './call.ts';
import { info } from './info.ts';
import { message } from './message.ts';
import { options } from './options.ts';
import { unsupported } from './unsupported.ts';
import { update } from './update.ts';

/* Verified: what each handler answers, alone and in a call, over the wire. The call itself: agent/session.test.ts. */

const SDP = ['Content-Type: application/sdp'];
const offer = (media: string): string =>
  `v=0\r\no=peer 7 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\n${media}`;
const AUDIO = offer('m=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n');
const HELD = offer('m=audio 4000 RTP/AVP 8 0\r\na=sendonly\r\n');
const VIDEO = offer('m=video 4000 RTP/AVP 96\r\na=rtpmap:96 VP8/90000\r\n');
const TAKES: CallOptions = { isAccepting: true, ringMs: 0, sdpProfile: 'audio-only' };

const full = (calls: Partial<CallOptions> = {}): Handler =>
  compose([
    options(),
    call({ ...TAKES, ...calls }),
    message(),
    info(),
    update({ sdpProfile: calls.sdpProfile ?? 'audio-only' }),
    unsupported(),
  ]);

const lab = (handler: Handler) => {
  const { clock, agent, peer } = createAgentLab();
  const ua = agent('10.0.0.1', handler);
  const raw = peer('10.0.0.9');
  const finish = (): void => {
    ua.dispose();
    expect(clock.pending).toBe(0);
  };
  const invite = (body?: string): string => {
    raw.send({ method: 'INVITE', ...(body === undefined ? {} : { lines: SDP, body }) });
    const toTag = toHeader(raw.last)?.tag ?? '';
    return toTag;
  };
  const established = (body?: string): string => {
    const toTag = invite(body);
    raw.send({
      method: 'ACK',
      toTag,
      branch: 'z9hG4bK-ack',
      ...(body === undefined ? { lines: SDP, body: AUDIO } : {}),
    });
    raw.take();
    return toTag;
  };
  return { clock, ua, peer: raw, finish, invite, established };
};

describe('options (RFC 3261 §11.2)', () => {
  it('tells what is served, where we are, and nothing that is not', () => {
    const { peer, finish } = lab(full());
    peer.send({ method: 'OPTIONS' });
    const { last } = peer;
    expect(last.startLine).toMatchObject({ status: 200 });
    expect(last.first('Allow')).toBe('OPTIONS, INVITE, ACK, CANCEL, BYE, PRACK, MESSAGE, INFO, UPDATE');
    expect(last.first('Accept')?.split(', ')).toContain('application/sdp');
    expect(last.first('Contact')).toBe('<sip:lab@10.0.0.1:5060>');
    expect(last.all('Supported')).toEqual(['100rel, timer']);
    expect(toHeader(last)?.tag).toBeDefined();
    finish();
  });

  it('is answered in a call too', () => {
    const { peer, finish, established } = lab(full());
    const toTag = established(AUDIO);
    peer.send({ method: 'OPTIONS', cseq: 2, toTag });
    expect(peer.take()).toEqual(['200 OK']);
    finish();
  });
});

describe('call', () => {
  it('sends 100, 180 and 200 with an answer to the offer', () => {
    const { peer, finish, invite } = lab(full());
    invite(AUDIO);
    expect(peer.take()).toEqual(['100 Trying', '180 Ringing', '200 OK']);
    const { session, media } = parseSdp(peer.lastBody);
    expect(session.find((l) => l.type === 'c')?.value).toBe('IN IP4 10.0.0.1');
    expect(media.map((m) => [m.kind, m.formats])).toEqual([['audio', ['8', '0', '101']]]);
    finish();
  });

  it('rings as long as it is told', () => {
    const { peer, clock, finish, invite } = lab(full({ ringMs: 2500 }));
    invite(AUDIO);
    clock.advance(3000);
    expect(peer.log.slice(0, 3)).toEqual(['0 100 Trying', '0 180 Ringing', '2500 200 OK']);
    finish();
  });

  it('leaves no timer when a ringing call is cancelled', () => {
    const { peer, clock, ua, finish } = lab(full({ ringMs: 60_000 }));
    peer.send({ method: 'INVITE', branch: 'z9hG4bK-i' });
    peer.send({ method: 'CANCEL', branch: 'z9hG4bK-i' });
    peer.send({ method: 'ACK', branch: 'z9hG4bK-i', toTag: toHeader(peer.last)?.tag });
    clock.runAll(40_000);
    expect(peer.take()).toEqual(['100 Trying', '180 Ringing', '200 OK', '487 Request Terminated']);
    expect(ua.stats.activeCalls).toBe(0);
    finish();
  });

  it('makes the offer when the INVITE has none', () => {
    const { peer, finish, invite, ua } = lab(full());
    invite();
    expect(parseSdp(peer.lastBody).media.map((m) => m.formats)).toEqual([['0', '8', '101']]);
    expect(ua.sessions[0]?.offers.state).toBe('local-offer');
    finish();
  });

  it('refuses an offer it can do nothing with: 488 with Warning', () => {
    const { peer, finish, invite } = lab(full());
    invite(VIDEO);
    expect(peer.take()).toEqual(['100 Trying', '180 Ringing', '488 Not Acceptable Here']);
    expect(peer.last.first('Warning')).toMatch(/^304 10\.0\.0\.1 "no common codec: [^"]+"$/);
    finish();
  });

  it('answers without a description when told so', () => {
    const { peer, finish, invite, ua } = lab(full({ sdpProfile: 'none' }));
    invite(AUDIO);
    expect(peer.lastBody).toBe('');
    expect(ua.sessions[0]?.offers.state).toBe('stable');
    finish();
  });

  it('refuses every call with 480 when told so', () => {
    const { peer, finish, invite } = lab(full({ isAccepting: false }));
    invite(AUDIO);
    expect(peer.take()).toEqual(['480 Temporarily Unavailable']);
    finish();
  });

  it('counts the version of o= up with each changed description, and only then (RFC 3264 §8)', () => {
    const { peer, finish, established } = lab(full());
    const toTag = established(AUDIO);
    const originAfter = (cseq: number, body: string): string | undefined => {
      const branch = `z9hG4bK-re-${cseq}`;
      peer.send({ method: 'INVITE', cseq, toTag, branch, lines: SDP, body });
      const { session, media } = parseSdp(peer.lastBody);
      peer.send({ method: 'ACK', cseq, toTag, branch: `${branch}-ack` });
      const version = session.find((l) => l.type === 'o')?.value.split(' ')[2];
      return `${version} ${media[0]?.direction}`;
    };
    expect([
      originAfter(2, AUDIO),
      originAfter(3, HELD),
      originAfter(4, HELD),
      originAfter(5, AUDIO),
    ]).toEqual(['1 sendrecv', '2 recvonly', '2 recvonly', '3 sendrecv']);
    finish();
  });
});

describe('session timers of the call handler (RFC 4028 §9)', () => {
  const ASKS = ['Supported: timer', 'Session-Expires: 600;refresher=uac', ...SDP];
  const answerTo = (options: Partial<CallOptions>, lines: readonly string[]) => {
    const { peer, finish } = lab(full(options));
    peer.send({ method: 'INVITE', lines, body: AUDIO });
    finish();
    return peer.received.find((m) => m.startLine.kind === 'response' && m.startLine.status >= 200);
  };

  it.each([
    ['as the caller asks', {}, ASKS, '600;refresher=uac'],
    ['not unless somebody asks', {}, SDP, undefined],
    ['lowered to what we want', { sessionTimer: { intervalSec: 300 } }, ASKS, '300;refresher=uac'],
    ['by us for a caller without them', { sessionTimer: { intervalSec: 300 } }, SDP, '300;refresher=uas'],
    ['not at all when they are off', { sessionTimer: 'off' }, ASKS, undefined],
  ] as const)('are kept %s', (_how, options, lines, expected) => {
    const ok = answerTo(options, lines);
    expect(ok?.startLine).toMatchObject({ status: 200 });
    expect(ok?.first('Session-Expires')).toBe(expected);
    expect(ok?.first('Supported')?.includes('timer')).toBe(
      !('sessionTimer' in options && options.sessionTimer === 'off'),
    );
  });

  it('shorter than allowed get 422 with Min-SE before it rings', () => {
    const { peer, finish } = lab(full({ sessionTimer: { minSec: 700 } }));
    peer.send({ method: 'INVITE', lines: ASKS, body: AUDIO });
    expect(peer.take()).toEqual(['422 Session Interval Too Small']);
    expect(peer.last.first('Min-SE')).toBe('700');
    finish();
  });
});

describe('update (RFC 3311)', () => {
  it('answers an offer in a call, refuses one it cannot use, and refreshes without one', () => {
    const { peer, finish, established } = lab(full());
    const toTag = established(AUDIO);
    peer.send({ method: 'UPDATE', cseq: 2, toTag, lines: SDP, body: HELD });
    expect(parseSdp(peer.lastBody).media[0]?.direction).toBe('recvonly');
    peer.send({ method: 'UPDATE', cseq: 3, toTag, lines: SDP, body: VIDEO });
    peer.send({ method: 'UPDATE', cseq: 4, toTag });
    expect(peer.take()).toEqual(['200 OK', '488 Not Acceptable Here', '200 OK']);
    finish();
  });

  it('gets 481 outside of a call', () => {
    const { peer, finish } = lab(full());
    peer.send({ method: 'UPDATE' });
    expect(peer.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    finish();
  });
});

describe('info (RFC 6086) and message (RFC 3428)', () => {
  it('are answered 200', () => {
    const { peer, finish, established } = lab(full());
    const toTag = established(AUDIO);
    peer.send({
      method: 'INFO',
      cseq: 2,
      toTag,
      lines: ['Content-Type: application/dtmf-relay'],
      body: 'Signal=1',
    });
    peer.send({ method: 'MESSAGE', lines: ['Content-Type: text/plain'], body: 'hello' });
    expect(peer.take()).toEqual(['200 OK', '200 OK']);
    expect(peer.last.first('Contact')).toBeUndefined();
    finish();
  });

  it.each(['INFO', 'UPDATE', 'PRACK', 'BYE'])('%s outside of a call gets 481', (method) => {
    const { peer, finish } = lab(full());
    peer.send({ method });
    expect(peer.take()).toEqual(['481 Call/Transaction Does Not Exist']);
    finish();
  });
});

describe('unsupported', () => {
  it.each([
    ['REGISTER', '405 Method Not Allowed'],
    ['FLY', '501 Not Implemented'],
  ])('%s gets %s', (method, status) => {
    const { peer, finish } = lab(full());
    peer.send({ method });
    expect(peer.take()).toEqual([status]);
    expect(peer.last.first('Allow')).toBe('OPTIONS, INVITE, ACK, CANCEL, BYE, PRACK, MESSAGE, INFO, UPDATE');
    finish();
  });
});

describe('explain', () => {
  it('is one sentence a handler', () => {
    for (const handler of [options(), call(TAKES), message(), info(), update(TAKES), unsupported()]) {
      expect(handler.explain()).toMatch(/^[A-Z][^.]*\.$/);
    }
    expect(call({ ...TAKES, isAccepting: false }).explain()).toContain('480');
    expect(call({ ...TAKES, ringMs: 300, sdpProfile: 'none' }).explain()).toContain('300 ms');
  });
});
