import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processIo, run } from '../cli/run.ts';
import { serveCommand } from './serve-command.ts';

/** The page lies beside the bundles of a build; seen from the source it is in the build all the same. */
const rendererDir = ['../renderer', '../../dist/renderer']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(path));

const io = processIo();
process.exitCode = await run('serve', io, () => serveCommand(process.argv.slice(2), io, rendererDir ?? ''));
