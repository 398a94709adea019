import { expect, test } from '../fixtures/workbench.ts';

test('the page is sandboxed and has nothing of Node', async ({ servers, workbench }) => {
  await expect(servers.mode('Full UAS')).toBeVisible();
  const preferences = await workbench.electron?.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      const contents = window.webContents as typeof window.webContents & {
        getLastWebPreferences(): Electron.WebPreferences;
      };
      const { contextIsolation, sandbox, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
      return { contextIsolation, sandbox, nodeIntegration, webSecurity };
    }),
  );
  expect(preferences).toEqual([
    { contextIsolation: true, sandbox: true, nodeIntegration: false, webSecurity: true },
  ]);
  const found = await workbench.page.evaluate(() =>
    ['process', 'require', 'module', 'Buffer', 'global', '__dirname', 'electron', 'ipcRenderer'].filter(
      (name) => name in globalThis,
    ),
  );
  expect(found).toEqual([]);
  expect(
    await workbench.page.evaluate(() => Object.keys((window as unknown as { shell: object }).shell)),
  ).toEqual(['hello']);
});

test('the page goes nowhere and opens nothing', async ({ servers, workbench }) => {
  const { page, electron } = workbench;
  await expect(servers.mode('Full UAS')).toBeVisible();
  const address = page.url();
  for (const target of ['https://example.com/', 'app://workbench/other.html', 'app://elsewhere/index.html']) {
    // Sent away by the main process, after it listens: two calls, of which one goes to the page, overtake each other.
    const refused = await electron?.evaluate(
      ({ BrowserWindow }, url) =>
        new Promise<boolean>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('will-navigate', (event) => resolve(event.defaultPrevented));
          void contents?.executeJavaScript(`location.href = ${JSON.stringify(url)}`);
        }),
      target,
    );
    expect(refused, target).toBe(true);
  }
  expect(page.url()).toBe(address);
  expect(await page.evaluate(() => window.open('https://example.com/') === null)).toBe(true);
  expect(await electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
  // Playwright takes a refused navigation for one that is under way, so the page itself is asked whether it still stands.
  expect(await page.evaluate(() => document.body.innerText)).toContain('Full UAS');
});
