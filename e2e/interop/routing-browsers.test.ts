import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { DATABASES, type Database } from '../fixtures/databases.ts';
import {
  type BrowserPhone,
  type PhoneBrowser,
  type PhoneLibrary,
  startPhoneBrowser,
} from '../fixtures/phone-browser.ts';
import { CHROMIUM, missing } from '../fixtures/programs.ts';
import { startPhone } from '../fixtures/raw-phone.ts';
import { type Siphond, startSiphond } from '../fixtures/siphond.ts';

/*
 * Verified: JsSIP and SIP.js in Chromium, registered over WSS at siphond as proxy and as B2BUA, call each other through it with faked media and hang
 * up from either side; one that is registered at another siphond of the same store is reached through that one.
 */

const hasChromium = CHROMIUM !== undefined;
const why = hasChromium ? '' : `, skipped: ${missing('chromium')}`;
const LIMIT_MS = 90_000;
const DOMAIN = 'lab.example';

let browser: PhoneBrowser;
let nodes: Siphond[] = [];
let database: Database | undefined;

beforeAll(async () => {
  if (hasChromium) browser = await startPhoneBrowser();
}, LIMIT_MS);

afterAll(async () => {
  if (hasChromium) await browser.stop();
});

afterEach(async () => {
  if (hasChromium) await browser.closePhones();
  await Promise.all(nodes.map((node) => node.stop()));
  await database?.stop();
  [nodes, database] = [[], undefined];
}, LIMIT_MS);

const start = async (mode: string, ...more: readonly string[]): Promise<Siphond> => {
  const binds = ['udp', 'wss'].flatMap((name) => [`--${name}-bind`, '127.0.0.1:0']);
  const none = ['tcp', 'sips'].flatMap((name) => [`--${name}-bind`, 'none']);
  const node = await startSiphond(['--mode', mode, '--domain', DOMAIN, ...binds, ...none, ...more], 2);
  nodes.push(node);
  return node;
};

const portOf = ({ listeners }: Siphond, protocol: string): number =>
  listeners.find((listener) => listener.protocol === protocol)?.port ?? 0;

const phone = async (library: PhoneLibrary, user: string, at: Siphond): Promise<BrowserPhone> => {
  const server = `wss://127.0.0.1:${portOf(at, 'wss')}`;
  const made = await browser.phone(library, { uri: `sip:${user}@${DOMAIN}`, password: '', server });
  await made.until('registered');
  return made;
};

describe.skipIf(!hasChromium)(`browsers at siphond over WSS (RFC 7118)${why}`, { timeout: LIMIT_MS }, () => {
  it.each([
    ['proxy', 'jssip', 'sipjs'],
    ['proxy', 'sipjs', 'jssip'],
    ['b2bua', 'jssip', 'sipjs'],
    ['b2bua', 'sipjs', 'jssip'],
  ] as const)('%s: %s calls %s; one hangs up', async (mode, from, to) => {
    const node = await start(mode);
    const [caller, callee] = [await phone(from, 'alice', node), await phone(to, 'bob', node)];
    await caller.does(`call("sip:bob@${DOMAIN}")`);
    await Promise.all([caller.until('confirmed'), callee.until('confirmed')]);
    await (from === 'jssip' ? caller : callee).does('hangUp()');
    await Promise.all([caller.until('ended'), callee.until('ended')]);
  });

  for (const { name, program, start: startDatabase } of DATABASES) {
    const whyNot = program === undefined ? `, skipped: ${missing(name)}` : '';
    it.skipIf(program === undefined)(
      `one at the other proxy on a ${name} is reached through that one (RFC 5626 §5.3, RFC 3327)${whyNot}`,
      async () => {
        database = await startDatabase();
        const [a, b] = [
          await start('proxy', '--location', database.url),
          await start('proxy', '--location', database.url),
        ];
        await phone('jssip', 'bob', a);
        const alice = await startPhone('udp', 'alice');
        try {
          for (const node of [a, b]) {
            const uri = `sip:bob@${DOMAIN}`;
            // Siphond's own answer to OPTIONS knows no DTMF by INFO.
            const { status, text } = await alice.send({ method: 'OPTIONS', uri, port: portOf(node, 'udp') });
            expect([status, /^Accept: .*dtmf-relay/m.test(text)], text).toEqual([200, true]);
          }
        } finally {
          alice.close();
        }
      },
    );
  }
});
