// Runs the end-to-end suites: the same specs in Chromium against the daemon (project web) and in Electron (project desktop).
// Electron needs a display; on Linux the run goes under a virtual one, cut off from every network but loopback where that is possible.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const onPath = (name) => (process.env.PATH ?? '').split(delimiter).some((dir) => existsSync(join(dir, name)));

/** What stands before the command: the isolating wrapper, a virtual display, or nothing. */
function wrapper() {
  if (process.platform !== 'linux') return [];
  const isolated = join(root, '..', 'shared', 'tools', 'electron', 'isolated.sh');
  if (existsSync(isolated) && onPath('xvfb-run') && process.getuid() === 0) return [isolated];
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY || !onPath('xvfb-run')) return [];
  return ['xvfb-run', '-a', '-s', '-screen 0 1440x900x24'];
}

ensureBuilt({ renderer: true });
const command = [
  ...wrapper(),
  process.execPath,
  join(root, 'node_modules', '@playwright', 'test', 'cli.js'),
  'test',
  ...process.argv.slice(2),
];
const { status } = spawnSync(command[0], command.slice(1), { cwd: root, stdio: 'inherit' });
process.exitCode = status ?? 1;
