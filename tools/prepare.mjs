// Runs after `npm ci` and `npm install` in a checkout: builds once and links the commands, so that `npx siphond` works there.
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');

// Without the development packages (npm ci --omit=dev) there is nothing to build with; the commands say so when they start.
if (existsSync(join(modules, 'esbuild')) && existsSync(join(modules, 'vite')))
  ensureBuilt({ renderer: true });

if (process.platform !== 'win32') {
  mkdirSync(join(modules, '.bin'), { recursive: true });
  for (const name of ['siphond', 'sipctl']) {
    const link = join(modules, '.bin', name);
    rmSync(link, { force: true });
    symlinkSync(join('..', '..', 'bin', `${name}.mjs`), link);
  }
}
