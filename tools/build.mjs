// Builds everything into dist/: the Node bundles with esbuild, the renderer with vite. `--node` builds the Node bundles only.
import { existsSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** ESM output that contains bundled CommonJS (pino, ws) needs a `require`. */
const requireBanner = {
  js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);",
};
const node = {
  // esbuild has noted the folder it was loaded in, which is not this one when the command was called elsewhere.
  absWorkingDir: process.cwd(),
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  sourcesContent: false,
  logLevel: 'warning',
  legalComments: 'linked',
  // Those of the location stores are loaded only where one is configured.
  external: ['electron', '@redis/client', 'pg'],
  banner: requireBanner,
  define: {
    WORKER_FILE: '"./node-worker.mjs"',
    LOAD_WORKER_FILE: '"./load-worker.mjs"',
    CAPTURE_WORKER_FILE: '"./capture-worker.mjs"',
    LIBRARY_FOLDER: '"../library/"',
  },
};
/** Programs that share their parts, and load some of them only when they need them. What Node has not to read starts sooner. */
const programs = { ...node, splitting: true, minifyWhitespace: true, minifySyntax: true };
const workers = {
  'node-worker': 'app/servers/node-worker.ts',
  'load-worker': 'app/load/load-worker.ts',
  'capture-worker': 'app/services/captures/capture-worker.ts',
};

/** Every Node bundle by output folder: main process and preload are CommonJS, the rest is ESM. */
const bundles = [
  { ...programs, entryPoints: workers, outdir: 'dist/main' },
  {
    ...programs,
    entryPoints: {
      siphond: 'app/cli/siphond-bin.ts',
      sipctl: 'app/cli/sipctl-bin.ts',
      serve: 'app/daemon/serve-bin.ts',
      ...workers,
    },
    outdir: 'dist/cli',
  },
  {
    ...node,
    entryPoints: { main: 'main/main.ts' },
    outdir: 'dist/main',
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    banner: { js: "const __here = require('node:url').pathToFileURL(__filename).href;" },
    define: { ...node.define, 'import.meta.url': '__here' },
  },
  {
    ...node,
    entryPoints: { preload: 'main/preload.ts' },
    outdir: 'dist/main',
    format: 'cjs',
    platform: 'browser',
    target: 'chrome130',
    outExtension: { '.js': '.cjs' },
    banner: {},
  },
];

async function buildNode() {
  for (const dir of ['dist/main', 'dist/cli', 'dist/library'])
    await rm(dir, { recursive: true, force: true });
  await Promise.all(
    bundles
      .filter((b) => Object.values(b.entryPoints).every((file) => existsSync(file)))
      .map((b) => build(b)),
  );
  await cp('scenarios/library', 'dist/library', { recursive: true, filter: (path) => !path.endsWith('.ts') });
}

async function buildRenderer() {
  const vite = await import('vite');
  await vite.build({ configFile: 'vite.config.ts', logLevel: 'warn' });
}

const started = performance.now();
process.stderr.write('Building Siphon Workbench ... ');
await buildNode();
if (!process.argv.includes('--node')) await buildRenderer();
process.stderr.write(`done in ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
