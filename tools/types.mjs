// Type-checks every environment with its own program: a global or a module that an environment lacks does not resolve there.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { references } = JSON.parse(readFileSync(`${root}tsconfig.json`, 'utf8'));
const only = process.argv.slice(2);
let failed = false;
for (const { path } of references) {
  if (only.length > 0 && !only.some((name) => path.includes(`tsconfig.${name}.`))) continue;
  // What did not change since the last check is not checked again.
  const memory = `node_modules/.cache/types/${basename(path, '.json')}.tsbuildinfo`;
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', path, '--incremental', '--tsBuildInfoFile', memory],
    { cwd: root, stdio: 'inherit' },
  );
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
