import { HANGS_MS, watchFrames } from '../fixtures/frames.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, type Misbehaviour, test } from '../fixtures/workbench.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

const ENDS: readonly (readonly [how: Misbehaviour, said: RegExp])[] = [
  ['throw', /crashed.*divided by cucumber/s],
  ['exit', /crashed/],
  ['run out of memory', /crashed.*ran out of memory/s],
];

for (const [how, said] of ENDS)
  test(`a server whose thread dies (${how}) says so, loses nothing recorded, and comes back`, async ({
    servers,
    shell,
    traffic,
    workbench,
  }) => {
    test.setTimeout(90_000);
    const port = await freePort();
    const server = await servers.startFirst(port);
    expect(await sippCalls(`127.0.0.1:${port}`, 30, ['-r', '100'])).toMatchObject({ successful: 30 });
    // At once: the last messages have not left the thread by themselves.
    await workbench.misbehave(how);
    await expect(server.problem).toContainText(said, { timeout: 30_000 });
    await expect(servers.row('Problems', 'uas')).toContainText(/crashed/i);
    await expect(shell.status).toContainText(/crashed/i);
    await shell.goTo('Traffic');
    await expect(traffic.matched).toHaveText('30 dialogs');
    await traffic.filterBox.fill('sip.Method == BYE && sip.Status-Code == 200');
    await expect(traffic.matched).toContainText('30');

    await shell.goTo('Servers');
    await server.wayOut('Restart').click();
    await expect(server.state('Running')).toBeVisible();
    await expect(server.problem).toHaveCount(0);
    expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  });

test('a server whose thread spins for ten seconds does not hold up the window, and comes back by itself', async ({
  servers,
  shell,
  workbench,
}) => {
  test.setTimeout(90_000);
  const port = await freePort();
  const server = await servers.startFirst(port);
  expect(await sippCalls(`127.0.0.1:${port}`, 5)).toMatchObject({ successful: 5 });
  await workbench.misbehave('spin');
  const endFrames = await watchFrames(workbench.page);
  await expect(server.problem).toContainText('has not been heard of', { timeout: 9000 });
  await shell.goTo('Traffic');
  await shell.goTo('Servers');
  const seen = await endFrames();
  expect(seen.longestTaskMs).toBeLessThan(HANGS_MS);
  await expect(server.problem).toHaveCount(0, { timeout: 30_000 });
  await expect(server.state('Running')).toBeVisible();
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
});
