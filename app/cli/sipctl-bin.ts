import { processIo, run } from './run.ts';
import { sipctl } from './sipctl.ts';

const io = processIo();
process.exitCode = await run('sipctl', io, () => sipctl(process.argv.slice(2), io));
