// `npm run check` (types, lint, layers, unused, format, docs, unit) and `npm test` (the same, then e2e in Chromium and in Electron).
// Every step counts as one check; the suites add their own tests; the last line is the sum over all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Two at a time, one of each lane: lint takes about as long as all the others. */
const lanes = [['lint'], ['types', 'layers', 'unused', 'format:check', 'docs:check']];
const checks = lanes.flat();
const suites = process.argv[2] === 'check' ? ['unit'] : ['unit', 'e2e'];

const dir = mkdtempSync(join(tmpdir(), 'siphon-tally-'));
const file = join(dir, 'tally');
writeFileSync(file, '');
const failed = [];

/** Runs a script of package.json. @param {boolean} isAlone - what it prints is shown at once, else when it has ended. */
async function run(script, isAlone) {
  const started = performance.now();
  if (isAlone) console.log(`\n== ${script}`);
  const child = spawn('npm', ['run', '--silent', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TALLY: file },
    shell: process.platform === 'win32',
  });
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
  const [status] = await once(child, 'close');
  if (!isAlone) process.stdout.write(Buffer.concat([Buffer.from(`\n== ${script}\n`), ...printed]));
  const tookSec = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`== ${script}: ${status === 0 ? 'ok' : 'FAILED'} in ${tookSec} s`);
  if (status !== 0) failed.push(script);
}

await Promise.all(
  lanes.map(async (lane) => {
    for (const script of lane) await run(script, false);
  }),
);
for (const suite of suites) await run(suite, true);

const failedChecks = failed.filter((script) => checks.includes(script)).length;
const sum = { passed: checks.length - failedChecks, failed: failedChecks, skipped: 0 };
for (const line of readFileSync(file, 'utf8').trim().split('\n')) {
  const counted = /^(\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line);
  if (counted === null) {
    console.log(line);
    continue;
  }
  sum.passed += Number(counted[1]);
  sum.failed += Number(counted[2]);
  sum.skipped += Number(counted[3]);
}
rmSync(dir, { recursive: true });
// A suite that died before its reporter could count still failed.
if (failed.length > 0 && sum.failed === 0) sum.failed = failed.length;
if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
