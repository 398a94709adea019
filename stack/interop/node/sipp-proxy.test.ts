import { afterEach, describe, expect, it } from 'vitest';
import { freePort, sippCalls } from '../../../e2e/fixtures/peers.ts';
import { missing, onPath } from '../../../e2e/fixtures/programs.ts';
import { createUserAgent } from '../../agent/user-agent.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createProxy, type Proxy } from '../../proxy/proxy.ts';
import type { Binding } from '../../registrar/location.ts';
import { bindTcp } from '../../transport/node/tcp.ts';
import { bindUdp } from '../../transport/node/udp.ts';
import { startSippUas } from '../../../e2e/fixtures/sipp-uas.ts';

/* Verified: sipp calls sipp through our proxy, over UDP, TCP and from one to the other: every call succeeds, nothing is sent twice. */

const hasSipp = onPath('sipp') !== undefined;
const why = hasSipp ? '' : `, skipped: ${missing('sipp')}`;
const HOST = '127.0.0.1';
const CALLS = 200;

const closing: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const startProxy = async (
  callee: () => string,
): Promise<{ readonly port: number; readonly proxy: Proxy }> => {
  const clock = createSystemClock();
  const port = await freePort();
  const binding: Binding = {
    aor: '',
    contactUri: '',
    q: 1,
    expiresAtMs: Infinity,
    callId: '',
    cseq: 1,
    path: [],
  };
  let proxy: Proxy | undefined;
  const agent = createUserAgent({
    clock,
    ids: createRandomIds(),
    identity: { product: 'Siphon', contactUser: 'node' },
    relay: (context) =>
      (proxy = createProxy(context, {
        locations: { bindings: (aor) => Promise.resolve([{ ...binding, aor, contactUri: callee() }]) },
      })),
  });
  if (proxy === undefined) throw new Error('the agent made no relay');
  const address = { host: HOST, port };
  const transports = [await bindUdp(address, { clock }), await bindTcp(address, { clock })];
  for (const transport of transports) agent.addTransport(transport);
  closing.push(async () => {
    agent.dispose();
    await Promise.all(transports.map((transport) => transport.close()));
    clock.dispose();
  });
  return { port, proxy };
};

describe('our proxy between sipp and sipp (RFC 3261 §16)', () => {
  const cases = [
    ['udp', 'udp'],
    ['tcp', 'tcp'],
    ['udp', 'tcp'],
    ['tcp', 'udp'],
  ] as const;

  it.skipIf(!hasSipp).each(cases)(
    `%s to %s: relays ${CALLS} calls without a retransmission${why}`,
    { timeout: 60_000 },
    async (from, to) => {
      const uas = await startSippUas(to, closing);
      const { port, proxy } = await startProxy(
        () => `sip:bob@${HOST}:${uas}${to === 'tcp' ? ';transport=tcp' : ''}`,
      );
      const run = await sippCalls(`${HOST}:${port}`, CALLS, [
        '-s',
        'bob',
        '-i',
        HOST,
        '-r',
        '100',
        '-t',
        from === 'udp' ? 'u1' : 't1',
      ]);
      expect(
        [run.successful, run.failed, run.retransmissions, run.exitCode],
        run.output.slice(-2000),
      ).toEqual([CALLS, 0, 0, 0]);
      // INVITE, ACK, BYE.
      expect(proxy.stats).toEqual({ open: 0, forwarded: 3 * CALLS });
    },
  );
});
