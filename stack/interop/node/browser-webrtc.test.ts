import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  startPhoneBrowser,
  type BrowserPhone,
  type PhoneBrowser,
  type PhoneLibrary,
} from '../../../e2e/fixtures/phone-browser.ts';
import { CHROMIUM, missing } from '../../../e2e/fixtures/programs.ts';
import { createDigestServer, type DigestServer } from '../../auth/digest-server.ts';
import { nodeHashes } from '../../auth/node/hashes.ts';
import type { Clock } from '../../core/clock.ts';
import { createRandomIds } from '../../core/node/random-ids.ts';
import { parseMessage } from '../../message/parse.ts';
import { digestOf } from '../../proxy/authenticate.ts';
import { authenticate } from '../../server/handlers/authenticate.ts';
import { createDevCa } from '../../transport/node/dev-ca.ts';
import { createTlsContext } from '../../transport/node/tls-context.ts';
import { bindWss } from '../../transport/node/web-socket.ts';
import { startProxyNode, type ProxyNode } from './proxy-node.ts';

/*
 * Verified: JsSIP and SIP.js in a browser register at our node over WSS, call each other through our proxy with faked media, both with digest,
 * and hang up.
 * Outside world: Chromium.
 */

const hasChromium = CHROMIUM !== undefined;
const why = hasChromium ? '' : `, skipped: ${missing('chromium')}`;
const HOST = '127.0.0.1';
const DOMAIN = 'siphon.test';
const PASSWORD = 's3cret';

/** Both libraries know MD5 only, and look at the first challenge. */
const digest = (clock: Clock): DigestServer =>
  createDigestServer({
    hashes: nodeHashes,
    clock,
    ids: createRandomIds(),
    realm: DOMAIN,
    users: () => PASSWORD,
    algorithms: ['MD5'],
  });

let browser: PhoneBrowser;
let node: ProxyNode;
let server: string;
const heard: string[] = [];

beforeAll(async () => {
  if (!hasChromium) return;
  browser = await startPhoneBrowser();
  const ca = await createDevCa();
  const tls = createTlsContext({ certificates: [await ca.issue({ names: [HOST, 'localhost'] })] });
  node = await startProxyNode({
    domain: DOMAIN,
    listen: async (clock) => [await bindWss({ host: HOST, port: 0 }, { clock, tls })],
    guards: (clock) => [authenticate({ methods: ['REGISTER'], server: digest(clock) })],
    authenticate: (clock) => digestOf(digest(clock), ['INVITE']),
  });
  for (const transport of node.transports) {
    transport.onReceived(({ bytes }) => {
      const { startLine } = parseMessage(new Uint8Array(bytes));
      if (startLine.kind === 'request') heard.push(startLine.method);
    });
  }
  server = `wss://${HOST}:${node.transports[0]?.local.port ?? 0}`;
}, 60_000);

afterAll(async () => {
  if (!hasChromium) return;
  await browser.stop();
  await node.stop();
});

afterEach(async () => {
  if (!hasChromium) return;
  await browser.closePhones();
  heard.length = 0;
});

const phone = (library: PhoneLibrary, user: string, password = PASSWORD): Promise<BrowserPhone> =>
  browser.phone(library, { uri: `sip:${user}@${DOMAIN}`, server, password });

describe('browsers at our node over WSS (RFC 7118, RFC 5626, RFC 3261 §16)', () => {
  it.skipIf(!hasChromium).each(['jssip', 'sipjs'] as const)(
    `%s registers with digest over its WebSocket, and is told of a wrong password${why}`,
    { timeout: 60_000 },
    async (library) => {
      const alice = await phone(library, 'alice');
      await alice.until('registered');
      const [binding] = await node.bindings(`sip:alice@${DOMAIN}`);
      expect(binding).toMatchObject({ flow: { protocol: 'wss' } });
      await alice.does('unregister()');
      await alice.until('unregistered');
      expect(await node.bindings(`sip:alice@${DOMAIN}`)).toEqual([]);
      const mallory = await phone(library, 'mallory', 'guess');
      await mallory.until(
        library === 'jssip' ? 'not registered: Authentication Error' : 'not registered: 401',
      );
      expect(await node.bindings(`sip:mallory@${DOMAIN}`)).toEqual([]);
    },
  );

  const cases = [
    ['jssip', 'sipjs', 'caller'],
    ['sipjs', 'jssip', 'caller'],
    ['jssip', 'sipjs', 'callee'],
    ['sipjs', 'jssip', 'callee'],
  ] as const;

  it.skipIf(!hasChromium).each(cases)(
    `%s calls %s through our proxy with digest, and the %s hangs up${why}`,
    { timeout: 60_000 },
    async (from, to, side) => {
      const [caller, callee] = [await phone(from, 'alice'), await phone(to, 'bob')];
      await caller.until('registered');
      await callee.until('registered');
      heard.length = 0;
      await caller.does(`call("sip:bob@${DOMAIN}")`);
      await Promise.all([caller.until('confirmed'), callee.until('confirmed')]);
      await (side === 'caller' ? caller : callee).does('hangUp()');
      await Promise.all([caller.until('ended'), callee.until('ended')]);
      // Twice: without credentials (407), and with them.
      expect(heard).toEqual(['INVITE', 'ACK', 'INVITE', 'ACK', 'BYE']);
      for (const one of [caller, callee]) await one.does('unregister()');
      for (const one of [caller, callee]) await one.until('unregistered');
      expect(node.proxy.stats.open).toBe(0);
    },
  );
});
