import { HANGS_MS, watchFrames } from '../fixtures/frames.ts';
import { freePort } from '../fixtures/peers.ts';
import { expect as expectSoon, test } from '../fixtures/workbench.ts';
import { LoadScreen } from '../pages/load-screen.ts';

const expect = expectSoon.configure({ timeout: 60_000 });

test('the page stays fluent while it makes two hundred calls a second and records them', async ({
  servers,
  shell,
  traffic,
  workbench: { page },
}, info) => {
  test.setTimeout(240_000);
  const load = new LoadScreen(page);
  await servers.startFirst(await freePort());
  await shell.goTo('Load');
  await load.profile.getByRole('button', { name: 'Use uas' }).click();
  await load.number('Rate').fill('200');
  await load.number('Duration').fill('');
  await load.startButton.click();
  await expect.poll(() => load.count('Succeeded')).toBeGreaterThan(100);

  const end = await watchFrames(page);
  await expect.poll(() => load.count('Succeeded')).toBeGreaterThan(1_000);
  // Another screen, whose list grows by two hundred rows a second, and back.
  await shell.goTo('Traffic');
  await expect(traffic.dialogRows.first()).toBeVisible();
  await shell.goTo('Load');
  await expect.poll(() => load.count('Succeeded')).toBeGreaterThan(1_500);
  const seen = await end();
  info.annotations.push({ type: 'smoothness', description: JSON.stringify(seen) });
  expect(seen.longestTaskMs).toBeLessThan(HANGS_MS);
  expect(seen.longestFrameMs).toBeLessThan(HANGS_MS);

  await load.button('Stop').click();
  await expect(load.state('Ended')).toBeVisible();
  expect(await load.count('Active now')).toBe(0);
});
