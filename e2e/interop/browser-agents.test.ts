import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { PRESENCE } from '../fixtures/event-packages.ts';
import {
  type BrowserPhone,
  type PhoneBrowser,
  type PhoneLibrary,
  startPhoneBrowser,
} from '../fixtures/phone-browser.ts';
import { CHROMIUM, missing } from '../fixtures/programs.ts';
import { command } from '../fixtures/siphond.ts';
import { type AskedSiphond, startAskedSiphond } from '../fixtures/siphond-api.ts';

/*
 * Verified: JsSIP and SIP.js in Chromium over WSS: messages and OPTIONS to a full-uas, a subscription at a subscription-server that is told what
 * is published. No call: a browser wants encrypted media, which no server here has. Registrations are in registrar-phones.test.ts.
 */

const hasChromium = CHROMIUM !== undefined;
const why = hasChromium ? '' : `, skipped: ${missing('chromium')}`;

let browser: PhoneBrowser;
let server: AskedSiphond | undefined;

beforeAll(async () => {
  if (hasChromium) browser = await startPhoneBrowser();
}, 60_000);

afterAll(async () => {
  if (hasChromium) await browser.stop();
});

afterEach(async () => {
  if (hasChromium) await browser.closePhones();
  await server?.siphond.stop();
  server = undefined;
});

const start = async (mode: string): Promise<AskedSiphond> =>
  (server = await startAskedSiphond(['--mode', mode, '--wss-bind', '127.0.0.1:0'], 1));

const open = async (library: PhoneLibrary, { siphond }: AskedSiphond): Promise<BrowserPhone> => {
  const port = siphond.listeners.find(({ protocol }) => protocol === 'wss')?.port ?? 0;
  const account = { uri: 'sip:alice@siphon.test', password: '', isRegistering: false };
  const phone = await browser.phone(library, { ...account, server: `wss://127.0.0.1:${port}` });
  await phone.until('connected');
  return phone;
};

describe.skipIf(!hasChromium)(`siphond and browsers over WSS (RFC 7118)${why}`, { timeout: 60_000 }, () => {
  it('full-uas: takes messages of JsSIP and SIP.js, and tells JsSIP what it can do', async () => {
    const uas = await start('full-uas');
    const jssip = await open('jssip', uas);
    await jssip.does('message("sip:bob@siphon.test")');
    await jssip.until('message answered: 200');
    await jssip.does('options("sip:bob@siphon.test")');
    await jssip.until('options answered: 200');
    const sipjs = await open('sipjs', uas);
    await sipjs.does('message("sip:bob@siphon.test")');
    await sipjs.until('message answered: 200');
  });

  it('minimal: refuses the message of SIP.js with 405', async () => {
    const sipjs = await open('sipjs', await start('minimal'));
    await sipjs.does('message("sip:bob@siphon.test")');
    await sipjs.until('message answered: 405');
  });

  it('subscription-server: notifies SIP.js of what is published, until it unsubscribes', async () => {
    const notifier = await start('subscription-server');
    const room = `sip:room@${notifier.target}`;
    const sipjs = await open('sipjs', notifier);
    await sipjs.does(`subscribe(${JSON.stringify(room)}, "${PRESENCE.event}", "${PRESENCE.accept}")`);
    await sipjs.until('subscription subscribed');
    await sipjs.until('notified: closed');
    const published = await command('sipctl', ['publish', room, '--file', '-'], PRESENCE.document(7));
    expect(published.exitCode, published.stderr).toBe(0);
    await sipjs.until('notified: open');
    await sipjs.does('unsubscribe()');
    await sipjs.until('subscription terminated');
    await expect.poll(notifier.subscriptions).toEqual([]);
  });
});
