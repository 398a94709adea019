import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { toBytes } from '../message/octets.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { mutate } from '../testing/mutate.ts';
import type { RawRequest } from '../testing/raw-peer.ts';
import { compose } from './handler.ts';
import { call } from './handlers/call.ts';
import { info } from './handlers/info.ts';
import { message } from './handlers/message.ts';
import { options } from './handlers/options.ts';
import { unsupported } from './handlers/unsupported.ts';
import { update } from './handlers/update.ts';

/*
 * Mutated requests and responses, inside and outside of calls, into a running agent.
 * Verified: nothing throws, everything drains, it still answers. FUZZ_COUNT overrides the number, FUZZ_SEED the run.
 */

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 100_000);
const SEED = process.env['FUZZ_SEED'] ?? 'fuzz';
const SDP_LINE = 'Content-Type: application/sdp';
const SDP =
  'v=0\r\no=p 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\n';

const METHODS = ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'INFO', 'UPDATE', 'MESSAGE', 'REGISTER'];
const WITH_SDP = new Set(['INVITE', 'UPDATE']);

const fullUas = compose([
  options(),
  call({ isAccepting: true, ringMs: 40, sdpProfile: 'audio-only' }),
  message(),
  info(),
  update({ sdpProfile: 'audio-only' }),
  unsupported(),
]);

describe('an agent under mutated messages', () => {
  it(`survives ${COUNT} of them`, { timeout: 120_000 }, () => {
    const { clock, agent, peer, lint } = createAgentLab(SEED);
    lint.stop('what comes is no SIP that the rules could speak of');
    const ua = agent('10.0.0.1', fullUas, { maxSessions: 200 });
    const raw = peer('10.0.0.9');
    const ids = createIds(`${SEED}-mutations`);
    const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(ids.chance() * items.length)];

    /** A request that makes sense, of a new call or of one that is there. */
    const request = (n: number): RawRequest => {
      const method = pick(METHODS) ?? 'OPTIONS';
      const session = ids.chance() < 0.6 ? pick(ua.sessions) : undefined;
      const known = session && {
        toTag: session.dialog.localTag,
        fromTag: session.dialog.remoteTag ?? '',
        callId: session.dialog.callId,
        cseq: method === 'ACK' || method === 'CANCEL' ? 1 : n + 2,
      };
      return {
        method,
        branch: `z9hG4bK${n}`,
        callId: `call-${n}`,
        ...(WITH_SDP.has(method) ? { lines: [SDP_LINE], body: SDP } : {}),
        ...known,
      };
    };

    let mostSessions = 0;
    for (let n = 0; n < COUNT; n++) {
      const last = raw.received.at(-1);
      const isReply = ids.chance() < 0.15 && last?.startLine.kind === 'request';
      const text = isReply && last !== undefined ? last.bytes : toBytes(raw.write(request(n)));
      // A fifth goes out unharmed, so that there are calls to disturb.
      raw.sendBytes(ids.chance() < 0.2 ? text : mutate(text, ids));
      if (isReply && last !== undefined && ids.chance() < 0.5) raw.respond(last, '200 OK', [], 'x');
      clock.advance(5);
      mostSessions = Math.max(mostSessions, ua.stats.activeCalls);
      raw.received.splice(0, raw.received.length - 1);
      raw.log.length = 0;
    }
    expect(mostSessions).toBeGreaterThan(3);
    expect(mostSessions).toBeLessThanOrEqual(200);

    raw.take();
    raw.send({ method: 'OPTIONS', callId: 'alive', branch: 'z9hG4bK-alive' });
    const answers = raw.received.filter((m) => toHeader(m) !== undefined && m.first('Call-ID') === 'alive');
    expect(answers.map((m) => m.startLine)).toMatchObject([{ status: 200 }]);

    for (const session of ua.sessions) session.hangUp();
    clock.runAll(200_000);
    expect(ua.stats).toMatchObject({
      activeCalls: 0,
      serverTransactions: 0,
      clientTransactions: 0,
      completedTransactions: 0,
    });
    expect(clock.pending).toBe(0);
  });
});
