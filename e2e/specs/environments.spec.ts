import { barriers } from '../fixtures/axe.ts';
import { freePort } from '../fixtures/peers.ts';
import { expect as hurried, test } from '../fixtures/workbench.ts';

/** Monaco is a large file, and other tests have the processors too. */
const expect = hurried.configure({ timeout: 20_000 });

test('a scenario runs in the environment that is chosen, and elsewhere without it', async ({
  servers,
  shell,
  scenarios,
  workbench: { page },
}) => {
  test.setTimeout(180_000);
  const port = await freePort();
  await servers.startFirst(port);
  const picker = page.getByRole('button', { name: /^Environment: / });
  await expect(picker).toHaveText('No environment');
  await picker.click();
  await page.getByRole('menuitem', { name: 'Edit environments…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Environments' });
  const text = dialog.getByRole('textbox', { name: 'Environments, YAML' });
  await text.fill('lab:\n  target: [1]\n');
  await dialog.getByRole('button', { name: /^Save/ }).click();
  await expect(dialog.getByRole('status')).toContainText('Line 2: ');
  expect(await barriers(page)).toEqual([]);
  await text.fill(`lab:\n  target: sip:127.0.0.1:${port}\n`);
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toHaveCount(0);

  await picker.click();
  await page.getByRole('menuitem', { name: 'lab' }).click();
  await expect(picker).toHaveText('lab');
  expect(await barriers(page)).toEqual([]);
  await shell.goTo('Scenarios');
  await scenarios.template(/^OPTIONS ping Asks/).click();
  await expect(scenarios.arrow(/OPTIONS from alice to target/)).toBeVisible();
  await page.keyboard.press('F5');
  await expect(scenarios.verdict).toContainText('Passed');

  await picker.click();
  await page.getByRole('menuitem', { name: 'No environment' }).click();
  await page.keyboard.press('F5');
  // Nobody is where the file itself says.
  await expect(scenarios.verdict).toContainText('Failed');
});
