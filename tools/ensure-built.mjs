// What `npm start`, `siphond` and `sipctl` call first: in a checkout, builds dist/ when it is missing or older than its sources;
// in an installed package, where there are no sources, does nothing.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const nodeSources = ['stack', 'scenarios', 'app', 'main'];
const rendererSources = ['renderer', 'app/contract', 'app/rpc'];

/** Newest modification time of the sources below the folders, in ms; tests do not count. */
function newest(folders) {
  let time = 0;
  for (const folder of folders)
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true }))
      if (entry.isFile() && !/\.test\.tsx?$|\.dat$/.test(entry.name))
        time = Math.max(time, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs);
  return time;
}

function isFresh(output, folders) {
  const file = join(root, output);
  return existsSync(file) && statSync(file).mtimeMs >= newest(folders);
}

/** @param {{ renderer: boolean }} wanted - whether the caller needs the browser bundle too. */
export function ensureBuilt(wanted) {
  if (!existsSync(join(root, 'tools', 'build.mjs'))) return;
  const isRendererFresh = !wanted.renderer || isFresh('dist/renderer/index.html', rendererSources);
  if (isFresh('dist/cli/siphond.mjs', nodeSources) && isRendererFresh) return;
  const args = [join(root, 'tools', 'build.mjs'), ...(isRendererFresh ? ['--node'] : [])];
  const { status } = spawnSync(process.execPath, args, { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}
