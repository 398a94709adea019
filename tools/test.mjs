// `npm run check` (types, lint, layers, unused, format, docs, unit) and `npm test` (the same, then e2e in Chromium and in Electron).
// Every step counts as one check; the suites add their own tests; the last line is the sum over all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const checks = ['types', 'lint', 'layers', 'unused', 'format:check', 'docs:check'];
const suites = process.argv[2] === 'check' ? ['unit'] : ['unit', 'e2e'];

const dir = mkdtempSync(join(tmpdir(), 'siphon-tally-'));
const file = join(dir, 'tally');
writeFileSync(file, '');
const failed = [];
let passedChecks = 0;
for (const script of [...checks, ...suites]) {
  console.log(`\n== ${script}`);
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: 'inherit',
    env: { ...process.env, TALLY: file },
    shell: process.platform === 'win32',
  });
  console.log(
    `== ${script}: ${status === 0 ? 'ok' : 'FAILED'} in ${((performance.now() - started) / 1000).toFixed(1)} s`,
  );
  if (status !== 0) failed.push(script);
  else if (checks.includes(script)) passedChecks++;
}

const sum = { passed: passedChecks, failed: failed.filter((s) => checks.includes(s)).length, skipped: 0 };
for (const m of readFileSync(file, 'utf8').matchAll(/^(\d+) passed, (\d+) failed, (\d+) skipped$/gm)) {
  sum.passed += Number(m[1]);
  sum.failed += Number(m[2]);
  sum.skipped += Number(m[3]);
}
rmSync(dir, { recursive: true });
// A suite that died before its reporter could count still failed.
if (failed.length > 0 && sum.failed === 0) sum.failed = failed.length;
if (failed.length > 0) console.log(`\nfailed: ${failed.join(', ')}`);
console.log(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exitCode = sum.failed > 0 || sum.passed === 0 ? 1 : 0;
