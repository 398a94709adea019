import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { barriers } from '../fixtures/axe.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1000, height: 640 },
] as const;

/** Where pictures of every state go, for people to look at; none are made without. */
const PICTURES = process.env['SIPHON_E2E_PICTURES'];

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

for (const theme of ['Light', 'Dark'] as const)
  test(`nobody is kept out of any screen: ${theme.toLowerCase()}`, async ({
    servers,
    shell,
    traffic,
    inspector,
    compare,
    workbench: { page },
  }, info) => {
    test.setTimeout(180_000);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const look = async (state: string): Promise<void> => {
      for (const size of SIZES) {
        await page.setViewportSize(size);
        if (PICTURES !== undefined) {
          await mkdir(PICTURES, { recursive: true });
          const name = `${state}-${theme.toLowerCase()}-${size.width}-${info.project.name}.png`;
          await page.screenshot({ path: join(PICTURES, name.replaceAll(' ', '-')) });
        }
        expect.soft(await shell.overflowing(), `scroll bars of ${state}`).toEqual([]);
        expect.soft(await barriers(page), `${state} at ${size.width}x${size.height}`).toEqual([]);
      }
      await page.setViewportSize(SIZES[0]);
    };

    await expect(servers.mode('Full UAS')).toBeVisible();
    await shell.chooseTheme(theme);
    await look('servers empty');
    await shell.goTo('Traffic');
    await expect(traffic.startCard).toBeVisible();
    await look('traffic empty');

    await shell.goTo('Servers');
    const port = await freePort();
    await servers.startFirst(port);
    await servers.addButton.click();
    await servers.mode('Full UAS').click();
    const second = servers.server('uas-2');
    await second.setPort(port);
    await second.startButton.click();
    await expect(second.problem).toContainText('in use');
    await look('servers running and failed');
    for (const group of [/^More/, /^Faults/, /^Limits/]) await second.opener(group).first().click();
    for (const one of ['Add an override', 'Add a fault', 'Add a limit'])
      await second.root.getByRole('button', { name: one }).click();
    await look('servers form opened');

    await servers.row('Running', 'uas').click();
    const running = servers.server('uas');
    await running.armButton('Override the next response').click();
    await expect(running.armed('Override the next response')).toContainText('1 left');
    await look('servers behaviour');
    await running.root.getByRole('button', { name: /^Disarm override/ }).click();
    await expect(running.armed('Override the next response')).toHaveCount(0);

    await shell.goTo('Traffic');
    await expect(traffic.listening).toBeVisible();
    await look('traffic waiting');

    expect(await sippCalls(`127.0.0.1:${port}`, 30, ['-r', '60'])).toMatchObject({ successful: 30 });
    await expect(traffic.matched).toHaveText('30 dialogs');
    await traffic.dialog(30).click();
    await traffic.message(1).click();
    await inspector.part(/^Via/).first().click();
    await expect(inspector.selection).toContainText('selected');
    await look('traffic with ladder and inspector');

    await traffic.filterBox.fill('sip.Metod == INVITE');
    await expect(traffic.filterError).toBeVisible();
    await look('traffic with a wrong filter');
    await traffic.filterBox.fill('sip.r-uri.user == nobody');
    await expect(traffic.noMatch).toBeVisible();
    await look('traffic with no match');
    await traffic.filterBox.press('Escape');

    await traffic.dialog(30).click();
    await traffic.message(4).click();
    await page.keyboard.press('Space');
    await traffic.message(7).click();
    await page.keyboard.press('Space');
    await expect(compare.table).toBeVisible();
    await look('compare');
    await page.keyboard.press('Escape');
    await expect(compare.root).toHaveCount(0);

    await page.keyboard.press('ControlOrMeta+k');
    await expect(shell.palette).toBeVisible();
    await look('palette');
    await page.keyboard.press('Escape');
    await expect(shell.palette).toHaveCount(0);
    await page.keyboard.press('?');
    await expect(shell.shortcutSheet).toBeVisible();
    await look('shortcut sheet');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+e');
    await expect(page.getByRole('dialog', { name: 'Export capture' })).toBeVisible();
    await look('export dialog');
  });
