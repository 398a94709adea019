import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { barriers } from '../fixtures/axe.ts';
import { freePort } from '../fixtures/peers.ts';
import { expect as hurried, test } from '../fixtures/workbench.ts';
import { LoadScreen } from '../pages/load-screen.ts';

/** Monaco is a large file, and other tests have the processors too. */
const expect = hurried.configure({ timeout: 20_000 });
test.describe.configure({ timeout: 180_000 });

const USERS = `version: 1
name: Users
datasets: { users: { file: users.csv } }
actors:
  phone:
    target: \${target}
    user: \${users.name}
    steps:
      - send: OPTIONS
      - expect: 200
      - check: users.isKnown == "yes"
`;

test('a scenario runs for all rows of a CSV file: the verdict of each, the failed ones with their ladder, and the same as a load', async ({
  servers,
  shell,
  scenarios,
  workbench: { page },
}) => {
  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Scenarios');
  const folder = await scenarios.folder();
  await writeFile(join(folder, 'users.csv'), 'name,isKnown\nalice,yes\nbob,no\ncarol,yes\ndave,no\n');
  await writeFile(join(folder, 'users.yaml'), USERS);
  await scenarios.file('users.yaml').click();
  await scenarios.targetBox.fill(`sip:127.0.0.1:${port}`);
  await scenarios.button('All 4 rows').click();
  await expect(scenarios.verdict).toContainText('2 of 4 rows passed');
  await expect(scenarios.rows).toHaveCount(2);
  await expect(scenarios.row(/row 2 of users\.csv: bob/)).toHaveAttribute('aria-pressed', 'true');
  await expect(scenarios.step(/^3/)).toContainText('failed');
  await expect(page.getByRole('region', { name: 'Last run' })).toContainText('2 passed, 2 failed, 0 left');
  expect(await barriers(page)).toEqual([]);

  // By keyboard: the next one that failed.
  await scenarios.row(/row 2 of/).focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(scenarios.row(/row 4 of users\.csv: dave/)).toHaveAttribute('aria-pressed', 'true');
  await scenarios.run.getByRole('radio', { name: 'All 4 of 4' }).click();
  await expect(scenarios.rows).toHaveCount(4);

  await shell.goTo('Load');
  const load = new LoadScreen(page);
  await load.profile.getByRole('combobox', { name: 'Scenario' }).click();
  await page.getByRole('option', { name: 'Users (users.yaml)' }).click();
  await load.target.fill(`sip:127.0.0.1:${port}`);
  await load.number('Calls').fill('8');
  await load.startButton.click();
  await expect(load.state('Ended')).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => load.count('Attempts')).toBe(8);
  expect(await load.count('Failed')).toBe(4);
  await expect(load.failures).toContainText('row 2 of users.csv: bob');
});
