import { expect, it } from 'vitest';
import { defaultDataDir } from './data-dir.ts';

it.each([
  ['linux', {}, '/home/a/.local/share/siphon-workbench'],
  ['linux', { XDG_DATA_HOME: '/data' }, '/data/siphon-workbench'],
  ['linux', { XDG_DATA_HOME: '' }, '/home/a/.local/share/siphon-workbench'],
  ['darwin', { XDG_DATA_HOME: '/data' }, '/home/a/Library/Application Support/siphon-workbench'],
  ['win32', { APPDATA: '/roaming' }, '/roaming/siphon-workbench'],
])('is the place of the platform: %s %j', (platform, env, dir) => {
  expect(defaultDataDir(platform, env, '/home/a')).toBe(dir);
});
