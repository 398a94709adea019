// `npm start`: the workbench in Electron where its runtime and a display are there; otherwise one line says why, and the same workbench is
// served on a loopback address. `--serve` (npm run serve) never tries Electron. Other arguments go to whichever is started.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensure-built.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const electronPackage = join(root, 'node_modules', 'electron');

/** How long a download of the runtime may take, and how long a failed one is not tried again. */
const DOWNLOAD_WITHIN_MS = 120_000;
const RETRY_AFTER_MS = 24 * 3_600_000;
const failureMark = join(root, 'node_modules', '.cache', 'electron-download-failed');

const programNames = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };

/** The Electron program: of the overriding folder, or what the package has downloaded. */
function electronProgram() {
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, join(electronPackage, 'dist')];
  return folders
    .filter((folder) => folder !== undefined && folder !== '')
    .map((folder) => join(folder, programNames[process.platform] ?? 'electron'))
    .find((file) => existsSync(file));
}

/** Runs a program to its end; signals that reach us reach it, once. @returns its exit code. */
function run(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options });
    const forward = (signal) => {
      // Ctrl+C in a terminal reaches the whole group; a second one would end the program by force.
      if (signal === 'SIGTERM' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, forward);
    const settle = (code) => {
      for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, forward);
      resolve(code);
    };
    child.once('error', () => settle(1));
    child.once('exit', (code, signal) => settle(code ?? (signal === null ? 1 : 128)));
  });
}

/** Fetches the runtime as the electron package does it, once a day at most. @returns why there is none, or undefined. */
async function download() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const installer = join(electronPackage, 'install.js');
  if (!existsSync(installer)) return 'the electron package is not installed';
  if (major < 22 || (major === 22 && minor < 12)) return 'downloading its runtime needs Node 22.12 or newer';
  if (process.env.CI) return 'its runtime is not downloaded in CI';
  if (existsSync(failureMark) && Date.now() - statSync(failureMark).mtimeMs < RETRY_AFTER_MS)
    return 'its runtime could not be downloaded a short while ago (delete node_modules/.cache/electron-download-failed to try again)';
  process.stderr.write('Downloading the Electron runtime ...\n');
  const code = await run(process.execPath, [installer], {
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: DOWNLOAD_WITHIN_MS,
  });
  if (code === 0 && electronProgram() !== undefined) return undefined;
  mkdirSync(join(failureMark, '..'), { recursive: true });
  writeFileSync(failureMark, '');
  return 'its runtime could not be downloaded';
}

/** Why Electron cannot be used; undefined when it can. */
async function reasonAgainstElectron() {
  const isUnix = !(process.platform in programNames);
  if (isUnix && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return 'there is no display';
  return electronProgram() === undefined ? download() : undefined;
}

const args = process.argv.slice(2).filter((arg) => arg !== '--serve');
const isServing = process.argv.includes('--serve');
ensureBuilt({ renderer: true });

const reason = isServing ? undefined : await reasonAgainstElectron();
if (isServing || reason !== undefined) {
  if (reason !== undefined)
    process.stderr.write(`No Electron window: ${reason}. The workbench is served to a browser instead.\n`);
  const open = isServing || args.includes('--no-open') ? [] : ['--open'];
  process.exitCode = await run(process.execPath, [join(root, 'dist', 'cli', 'serve.mjs'), ...open, ...args]);
} else {
  // Electron refuses its sandbox to root.
  const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  process.exitCode = await run(electronProgram(), [...rootArgs, root, ...args]);
}
