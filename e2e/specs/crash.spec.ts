import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test.skip(() => peer('sipp') === undefined, 'sipp is not installed');

test('a server that dies says so, loses nothing recorded, and comes back', async ({
  servers,
  shell,
  traffic,
  workbench,
}) => {
  const port = await freePort();
  const server = await servers.startFirst(port);
  expect(await sippCalls(`127.0.0.1:${port}`, 2)).toMatchObject({ successful: 2 });
  await shell.goTo('Traffic');
  await expect(traffic.matched).toHaveText('2 dialogs');
  await expect.poll(() => traffic.steps()).toHaveLength(7);
  await shell.goTo('Servers');

  await workbench.crashServers();
  await expect(server.problem).toContainText('crashed');
  await expect(servers.row('Problems', 'uas')).toContainText(/crashed/i);
  await expect(shell.status).toContainText(/crashed/i);

  await server.wayOut('Restart').click();
  await expect(server.state('Running')).toBeVisible();
  await expect(server.problem).toHaveCount(0);
  expect(await sippCalls(`127.0.0.1:${port}`, 1)).toMatchObject({ successful: 1 });
  await shell.goTo('Traffic');
  await expect(traffic.matched).toHaveText('3 dialogs');
});
