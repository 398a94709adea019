import { MODE_PURPOSES, SERVER_MODES } from '../../app/contract/server-config.ts';
import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test('each mode is started from its card, says what it does, and stops', async ({ servers }) => {
  test.setTimeout(180_000);
  const started = new Set<string>();
  for (const mode of SERVER_MODES) {
    const { title } = MODE_PURPOSES[mode];
    if (started.size > 0) await servers.addButton.click();
    await servers.mode(title).click();
    const name = await servers.selectedName();
    const server = servers.server(name);
    await server.setPort(await freePort());
    await server.startButton.click();
    await expect(server.state('Running'), title).toBeVisible({ timeout: 30_000 });
    await expect(servers.row('Running', name)).toContainText(title);
    await expect(servers.whatItDoes.getByRole('listitem').first()).not.toBeEmpty();
    started.add(name);
  }
  expect(started.size).toBe(SERVER_MODES.length);
  for (const name of started) {
    await servers.row('Running', name).click();
    await servers.server(name).stopButton.click();
    await expect(servers.row('Stopped', name)).toBeVisible();
  }
});

test('a dial that is turned while the server runs changes what a caller gets', async ({
  servers,
  traffic,
  shell,
}) => {
  test.skip(peer('sipp') === undefined, 'sipp is not installed');
  const port = await freePort();
  const server = await servers.startFirst(port);
  const target = `127.0.0.1:${port}`;
  expect(await sippCalls(target, 1)).toMatchObject({ successful: 1, failed: 0 });

  await server.tab('Behaviour').click();
  await server.armButton('Override the next response').click();
  await expect(server.armed('Override the next response')).toContainText('INVITE gets 486 Busy Here');
  await expect(server.armed('Override the next response')).toContainText('1 left');
  expect(await sippCalls(target, 1)).toMatchObject({ successful: 0, failed: 1 });
  await expect(server.armed('Override the next response')).toContainText('1 hit');
  await expect(server.armed('Override the next response')).toContainText('done');
  // It struck once, as it said: the next caller is answered.
  expect(await sippCalls(target, 1)).toMatchObject({ successful: 1, failed: 0 });

  await server.root.getByRole('switch', { name: 'Accept calls' }).click();
  await expect(server.turned).toContainText('2 dials are turned');
  expect(await sippCalls(target, 1)).toMatchObject({ successful: 0, failed: 1 });
  await server.root.getByRole('button', { name: 'Back to configuration' }).click();
  await expect(server.turned).toHaveCount(0);
  expect(await sippCalls(target, 1)).toMatchObject({ successful: 1, failed: 0 });

  await shell.goTo('Traffic');
  await expect(traffic.matched).toHaveText('5 dialogs');
  await traffic.filterBox.fill('dialog.result == 486');
  await expect(traffic.matched).toContainText('1 of 5');
});
