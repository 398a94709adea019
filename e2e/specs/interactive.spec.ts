import { barriers } from '../fixtures/axe.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

test('a call to an interactive server waits for a person, who answers it or not', async ({
  servers,
  shell,
  workbench: { page },
}) => {
  const port = await freePort();
  await servers.mode('Interactive').click();
  const desk = servers.server('desk');
  await desk.setPort(port);
  await desk.startButton.click();
  await expect(desk.state('Running')).toBeVisible();
  const target = `127.0.0.1:${port}`;
  const card = page.getByRole('article', { name: /is calling/ });
  const strip = page.getByRole('article', { name: /^Call with/ });

  await shell.goTo('Traffic');
  const answered = sippCalls(target, 1, ['-d', '500']);
  await expect(card).toContainText('INVITE');
  await expect(card).toContainText(/PCM[UA]/);
  await page.keyboard.press('F7');
  await expect(card.getByRole('button', { name: /^200/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(card).toHaveCount(0);
  expect(await answered).toMatchObject({ successful: 1, failed: 0 });
  await expect(strip).toHaveCount(0);

  const rejected = sippCalls(target, 1);
  await card.getByRole('button', { name: 'Edit reply' }).click();
  expect(await barriers(page)).toEqual([]);
  await card.getByRole('button', { name: /^486/ }).click();
  expect(await rejected).toMatchObject({ successful: 0, failed: 1 });
  await expect(card).toHaveCount(0);

  await shell.goTo('Servers');
  const calls = page.getByRole('region', { name: 'Calls at desk' });
  await expect(calls.getByRole('row').nth(1)).toContainText('you rejected 486');
  await expect(calls.getByRole('row').nth(2)).toContainText('answered, ended by the caller 200');
});
