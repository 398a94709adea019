import { freePort } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test('the command that starts the same server gets into the clipboard', async ({
  servers,
  shell,
  workbench: { page, electron },
}) => {
  const port = await freePort();
  const server = await servers.startFirst(port);
  await server.root.getByRole('button', { name: 'Copy as CLI' }).first().click();
  await expect(shell.notifications).toContainText('Copied the command');
  const copied =
    electron === undefined
      ? await readClipboard()
      : await electron.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toMatch(new RegExp(`^siphond --name uas .*127\\.0\\.0\\.1:${port}`));

  async function readClipboard(): Promise<string> {
    await page.context().grantPermissions(['clipboard-read']);
    return page.evaluate(() => navigator.clipboard.readText());
  }
});
