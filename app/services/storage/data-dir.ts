import { join } from 'node:path';

const FOLDER = 'siphon-workbench';

/** Where the workbench keeps what a person made, the same for every face: the platform's place for the data of an application. */
export function defaultDataDir(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  homeDir: string,
): string {
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  if (platform === 'win32') return join(given('APPDATA') ?? join(homeDir, 'AppData', 'Roaming'), FOLDER);
  if (platform === 'darwin') return join(homeDir, 'Library', 'Application Support', FOLDER);
  return join(given('XDG_DATA_HOME') ?? join(homeDir, '.local', 'share'), FOLDER);
}
