import { processIo, run } from './run.ts';
import { siphond } from './siphond.ts';

const io = processIo();
process.exitCode = await run('siphond', io, () => siphond(process.argv.slice(2), io));
