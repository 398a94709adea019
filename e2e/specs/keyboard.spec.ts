import type { Locator, Page } from '@playwright/test';
import { join } from 'node:path';
import { freePort, peer, sippCalls, tsharkField } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');
test.skip(() => peer('tshark') === undefined, 'tshark is not installed');

/** More presses than any screen has stops. */
const MOST_STOPS = 60;

/** Goes to a control the way a person without a mouse does. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let i = 0; i < MOST_STOPS; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not come to ${target.toString()}`);
}

test('the whole way without a mouse', async ({
  servers,
  shell,
  traffic,
  inspector,
  compare,
  exportDialog,
  workbench,
}, info) => {
  const { page } = workbench;
  const { keyboard } = page;
  const port = await freePort();

  // A server, its ports, and on.
  await expect(servers.mode('Minimal')).toBeFocused();
  await tabTo(page, servers.mode('Full UAS'));
  await keyboard.press('Enter');
  const server = servers.server('uas');
  for (const listener of [1, 2]) {
    await tabTo(page, server.portBox(listener));
    await keyboard.press('ControlOrMeta+a');
    await keyboard.type(String(port));
  }
  await keyboard.press('F9');
  await expect(server.state('Running')).toBeVisible();

  await keyboard.press('ControlOrMeta+2');
  await expect(traffic.listening).toBeVisible();
  expect(await sippCalls(`127.0.0.1:${port}`, 3)).toMatchObject({ successful: 3 });
  await expect(traffic.dialogRows).toHaveCount(3);
  await expect(traffic.dialogs).toBeFocused();

  // The list: filter, then up and down.
  await keyboard.press('/');
  await expect(traffic.filterBox).toBeFocused();
  await keyboard.type('sip.Method == BYE');
  await expect(traffic.matched).toHaveText('3 of 3');
  await keyboard.press('Escape');
  await expect(traffic.filterBox).toHaveValue('');
  await keyboard.press('Escape');
  await expect(traffic.dialogs).toBeFocused();
  await keyboard.press('Home');
  const rows = traffic.dialogRows;
  await expect(rows.nth(0)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('j');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('j');
  await keyboard.press('k');
  await expect(rows.nth(1)).toHaveAttribute('aria-selected', 'true');
  await expect(rows.nth(0)).toHaveAttribute('aria-selected', 'false');

  // The ladder: down to the 200, mark it, down to the other 200, compare.
  await keyboard.press('Enter');
  await expect(traffic.ladder).toBeFocused();
  await keyboard.press('Home');
  await expect(traffic.message(1)).toHaveAttribute('aria-selected', 'true');
  for (let i = 0; i < 3; i++) await keyboard.press('j');
  await expect(traffic.message(4)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Space');
  await keyboard.press('End');
  await expect(traffic.message(7)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Space');
  await expect(compare.row('CSeq')).toBeVisible();
  await keyboard.press('Escape');
  await expect(compare.root).toHaveCount(0);
  await expect(traffic.ladder).toBeFocused();

  // The inspector, part by part, and all the way back.
  await keyboard.press('Enter');
  await expect(inspector.tree).toBeFocused();
  await keyboard.press('Home');
  await keyboard.press('j');
  await expect(inspector.selection).toContainText('selected');
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await expect(traffic.ladder).toBeFocused();
  await keyboard.press('Escape');
  await keyboard.press('Escape');
  await expect(traffic.dialogs).toBeFocused();

  // Help, commands by name, export.
  await keyboard.press('?');
  await expect(shell.shortcutSheet).toContainText('Next message');
  await keyboard.press('Escape');
  await expect(shell.shortcutSheet).toHaveCount(0);
  // A pointer that rests where the palette opens chooses nothing.
  await page.mouse.move(640, 380);
  await keyboard.press('ControlOrMeta+k');
  await expect(shell.commandBox).toBeFocused();
  await expect(shell.commands.first()).toHaveAttribute('aria-selected', 'true');
  const order = await shell.commands.allTextContents();
  // What comes in meanwhile moves nothing.
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await expect(traffic.hiddenDialogRows).toHaveCount(4);
  await expect(shell.commands).toHaveText(order);
  await expect(shell.commands.first()).toHaveAttribute('aria-selected', 'true');
  await keyboard.type('stop all');
  await expect(shell.command(/^Stop all servers/)).toHaveAttribute('aria-selected', 'true');
  await keyboard.press('Enter');
  await expect(shell.status).toContainText('No servers running');

  await keyboard.press('ControlOrMeta+e');
  await tabTo(page, exportDialog.saveButton);
  const file = join(info.outputDir, 'all.pcapng');
  await workbench.saveNextExportTo(file, () => keyboard.press('Enter'));
  await expect(shell.notifications).toContainText('Saved 28 messages');
  expect(await tsharkField(file, 'sip.Call-ID')).toHaveLength(28);
});
