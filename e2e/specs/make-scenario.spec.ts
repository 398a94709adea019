import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

test('a recorded call becomes a scenario with two clicks', async ({
  servers,
  shell,
  traffic,
  workbench,
}, info) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await expect(traffic.matched).toHaveText('1 dialog');
  await traffic.dialog(1).click();
  await traffic.makeScenarioButton.click();

  const dialog = workbench.page.getByRole('dialog', { name: 'Make scenario' });
  const text = dialog.getByRole('region', { name: 'Scenario' });
  await expect(text).toContainText(`target: sip:service@127.0.0.1:${port}`);
  await expect(text).toContainText('send: { method: INVITE');
  await expect(text).toContainText('expect: { status: 200, method: BYE }');

  const shown = await text.textContent();
  const file = join(info.outputDir, 'call.yaml');
  await workbench.saveNextExportTo(file, () => dialog.getByRole('button', { name: /^Save/ }).click());
  await expect(shell.notifications).toContainText('Saved the scenario');
  await expect(dialog).toHaveCount(0);
  expect(await readFile(file, 'utf8')).toBe(shown);
});
