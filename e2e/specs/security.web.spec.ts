import { expect, test } from '../fixtures/workbench.ts';
import { Shell } from '../pages/shell.ts';

test('a page with a wrong token, or with none, is told so in a sentence', async ({ workbench }) => {
  for (const hash of ['#token=wrong', '']) {
    const page = await workbench.page.context().newPage();
    await page.goto(new URL(hash, workbench.page.url()).href);
    await expect(new Shell(page).refusal).toHaveText(/token.*\.$/i);
    await page.close();
  }
});

test('the token does not stay in the address', async ({ servers, workbench }) => {
  await expect(servers.mode('Full UAS')).toBeVisible();
  expect(new URL(workbench.page.url()).hash).toBe('');
});
