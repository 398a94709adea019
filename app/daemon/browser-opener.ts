import { spawn } from 'node:child_process';

/** What opens an address on each platform. */
const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/**
 * Opens the address in the person's browser.
 * @returns why it was not opened, in a few words; undefined when it was handed over.
 */
export function openBrowser(
  url: string,
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  const hasDisplay = platform in OPENERS || Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY']);
  if (!hasDisplay) return Promise.resolve('there is no display');
  const [command, ...args] = OPENERS[platform] ?? ['xdg-open'];
  return new Promise((resolve) => {
    const child = spawn(command, [...args, url], { detached: true, stdio: 'ignore' });
    child.once('error', () => {
      resolve(`${command} is not installed`);
    });
    child.once('spawn', () => {
      child.unref();
      resolve(undefined);
    });
  });
}
