import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { barriers } from '../fixtures/axe.ts';
import { tsharkField } from '../fixtures/peers.ts';
import { CHROMIUM, missing, onPath, rootArgs } from '../fixtures/programs.ts';
import { command, type Ended } from '../fixtures/siphond.ts';

/* What sipctl run writes about a run is read by programs nobody here wrote: the page by Chromium, the capture by tshark. */

/** Two actors; what the second one answers would run script in a careless page. */
const HOSTILE = `
version: 1
name: "Hostile <b>call</b>"
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - send: INVITE
      - { expect: 200, id: answered }
  bob:
    target: sip:alice@\${alice}
    steps:
      - expect: INVITE
      - send: 180
      - send: { status: 403, reason: "<script>alert(1)</script>", headers: { X-Evil: "</pre></details><img src=x onerror=alert(1)>" } }
      - expect: ACK
`;

const hasPeers = onPath('tshark') !== undefined && CHROMIUM !== undefined;
const why = hasPeers ? '' : `, skipped: ${missing('tshark or chromium')}`;

describe.skipIf(!hasPeers)(`the reports of a run${why}`, () => {
  let dir: string;
  let ran: Ended;
  let browser: Browser;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'siphon-report-'));
    const scenario = join(dir, 'hostile.yaml');
    await writeFile(scenario, HOSTILE);
    ran = await command('sipctl', [
      ...['run', scenario, '--html', join(dir, 'report.html')],
      ...['--pcap', join(dir, 'run.pcapng')],
    ]);
    browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: rootArgs() });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await rm(dir, { recursive: true });
  });

  it.each(['light', 'dark'] as const)(
    'open in Chromium, run nothing of what a message holds, and keep nobody out, %s',
    async (colorScheme) => {
      expect(ran.exitCode).toBe(1);
      const page = await browser.newPage({ colorScheme });
      const happened: string[] = [];
      page.on('dialog', (dialog) => {
        happened.push(dialog.message());
        void dialog.dismiss();
      });
      page.on('request', (request) => happened.push(request.url()));
      const url = pathToFileURL(join(dir, 'report.html')).href;
      await page.goto(url);
      expect(await page.locator('h1').textContent()).toBe('1 of 1 scenarios did not pass');
      expect(await page.locator('script, img, b').count()).toBe(0);
      const shown = page.locator('details.failed pre');
      expect(await shown.textContent()).toContain('X-Evil: </pre></details><img src=x onerror=alert(1)>');
      // An arrow leads to its message and unfolds it, without any script.
      const first = page.locator('details').first();
      expect(await first.getAttribute('open')).toBeNull();
      await page.locator('svg a').first().click();
      await first.locator('pre').waitFor({ state: 'visible' });
      expect(await barriers(page)).toEqual([]);
      expect(happened).toEqual([url]);
      await page.close();
    },
    60_000,
  );

  it('give tshark each message once, with the step that failed', async () => {
    const capture = join(dir, 'run.pcapng');
    expect(await tsharkField(capture, 'sip.Method')).toEqual(['INVITE', 'ACK']);
    expect(await tsharkField(capture, 'sip.Status-Code')).toEqual(['180', '403']);
    expect(await tsharkField(capture, 'frame.number', 'frame.comment contains "FAIL"')).toEqual(['3']);
    expect(await tsharkField(capture, 'frame.number', '_ws.malformed')).toEqual([]);
  });
});
