import { freePort, peer, sippCalls } from '../fixtures/peers.ts';
import { expect, test } from '../fixtures/workbench.ts';

test('a whole session breaks no rule of the page policy and talks to its own origin alone', async ({
  servers,
  shell,
  traffic,
  inspector,
  compare,
  scenarios,
  workbench: { page },
}) => {
  test.skip(peer('sipp') === undefined, 'sipp is not installed');
  const violations: string[] = [];
  await page.exposeFunction('tellViolation', (text: string) => violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      (window as unknown as { tellViolation(text: string): void }).tellViolation(
        `${violatedDirective} ${blockedURI}`,
      );
    });
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('websocket', (socket) => asked.push(socket.url()));
  await page.reload();
  const { host } = new URL(page.url());

  const port = await freePort();
  await servers.startFirst(port);
  await shell.goTo('Traffic');
  expect(await sippCalls(`127.0.0.1:${port}`, 2)).toMatchObject({ successful: 2 });
  await traffic.dialog(1).click();
  await traffic.message(1).click();
  await inspector.part(/^Call-ID/).click();
  await inspector.tab('Hex').click();
  await expect(inspector.hex).toBeVisible();
  await page.keyboard.press('ControlOrMeta+k');
  await page.keyboard.press('Escape');
  await traffic.message(1).click();
  await page.keyboard.press('Space');
  await traffic.message(4).click();
  await page.keyboard.press('Space');
  await expect(compare.table).toBeVisible();
  await shell.chooseTheme('Dark');
  // The largest library of the page, with a worker of its own, comes last: nothing needed it so far.
  expect(asked.filter((url) => /code-editor|editor\.worker/.test(url))).toEqual([]);
  await shell.goTo('Scenarios');
  await scenarios.template(/^Basic call/).click();
  await expect(scenarios.code).toContainText('Basic call', { timeout: 20_000 });
  await scenarios.goToLine('- bye');
  await page.keyboard.press('Control+Space');
  await page.keyboard.press('Escape');

  expect(violations).toEqual([]);
  expect(asked.length).toBeGreaterThan(2);
  expect(asked.filter((url) => !url.startsWith('data:') && new URL(url).host !== host)).toEqual([]);
});
